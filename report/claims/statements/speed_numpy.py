"""How does NumPy stand in speed?"""

from report.claims.base import Claim
from report.claims.speed import faster

CLAIM = Claim(
    name="speed-numpy",
    sentence="PyTorch trains faster than NumPy code written for the network",
    topic="frameworks",
    asks="ahead",
    contrasts=faster("torch", "numpy"),
    method="Train step and epoch of every network at every batch size that was timed, paired by process launch. Worth "
    "mentioning is a factor of 1.1.",
    decided_by="three launches or more, `threefold run --suite standard`",
    places="timing",
)
