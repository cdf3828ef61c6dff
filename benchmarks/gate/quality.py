"""Whether the candidate learns what the baseline learns: exact trajectories, and accuracy where they depart."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.gate.cells import GateCell
from benchmarks.gate.launches import SIDES, LaunchError, SideName, Sides, ask_once
from benchmarks.gate.trajectory import compare_trajectories, record_trajectories
from report.comparing.stored_runs import draft_metric, fact, judge_metric, not_judged
from report.comparing.verdicts import Figure, Limits, Verdict
from report.statistics.paired import holm

#: What accuracy is measured on: this many folds of a cross-validation, repeated with these seeds.
FOLDS, SEEDS, EPOCHS = 5, (0, 1), 3


def judge_quality(
    cells: Sequence[GateCell],
    sides: Sides,
    limits: Limits,
    allow_new_mathematics: bool = False,
    with_accuracy: bool = True,
) -> tuple[list[Figure], list[str]]:
    """A figure for each cell's trajectory, those of its metrics, and the names of cells that can be measured further.

    Args:
        cells: of the gate.
        sides: baseline and candidate.
        limits: from where on a difference of a metric counts.
        allow_new_mathematics: the change is meant; accuracy alone decides.
        with_accuracy: train on folds where a trajectory departs.
    """
    figures: list[Figure] = []
    drafts: list[tuple[Figure, float | None]] = []
    sound: list[str] = []
    for cell in cells:
        try:
            trajectories = record_trajectories(cell, sides)
        except LaunchError as error:
            figures.append(_failure(cell, sides, error))
            continue
        sound.append(cell.name)
        departure = compare_trajectories(trajectories["baseline"], trajectories["candidate"])
        name = f"trajectory {cell.name}"
        if departure.status == "identical":
            figures.append(_identical(name, "trajectory"))
            continue
        if departure.status == "mathematics" and not _repeats_itself(cell, sides):
            figures.append(fact(name, "trajectory", True, "the baseline does not repeat itself; accuracy decides"))
        elif departure.status == "mathematics":
            reason = f"the mathematics changed: {departure.where}"
            figures.append(fact(name, "trajectory", allow_new_mathematics, reason))
        else:
            figures.append(fact(name, "trajectory", True, departure.where))
        if cell.has_accuracy and with_accuracy:
            try:
                drafts += _accuracy(cell, sides)
            except LaunchError as error:
                figures.append(_accuracy_failure(cell, sides, error))
    adjusted = iter(holm([p for _, p in drafts if p is not None]))
    judged = [judge_metric(figure, None if p is None else next(adjusted), limits) for figure, p in drafts]
    return figures + judged, sound


def _failure(cell: GateCell, sides: Sides, error: LaunchError) -> Figure:
    """A cell that only the candidate cannot run is a regression; one that the baseline cannot run cannot be judged."""
    if error.side == "candidate" and _runs("baseline", cell, sides):
        return fact(f"cell {cell.name}", "cell", False, f"fails in the candidate: {error.reason}")
    return not_judged(f"cell {cell.name}", f"cannot be measured in the {error.side}: {error.reason}")


def _runs(name: SideName, cell: GateCell, sides: Sides) -> bool:
    same = Sides(sides.of(name), sides.of(name), sides.threads)
    try:
        record_trajectories(cell, same)
    except LaunchError:
        return False
    return True


def _repeats_itself(cell: GateCell, sides: Sides) -> bool:
    """Whether two processes of the baseline go the same way."""
    twice = record_trajectories(cell, Sides(sides.baseline, sides.baseline, sides.threads))
    return compare_trajectories(twice["baseline"], twice["candidate"]).status != "mathematics"


def _accuracy(cell: GateCell, sides: Sides) -> list[tuple[Figure, float | None]]:
    request = _accuracy_request(cell)
    with ThreadPoolExecutor(len(SIDES)) as pool:
        answers = list(pool.map(lambda name: ask_once(name, sides.of(name), sides.threads, request), SIDES))
    old, new = (answer["splits"] for answer in answers)
    if lacking := sorted({metric for split in old for metric in split["metrics"].keys() - new[0]["metrics"].keys()}):
        raise LaunchError("candidate", f"has no {', '.join(lacking)}")
    drafts = []
    for metric in old[0]["metrics"]:
        first, second = ([split["metrics"][metric] for split in side] for side in (old, new))
        # Of k folds the test part is 1 / (k − 1) of the training part.
        drafts.append(draft_metric(f"{metric} {cell.name}", metric, first, second, 1 / (FOLDS - 1)))
    return drafts


def _accuracy_failure(cell: GateCell, sides: Sides, error: LaunchError) -> Figure:
    """As `_failure`, of the training on folds."""
    name = f"accuracy {cell.name}"
    if error.side == "candidate":
        try:
            ask_once("baseline", sides.baseline, sides.threads, _accuracy_request(cell))
        except LaunchError:
            pass
        else:
            return fact(name, "cell", False, f"fails in the candidate: {error.reason}")
    return not_judged(name, f"cannot be measured in the {error.side}: {error.reason}")


def _accuracy_request(cell: GateCell) -> dict[str, Any]:
    described = cell.model_dump(mode="json")
    return {"mode": "accuracy", "cell": described, "seeds": SEEDS, "folds": FOLDS, "epochs": EPOCHS}


def _identical(name: str, quantity: str) -> Figure:
    return fact(name, quantity, True, "").model_copy(update={"verdict": Verdict.IDENTICAL})
