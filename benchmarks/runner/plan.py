"""From a suite to its cells, in the order in which they run."""

import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.environment import machine, plugin_digests, sources_digest, versions
from benchmarks.kinds import ORDERED
from benchmarks.records.cells import (
    REFERENCE,
    AccuracyCell,
    Cell,
    CertificateCell,
    PeakCell,
    Planned,
    TimingCell,
    TuningCell,
    Variant,
    cell_key,
)
from benchmarks.records.results import Machine
from benchmarks.suites import Suite
from benchmarks.tasks import task as find_task
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.overrides import INITIALIZATION, TRAIN_EXAMPLES
from impls.engines import implementations

#: Of the training part, where searches choose and the suite does not say.
VALIDATION_SHARE = 0.25


@dataclass(frozen=True)
class DataFacts:
    """What is known of a task's data before a run: its hash, or why it cannot be obtained."""

    sha256: str = ""
    #: Published with the data.
    has_test_part: bool = False
    missing: str | None = None


def plan(suite: Suite, data: Mapping[str, DataFacts], timing_machine: Machine | None = None) -> list[Planned]:
    """Every cell of the suite: peaks, baselines, certificates and accuracies, then timings launch by launch.

    Timings go round all implementations before any is launched again, so that a machine that slows down in time slows
    all alike.

    Args:
        suite: what is to be measured.
        data: facts of each task's data.
        timing_machine: that times; None is this one.
    """
    cells: list[Cell] = [*_peaks(suite)]
    cells += _baselines(suite, data) if suite.trainings else ()
    cells += _certificates(suite)
    cells += _accuracies(suite, data) if suite.trainings else ()
    cells += _tunings(suite, data)
    cells += timing_cells(suite, data)
    return [Planned(cell, cell_key(cell, _environment(cell, data, timing_machine or machine()))) for cell in cells]


@dataclass(frozen=True)
class ChosenRecipe:
    """A network that the suite asks for: a task's recipe, or a variant of it."""

    task: Task
    #: Of the recipe or of the variant.
    label: str
    #: With the variant's changes made.
    recipe: Recipe
    variant: Variant | None = None


def chosen_recipes(suite: Suite) -> Iterator[ChosenRecipe]:
    """The tasks' recipes, and the variants of them, that the suite asks for."""
    for name in suite.tasks:
        task = find_task(name)
        for label, recipe in task.recipes.items():
            if not suite.runs(name, label):
                continue
            variants = [each.of(task, label) for each in suite.variants if each.changes(name, label)]
            if suite.unchanged_recipes == "all" or (suite.unchanged_recipes == "without variants" and not variants):
                yield ChosenRecipe(task, label, recipe)
            for variant, changed in variants:
                yield ChosenRecipe(task, variant.label, changed, variant)


def fold_count(task: Task, folds: int, facts: DataFacts) -> int:
    """1 where there is one test part, published or held out."""
    return 1 if facts.has_test_part or task.held_out else folds


def _peaks(suite: Suite) -> Iterator[PeakCell]:
    if all(name in suite.timing.leave_out for name in suite.tasks):
        return
    for device in suite.devices:
        yield PeakCell(device=device, dtype=suite.dtype, threads=suite.threads)


def _baselines(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for name in suite.tasks:
        task = find_task(name)
        baselines = task.all_baselines if suite.further_baselines else task.baselines
        for label, baseline in baselines.items():
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
    """Of the reference too, which runs on the CPU whatever the suite's devices are.

    Variants that differ in what no certificate sees, such as the number of epochs, have one certificate together.
    """
    if not suite.certificates:
        return
    cells: dict[str, CertificateCell] = {}
    for chosen, place in _places(suite):
        own = place | {"implementation": REFERENCE, "device": "cpu"}
        for each in (own, place) if place["implementation"] != REFERENCE else (own,):
            cell = CertificateCell(**each, sizes=_sizes(suite, chosen))
            known = cells.setdefault(_certified(cell), cell)
            cells[_certified(cell)] = known.model_copy(update={"sizes": tuple(sorted({*known.sizes, *cell.sizes}))})
    yield from cells.values()


def _certified(cell: CertificateCell) -> str:
    """All that its certificate depends on but for the batch sizes."""
    content = cell.model_dump(mode="json", exclude={"architecture", "variant", "sizes"})
    content["settings"].pop(INITIALIZATION, None)  # certificates have starting weights of their own
    return json.dumps(content, sort_keys=True)


def _sizes(suite: Suite, chosen: ChosenRecipe) -> tuple[int, ...]:
    """Batch sizes at which the network is trained, and timed where it is."""
    timing = suite.timing_of(chosen.task.name)
    timed = () if chosen.task.name in timing.leave_out else timing.batch_sizes
    return tuple(sorted({chosen.recipe.batch_size, *timed}))


def _accuracies(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[AccuracyCell]:
    for chosen, place in _places(suite):
        task, recipe, variant = chosen.task, chosen.recipe, chosen.variant
        yield AccuracyCell(
            **place,
            folds=fold_count(task, suite.folds, data[task.name]),
            seeds=tuple(range(suite.repeats_of(task.name))),
            epochs=suite.epochs_of(task.name, recipe.epochs),
            batch_size=recipe.batch_size,
            train_examples=variant.overrides.get(TRAIN_EXAMPLES) if variant else None,
            validation_share=suite.validation_share,
            training_metrics=suite.training_metrics,
            gradients_of_all_seeds=suite.gradients_of_all_seeds,
            probes=suite.probes,
        )


def _tunings(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[TuningCell]:
    """Each network once by each method, all with the same number of trials."""
    if suite.tuning is None:
        return
    for chosen, place in _places(suite):
        task, recipe, variant = chosen.task, chosen.recipe, chosen.variant
        for method in suite.tuning.methods:
            yield TuningCell(
                **place,
                method=method,
                trials=suite.tuning.trials,
                space=suite.tuning.space,
                folds=fold_count(task, suite.folds, data[task.name]),
                seeds=tuple(range(suite.repeats_of(task.name))),
                epochs=recipe.epochs,
                batch_size=recipe.batch_size,
                train_examples=variant.overrides.get(TRAIN_EXAMPLES) if variant else None,
                validation_share=suite.validation_share or VALIDATION_SHARE,
            )


def timing_cells(suite: Suite, data: Mapping[str, DataFacts]) -> Iterator[TimingCell]:
    """The timings, launch by launch, each time round all places."""
    for launch in range(suite.timing.launches):
        for chosen, place in _places(suite):
            task = chosen.task
            timing = suite.timing_of(task.name)
            if launch < timing.launches and task.name not in timing.leave_out:
                yield TimingCell(
                    **place,
                    launch=launch,
                    folds=fold_count(task, suite.folds, data[task.name]),
                    batch_sizes=timing.batch_sizes,
                    epoch_batch_size=chosen.recipe.batch_size,
                    budget_s=timing.budget_s,
                )


def _places(suite: Suite) -> Iterator[tuple[ChosenRecipe, dict[str, Any]]]:
    """Each network by each of its implementations, and what cells say of both."""
    for chosen in chosen_recipes(suite):
        recipe = chosen.recipe
        settings: dict[str, Any] = {
            "network": recipe.architecture.name,
            "architecture": asdict(recipe.architecture),
            "training": asdict(recipe.training),
        }
        if chosen.variant is not None and INITIALIZATION in chosen.variant.overrides:
            settings[INITIALIZATION] = chosen.variant.overrides[INITIALIZATION]
        for device in suite.devices:
            for implementation in suite.implementations_of(chosen.task.name):
                if device in implementations()[implementation].devices:
                    yield (
                        chosen,
                        {
                            "task": chosen.task.name,
                            "architecture": chosen.label,
                            "variant": chosen.variant,
                            "settings": settings,
                            "implementation": implementation,
                            "device": device,
                            "dtype": suite.dtype,
                            "threads": suite.threads,
                        },
                    )


def _baseline_seeds(suite: Suite, task: Task, facts: DataFacts) -> tuple[int, ...]:
    """A baseline has no random start: where no seed draws the test part, one training says all."""
    fixed = fold_count(task, suite.folds, facts) == 1 and (task.held_out is None or task.kind in ORDERED)
    return (0,) if fixed else tuple(range(suite.repeats_of(task.name)))


def _environment(cell: Cell, data: Mapping[str, DataFacts], timing_machine: Machine) -> dict[str, str]:
    timed = isinstance(cell, TimingCell | PeakCell)
    environment = {"python": versions()["python"], "numpy": versions()["numpy"]}
    environment["sources"] = sources_digest(timed=timed)
    if timed:
        environment["machine"] = timing_machine.model_dump_json()
    if isinstance(cell, PeakCell):
        return environment
    described = implementations().get(cell.implementation)
    for package in described.requires if described else ("scikit-learn",):
        environment[package] = versions().get(package, "missing")
    if isinstance(cell, TuningCell):
        environment["optuna"] = importlib.metadata.version("optuna")
    facts = data[cell.task]
    behind = {f"plug-in {name}": digest for name, digest in plugins_of(cell).items()}
    return environment | {"data": facts.sha256 or "missing"} | behind


def plugins_of(cell: Cell) -> dict[str, str]:
    """The plug-ins whose code a cell's result depends on, each with its digest."""
    if isinstance(cell, PeakCell):
        return {}
    task = find_task(cell.task)
    named = [("tasks", task.name), ("datasets", task.dataset), *(("metrics", name) for name in task.metrics)]
    named += [("architectures", cell.network), ("implementations", cell.implementation)]
    return plugin_digests(named)
