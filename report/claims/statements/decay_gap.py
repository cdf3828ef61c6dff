"""Does weight decay narrow the gap between training and held-out examples?"""

from report.claims.base import Claim
from report.claims.regularization import closing_the_gap

CLAIM = Claim(
    name="decay-gap",
    sentence="Weight decay narrows the gap between training and held-out examples",
    topic="training",
    asks="ahead",
    contrasts=closing_the_gap("weight_decay", "decay"),
    method="The result on the training examples less that on the test part, in accuracy and in log loss: the strongest "
    "weight decay beside none, without dropout, trained on few examples. Worth "
    "mentioning are 0.5 points of accuracy, or 5 % of the log loss.",
    decided_by="`threefold run --study dropout-and-decay`",
    places="measure",
)
