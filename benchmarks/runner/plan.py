"""From a suite to its cells, in the order in which they run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.environment import machine, sources_digest, versions
from benchmarks.kinds import ORDERED
from benchmarks.records.cells import (
    REFERENCE,
    AccuracyCell,
    Cell,
    CertificateCell,
    PeakCell,
    Planned,
    TimingCell,
    cell_key,
)
from benchmarks.suites import Suite
from benchmarks.tasks import tasks
from benchmarks.tasks.base import Recipe, Task
from impls.engines import implementations


@dataclass(frozen=True)
class DataFacts:
    """What is known of a task's data before a run: its hash, or why it cannot be obtained."""

    sha256: str = ""
    #: Published with the data.
    has_test_part: bool = False
    missing: str | None = None


def plan(suite: Suite, data: Mapping[str, DataFacts]) -> list[Planned]:
    """Every cell of the suite: peaks, baselines, certificates and accuracies, then timings launch by launch.

    Timings go round all implementations before any is launched again, so that a machine that slows down in time slows
    all alike.
    """
    cells: list[Cell] = [*_peaks(suite), *_baselines(suite, data), *_certificates(suite), *_accuracies(suite, data)]
    cells += timing_cells(suite, data)
    return [Planned(cell, cell_key(cell, _environment(cell, data))) for cell in cells]


def chosen_recipes(suite: Suite) -> Iterator[tuple[Task, str, Recipe]]:
    """The tasks, and the labelled recipes, that the suite asks for."""
    for name in suite.tasks:
        task = tasks()[name]
        for label, recipe in task.recipes.items():
            if not suite.recipes or label in suite.recipes:
                yield task, label, recipe


def fold_count(task: Task, folds: int, facts: DataFacts) -> int:
    """1 where there is one test part, published or held out."""
    return 1 if facts.has_test_part or task.held_out else folds


def _peaks(suite: Suite) -> Iterator[PeakCell]:
    for device in suite.devices:
        yield PeakCell(device=device, dtype=suite.dtype, threads=suite.threads)


def _baselines(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for name in suite.tasks:
        task = tasks()[name]
        for label, baseline in task.baselines.items():
            yield AccuracyCell(
                task=name,
                architecture=label,
                settings={"baseline": baseline.settings()},
                implementation=baseline.implementation,
                device="cpu",
                dtype=suite.dtype,
                threads=suite.threads,
                folds=fold_count(task, suite.folds, data[name]),
                seeds=_baseline_seeds(suite, task, data[name]),
                epochs=0,
                batch_size=0,
            )


def _certificates(suite: Suite) -> Iterator[CertificateCell]:
    """Of the reference too, which runs on the CPU whatever the suite's devices are."""
    own: set[tuple[str, str]] = set()
    for place in _places(suite):
        network = place["task"], place["architecture"]
        sizes = _sizes(suite, *network)
        if network not in own:
            own.add(network)
            yield CertificateCell(**place | {"implementation": REFERENCE, "device": "cpu"}, sizes=sizes)
        if place["implementation"] != REFERENCE:
            yield CertificateCell(**place, sizes=sizes)


def _sizes(suite: Suite, task: str, label: str) -> tuple[int, ...]:
    """Batch sizes at which the network is trained, and timed where it is."""
    timing = suite.timing_of(task)
    timed = () if task in timing.leave_out else timing.batch_sizes
    return tuple(sorted({tasks()[task].recipes[label].batch_size, *timed}))


def _accuracies(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for place in _places(suite):
        task = tasks()[place["task"]]
        recipe = task.recipes[place["architecture"]]
        yield AccuracyCell(
            **place,
            folds=fold_count(task, suite.folds, data[task.name]),
            seeds=tuple(range(suite.repeats_of(task.name))),
            epochs=min(recipe.epochs, suite.max_epochs or recipe.epochs),
            batch_size=recipe.batch_size,
        )


def timing_cells(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[TimingCell]:
    """The timings, launch by launch, each time round all places."""
    for launch in range(suite.timing.launches):
        for place in _places(suite):
            task = tasks()[place["task"]]
            timing = suite.timing_of(task.name)
            if launch < timing.launches and task.name not in timing.leave_out:
                yield TimingCell(
                    **place,
                    launch=launch,
                    folds=fold_count(task, suite.folds, data[task.name]),
                    batch_sizes=timing.batch_sizes,
                    epoch_batch_size=task.recipes[place["architecture"]].batch_size,
                    budget_s=timing.budget_s,
                )


def _places(suite: Suite) -> Iterator[dict[str, Any]]:
    for task, label, recipe in chosen_recipes(suite):
        settings = {
            "network": recipe.architecture.name,
            "architecture": asdict(recipe.architecture),
            "training": asdict(recipe.training),
        }
        for device in suite.devices:
            for implementation in suite.implementations_of(task.name):
                if device in implementations()[implementation].devices:
                    yield {
                        "task": task.name,
                        "architecture": label,
                        "settings": settings,
                        "implementation": implementation,
                        "device": device,
                        "dtype": suite.dtype,
                        "threads": suite.threads,
                    }


def _baseline_seeds(suite: Suite, task: Task, facts: DataFacts) -> tuple[int, ...]:
    """A baseline has no random start: where no seed draws the test part, one training says all."""
    fixed = fold_count(task, suite.folds, facts) == 1 and (task.held_out is None or task.kind in ORDERED)
    return (0,) if fixed else tuple(range(suite.repeats_of(task.name)))


def _environment(cell: Cell, data: Mapping[str, DataFacts]) -> dict[str, str]:
    environment = {"sources": sources_digest(), "python": versions()["python"], "numpy": versions()["numpy"]}
    if isinstance(cell, TimingCell | PeakCell):
        environment["machine"] = machine().model_dump_json()
    if isinstance(cell, PeakCell):
        return environment
    described = implementations().get(cell.implementation)
    for package in described.requires if described else ("scikit-learn",):
        environment[package] = versions().get(package, "missing")
    facts = data[cell.task]
    return environment | {"data": facts.sha256 or "missing"}
