"""Does XLA make Keras faster?"""

from report.claims.base import Claim
from report.claims.speed import faster

CLAIM = Claim(
    name="speed-xla",
    sentence="Once compiled by XLA, Keras trains faster than without",
    topic="frameworks",
    asks="ahead",
    contrasts=faster("keras-tensorflow+xla", "keras-tensorflow"),
    method="Train step and epoch of every network at every batch size that was timed both ways, after the first step, "
    "paired by process launch. Worth mentioning is a factor of 1.1.",
    decided_by="three launches or more, `threefold run --suite standard`",
    places="timing",
)
