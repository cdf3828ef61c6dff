"""NAdam's momentum schedule, for numbers and for tensors."""

from typing import TypeVar

from torch import Tensor

Number = TypeVar("Number", float, Tensor)

#: Of Dozat 2016, section 2.
SCHEDULE_BASE = 0.96
SCHEDULE_STEPS = 250


def nadam_momentum(beta_1: float, step: Number) -> Number:
    """μₜ = β₁ · (1 − ½ · 0.96^(t / 250)) at step t = 1, 2, …"""
    momentum: Number = beta_1 * (1 - 0.5 * SCHEDULE_BASE ** (step / SCHEDULE_STEPS))
    return momentum
