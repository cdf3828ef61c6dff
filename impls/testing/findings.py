"""How far two implementations are apart, and how far they may be: the measures and bounds of a certificate."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from impls.protocol import Array

#: What a stage leaves behind, by name, in order.
Arrays: TypeAlias = Mapping[str, Array]

Value = TypeVar("Value")

#: By how much of itself a factor is rounded at most, where products are taken in coarser arithmetic.
ROUNDING = {"tf32": 2.0**-11, "bf16": 2.0**-8}

#: Bounds by dtype, or by arithmetic where it is coarser. Forward: relative to the largest output; gradients and
#: parameters: relative norm of each tensor. Of the examples in bfloat16 on a CPU, outputs depart by 2 roundings of a
#: factor at most, gradients by 50 (of convolutions, where much cancels), and parameters after a step by a third.
FORWARD_BOUND = {"float64": 1e-10, "float32": 1e-5} | {name: 10 * size for name, size in ROUNDING.items()}
GRADIENT_BOUND = {"float64": 1e-9, "float32": 1e-4} | {name: 100 * size for name, size in ROUNDING.items()}
STEP_BOUND = {"float64": 1e-9, "float32": 1e-5} | ROUNDING

#: A gradient that cancels to nothing (of a bias before batch normalization, say) still carries the rounding errors of
#: the terms it is summed from, which are of the size of the other gradients: its own norm cannot be the measure. No
#: gradient counts as smaller than this share of the largest. Such rounding errors reach two units in the last place of
#: the largest gradient (1e-7 of it in float32); bound times share is 1e-6 of it.
SMALLEST_GRADIENT_SHARE = 1e-2

#: Stands for a departure that is no number, so that it can be stored in JSON.
NOT_FINITE = sys.float_info.max


@dataclass(frozen=True)
class Finding:
    """The worst figure of one stage."""

    stage: str
    worst: float
    bound: float
    #: The tensor (and optimizer) that the worst figure belongs to.
    tensor: str = ""
    #: Where it failed, in words.
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether the figure is within its bound."""
        return self.worst <= self.bound

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        text = f"{self.stage}: {verdict}, {self.worst:.2g} (bound {self.bound:.2g})"
        text += f" at {self.tensor}" if self.tensor else ""
        return f"{text}; {self.detail}" if self.detail else text


def failed(stage: str, detail: str, tensor: str = "") -> Finding:
    """A stage that gave no figure at all."""
    return Finding(stage, NOT_FINITE, 0.0, tensor, detail)


def relative_to_largest(candidate: Array, reference: Array) -> float:
    """max|candidate − reference| / max|reference|."""
    return _relative(candidate, reference, _largest, 0.0)


def relative_norm(candidate: Array, reference: Array, at_least: float = 0.0) -> float:
    """‖candidate − reference‖ / max(‖reference‖, at_least)."""
    return _relative(candidate, reference, norm, at_least)


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def norm(array: Array) -> float:
    """The Euclidean norm over all elements, in float64."""
    return float(np.linalg.norm(np.asarray(array, dtype=np.float64)))


def _relative(candidate: Array, reference: Array, size: Callable[[Array], float], at_least: float) -> float:
    if candidate.shape != reference.shape:
        return NOT_FINITE
    difference = size(candidate.astype(np.float64) - reference.astype(np.float64))
    if not np.isfinite(difference):
        return NOT_FINITE
    scale = max(size(reference), at_least)
    return float(difference / scale) if scale > 0 else (0.0 if difference == 0 else NOT_FINITE)


def parameter_departures(candidate: Arrays, reference: Arrays) -> dict[str, float]:
    """Relative norm of each tensor; a tensor that only one side has departs beyond every bound."""
    return {
        name: relative_norm(candidate[name], reference[name]) if name in candidate and name in reference else NOT_FINITE
        for name in _all_names(candidate, reference)
    }


def gradient_departures(candidate: Arrays, reference: Arrays) -> dict[str, float]:
    """As `parameter_departures`, no gradient counting as smaller than a share of the largest one."""
    floor = SMALLEST_GRADIENT_SHARE * max(map(norm, reference.values()), default=0.0)
    return {
        name: relative_norm(candidate[name], reference[name], floor)
        if name in candidate and name in reference
        else NOT_FINITE
        for name in _all_names(candidate, reference)
    }


def _all_names(candidate: Arrays, reference: Arrays) -> list[str]:
    return list(dict.fromkeys([*reference, *candidate]))


def worst_of(stage: str, departures: Mapping[str, float], bound: float, detail: str = "") -> Finding:
    """The finding of the largest departure; `detail` is kept only where it fails."""
    if not departures:
        return failed(stage, "nothing was compared")
    tensor = max(departures, key=departures.__getitem__)
    worst = departures[tensor]
    return Finding(stage, worst, bound, tensor, detail if worst > bound else "")


def scalar(value: float) -> Array:
    """A number as an array of no dimensions, in float64."""
    return np.asarray(value, dtype=np.float64)


def under(arrays: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    """The arrays (or figures) whose names begin with `prefix/`, by the rest of the name."""
    start = f"{prefix}/"
    return {name[len(start) :]: array for name, array in arrays.items() if name.startswith(start)}


def prefixed(prefix: str, arrays: Mapping[str, Value]) -> dict[str, Value]:
    """The arrays under `prefix/`; `under` takes them out again."""
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


def first_beyond(departures: Iterable[tuple[str, float]], bound: float) -> str | None:
    """The first name, in the order given, whose departure is beyond the bound."""
    return next((name for name, departure in departures if departure > bound), None)
