"""From a suite to its cells, in the order in which they run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.cells import AccuracyCell, Cell, CertificateCell, PeakCell, TimingCell, cell_key
from benchmarks.environment import machine, sources_digest, versions
from benchmarks.suites import Suite
from benchmarks.tasks import tasks
from benchmarks.tasks.base import Recipe, Task
from impls.engines import implementations

#: What a baseline's cells carry for an implementation and an architecture.
BASELINE_IMPLEMENTATION = "scikit-learn"
BASELINE_ARCHITECTURE = "linear"


@dataclass(frozen=True)
class Planned:
    """A cell and its key: the same key means that nothing has changed on which its result depends."""

    cell: Cell
    key: str


@dataclass(frozen=True)
class DataFacts:
    """What is known of a task's data before a run: its hash, or why it cannot be had."""

    sha256: str = ""
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


def chosen_recipes(suite: Suite) -> Iterator[tuple[Task, Recipe]]:
    """The tasks and recipes that the suite asks for."""
    for name in suite.tasks:
        task = tasks()[name]
        for architecture, recipe in task.recipes.items():
            if not suite.architectures or architecture in suite.architectures:
                yield task, recipe


def _peaks(suite: Suite) -> Iterator[PeakCell]:
    for device in suite.devices:
        yield PeakCell(device=device, dtype=suite.dtype, threads=suite.threads)


def _baselines(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for name in suite.tasks:
        task = tasks()[name]
        yield AccuracyCell(
            task=name,
            architecture=BASELINE_ARCHITECTURE,
            settings={"baseline": repr(task.baseline())},
            implementation=BASELINE_IMPLEMENTATION,
            device="cpu",
            dtype=suite.dtype,
            threads=suite.threads,
            folds=_folds(suite, data[name]),
            seeds=_seeds(suite, data[name], baseline=True),
            epochs=0,
            batch_size=0,
        )


def _certificates(suite: Suite) -> Iterator[CertificateCell]:
    for place in _places(suite):
        if place["implementation"] != "numpy":
            yield CertificateCell(**place)


def _accuracies(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for place in _places(suite):
        recipe = tasks()[place["task"]].recipes[place["architecture"]]
        facts = data[place["task"]]
        yield AccuracyCell(
            **place,
            folds=_folds(suite, facts),
            seeds=_seeds(suite, facts),
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
        )


def timing_cells(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[TimingCell]:
    """The timings, launch by launch, each time round all places."""
    for launch in range(suite.timing.launches):
        for place in _places(suite):
            recipe = tasks()[place["task"]].recipes[place["architecture"]]
            yield TimingCell(
                **place,
                launch=launch,
                folds=_folds(suite, data[place["task"]]),
                batch_sizes=suite.timing.batch_sizes,
                epoch_batch_size=recipe.batch_size,
                budget_s=suite.timing.budget_s,
            )


def _places(suite: Suite) -> Iterator[dict[str, Any]]:
    for task, recipe in chosen_recipes(suite):
        settings = {"architecture": asdict(recipe.architecture), "training": asdict(recipe.training)}
        for device in suite.devices:
            for implementation in suite.implementations:
                if device in implementations()[implementation].devices:
                    yield {
                        "task": task.name,
                        "architecture": recipe.architecture.name,
                        "settings": settings,
                        "implementation": implementation,
                        "device": device,
                        "dtype": suite.dtype,
                        "threads": suite.threads,
                    }


def _folds(suite: Suite, facts: DataFacts) -> int:
    return 1 if facts.has_test_part else suite.folds


def _seeds(suite: Suite, facts: DataFacts, baseline: bool = False) -> tuple[int, ...]:
    """A baseline has no random start: on a published test part one training says all."""
    return (0,) if baseline and facts.has_test_part else tuple(range(suite.repeats))


def _environment(cell: Cell, data: Mapping[str, DataFacts]) -> dict[str, str]:
    environment = {"sources": sources_digest(), "python": versions()["python"], "numpy": versions()["numpy"]}
    if isinstance(cell, TimingCell | PeakCell):
        environment["machine"] = machine().model_dump_json()
    if isinstance(cell, PeakCell):
        return environment
    found = implementations().get(cell.implementation)
    for package in found.requires if found else ("scikit-learn",):
        environment[package] = versions().get(package, "missing")
    facts = data[cell.task]
    return environment | {"data": facts.sha256 or "missing"}
