"""The exact training trajectory of both sides: is it the same to the last bit, and if not, where does it depart first?

A change of the mathematics shows at once, without statistics: the forward pass, the gradients and the parameters after
each of a few steps are compared in float64 and in float32. What differs by rounding alone (a sum in another order) is
distinguished from other mathematics by its size in float64.
"""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.gate.cells import GateCell
from benchmarks.gate.launches import SIDES, SideName, Sides, ask_once
from impls import Array

#: Relative differences above these are no rounding. That of float64 is 1e-16 and passes some hundred operations, while
#: an epsilon of Adam ten times too large moves an update by 1e-6 of itself.
BOUNDS = {"float64": 1e-9, "float32": 1e-3}

Status = Literal["identical", "rounding", "mathematics"]


@dataclass(frozen=True)
class Departure:
    """How the candidate's trajectory compares with the baseline's."""

    status: Status
    #: Where it departs first and by how much; empty for identical ones.
    where: str = ""


@dataclass(frozen=True)
class Trajectory:
    """What one side left: precision -> name -> array, in the order in which they came to be."""

    arrays: Mapping[str, Mapping[str, Array]]
    digests: Mapping[str, Mapping[str, str]]


def record_trajectories(cell: GateCell, sides: Sides) -> dict[SideName, Trajectory]:
    """The trajectories of both sides, recorded side by side.

    Raises:
        LaunchError: one of them failed.
    """

    def record(name: SideName) -> Trajectory:
        with tempfile.TemporaryDirectory(prefix="threefold-trajectory-") as folder:
            request = {"mode": "trajectory", "cell": cell.model_dump(mode="json"), "folder": folder}
            answer = ask_once(name, sides.of(name), sides.threads, request)
            arrays = {dtype: _read(Path(folder) / f"{dtype}.npz") for dtype in BOUNDS}
        return Trajectory(arrays, answer["digests"])

    with ThreadPoolExecutor(len(SIDES)) as pool:
        return dict(zip(SIDES, pool.map(record, SIDES), strict=True))


def compare_trajectories(baseline: Trajectory, candidate: Trajectory) -> Departure:
    """Where the candidate departs first; a change of the mathematics in any precision counts."""
    if baseline.digests == candidate.digests:
        return Departure("identical")
    largest = 0.0
    for dtype, bound in BOUNDS.items():
        departure, size = _first(baseline.arrays[dtype], candidate.arrays[dtype], bound)
        if departure:
            return Departure("mathematics", f"{departure} ({dtype})")
        largest = max(largest, size if dtype == "float64" else 0.0)
    return Departure("rounding", f"differs by rounding alone, at most {largest:.1g} in float64")


def _read(path: Path) -> dict[str, Array]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name.replace("|", "/"): arrays[name] for name in arrays.files}


def _first(baseline: Mapping[str, Array], candidate: Mapping[str, Array], bound: float) -> tuple[str, float]:
    """The first departure above the bound, in words, or "" and the largest difference below it."""
    for name in [*baseline, *candidate]:
        missing = name not in candidate or name not in baseline
        if missing or baseline[name].shape != candidate[name].shape:
            return f"{name} is not there, or of another shape, on one side", np.inf
    largest = 0.0
    for stage in dict.fromkeys(name.split("/")[0] for name in baseline):
        names = [name for name in baseline if name.split("/")[0] == stage]
        sizes = {name: _size(baseline, candidate, name, names) for name in names}
        departed = [name for name in names if sizes[name] > bound]
        if departed:
            return _words(stage, departed, sizes), np.inf
        largest = max(largest, *sizes.values())
    return "", largest


def _size(baseline: Mapping[str, Array], candidate: Mapping[str, Array], name: str, stage: Sequence[str]) -> float:
    """The difference's norm: of a gradient beside the largest one, of parameters beside how far they have moved."""
    old, new = (np.asarray(side[name], np.float64) for side in (baseline, candidate))
    difference = float(np.linalg.norm(new - old))
    if difference == 0.0:
        return 0.0
    kind, _, rest = name.partition("/")
    scale = float(np.linalg.norm(old))
    if kind == "gradient":
        scale = max(float(np.linalg.norm(baseline[each])) for each in stage)
    elif kind.startswith("step ") and f"start/{rest}" in baseline:
        scale = float(np.linalg.norm(old - baseline[f"start/{rest}"]))
    return difference / scale if scale > 0 and np.isfinite(difference) else np.inf


def _words(stage: str, departed: Sequence[str], sizes: Mapping[str, float]) -> str:
    # A loss that departs alone is named; otherwise the parameters say more.
    departed = [name for name in departed if not name.endswith("/loss")] or departed
    tensors = sum(not name.endswith("/loss") for name in sizes)
    layers = [name.partition("/")[2] for name in departed]
    if stage == "forward":
        return f"the forward pass departs first in layer {layers[0]}, by {sizes[departed[0]]:.1g} of its output"
    if stage == "start":
        return f"the starting weights differ, first in {layers[0]}"
    if stage == "gradient":
        # Backward, so the layer nearest to the output is the one where it begins.
        return f"the gradient departs first in {layers[-1]}, by {sizes[departed[-1]]:.1g} of the largest"
    worst = max(departed, key=lambda name: sizes[name])
    where = worst.partition("/")[2]
    if stage == "step 1":
        return (
            f"the update rule differs: after one step {len(departed)} of {tensors} tensors depart, most of all "
            f"{where}, by {sizes[worst]:.1g} of its update"
        )
    return f"the training departs in {stage}, most of all in {where}, by {sizes[worst]:.1g} of its way so far"
