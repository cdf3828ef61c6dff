"""Does compiling make PyTorch faster?"""

from report.claims.base import Claim
from report.claims.speed import faster

CLAIM = Claim(
    name="speed-torch-compile",
    sentence="Once compiled, PyTorch trains faster than eager",
    topic="frameworks",
    asks="ahead",
    contrasts=faster("torch+compile", "torch"),
    method="Train step and epoch of every network at every batch size that was timed both ways, after the first step, "
    "paired by process launch. Worth mentioning is a factor of 1.1.",
    decided_by="three launches or more, `threefold run --suite standard`",
    places="timing",
)
