"""Does dropout narrow the gap between training and held-out examples?"""

from report.claims.base import Claim
from report.claims.regularization import closing_the_gap

CLAIM = Claim(
    name="dropout-gap",
    sentence="Dropout narrows the gap between training and held-out examples",
    topic="training",
    asks="ahead",
    contrasts=closing_the_gap("dropout", "dropout"),
    method="The result on the training examples less that on the test part, in accuracy and in log loss: the strongest "
    "dropout beside none, without weight decay, trained on few examples. Worth "
    "mentioning are 0.5 points of accuracy, or 5 % of the log loss.",
    decided_by="`threefold run --study dropout-and-decay`",
    places="measure",
)
