"""How does Keras stand in speed?"""

from report.claims.base import Claim
from report.claims.speed import faster

CLAIM = Claim(
    name="speed-keras",
    sentence="PyTorch trains faster than Keras on TensorFlow",
    topic="frameworks",
    asks="ahead",
    contrasts=faster("torch", "keras-tensorflow"),
    method="Train step and epoch of every network at every batch size that was timed, paired by process launch: eager "
    "PyTorch beside Keras as it comes, whose step is a traced graph. Worth mentioning is a factor of 1.1.",
    decided_by="three launches or more, `threefold run --suite standard`",
    places="timing",
)
