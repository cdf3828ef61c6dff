"""What claims ask of the records: a task's trainings side by side, and times by network family and implementation."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from benchmarks.datasets import datasets
from benchmarks.kinds import Kind
from benchmarks.records.cells import AccuracyCell, TimingCell
from benchmarks.records.results import AccuracyResult
from benchmarks.records.task_facts import TaskFacts
from report.claims.base import Contrast
from report.claims.measures import Measure, measure_of, smallest_effect
from report.runs.measurements import Measurement
from report.runs.pairing import paired_splits
from report.runs.reading import Run
from report.statistics.intervals import mean_of, variance_factor
from report.tables.accuracy import resampling_ratio
from report.text.naming import (
    architecture_title,
    implementation_rank,
    is_fully_connected,
    is_sequence_network,
    place_rank,
)

#: Kinds of data sets whose examples have an order.
SEQUENCES = ("text", "tokens", "sequences", "series")


@dataclass(frozen=True)
class Trained:
    """A network's, or a baseline's, trainings on a task by one implementation."""

    run: Run
    key: str
    cell: AccuracyCell
    result: AccuracyResult

    @property
    def facts(self) -> TaskFacts:
        """Of its task."""
        return self.run.manifest.tasks[self.cell.task]

    @property
    def metric(self) -> str:
        """The task's principal one."""
        return self.facts.metrics[0]

    @property
    def title(self) -> str:
        """`CNN`, `GRU (dropout 0.5)`; of a baseline its label."""
        cell = self.cell
        if cell.is_baseline:
            return cell.architecture
        if cell.variant is None:
            return architecture_title(cell.architecture)
        kind = self.setting("architecture", "cell") if cell.network == "recurrent" else cell.network
        return architecture_title(str(kind))

    @property
    def stands_for_its_network(self) -> bool:
        """Whether it shows what its network does on the task: as declared there, or put in the place of another."""
        return self.cell.variant is None or "network" in self.cell.variant.overrides

    @property
    def is_fully_connected(self) -> bool:
        """Whether all its weight layers are fully connected."""
        return is_fully_connected(self.cell.network)

    @property
    def is_sequence_network(self) -> bool:
        """Whether it reads its input step by step, or by attention."""
        return is_sequence_network(self.cell.network)

    def setting(self, *path: str) -> Any:
        """A setting of the recipe, `setting("training", "optimizer")`; None where it has none."""
        value: Any = self.cell.settings
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def values(self, metric: str) -> list[float]:
        """A metric, split by split; empty unless it is finite in all."""
        values = [split.metrics.get(metric, math.nan) for split in self.result.splits]
        return values if all(map(math.isfinite, values)) else []

    @property
    def mean(self) -> float:
        """Of the principal metric, the larger the better; -inf where it is not finite in all splits."""
        values, measure = self.values(self.metric), measure_of(self.metric)
        return measure.sign * mean_of(values) if values and measure else -math.inf


@dataclass(frozen=True)
class Bench:
    """What was trained on a task by one implementation on one device: networks, and the task's baselines."""

    task: str
    implementation: str
    device: str
    networks: tuple[Trained, ...]
    baselines: tuple[Trained, ...]

    @property
    def facts(self) -> TaskFacts:
        """Of the task."""
        return self.networks[0].facts

    @property
    def preference(self) -> tuple[object, ...]:
        """Sort key: first the one whose means are known best, by how many trainings there are and how they overlap."""
        known = max(_variance(each) for each in self.networks)
        return known, -len(self.networks), implementation_rank(self.implementation), self.device


class Evidence:
    """The records of a report's finished runs.

    Of a run that is not finished nothing counts: "the best network", or "how many learning rates work", would be that
    of the cells that happened to come first.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = [run for run in runs if not run.missing]
        #: Those that are left out.
        self.unfinished = [run for run in runs if run.missing]

    def trained(self) -> Sequence[Trained]:
        """Every accuracy with a result, but those of implementations whose certificate failed."""
        return self._trained

    def benches(
        self, *having: Callable[[Trained], bool], inputs: Collection[str] = (), kind: Kind | None = None
    ) -> list[Bench]:
        """One a task: of several runs, implementations and devices the one whose means are known best.

        Matched implementations are no independent repetitions of one another, so one speaks for all.

        Args:
            having: what is compared; a bench needs a network or baseline of each.
            inputs: kinds of data sets, `("images",)`; empty for all.
            kind: of the question; None for all.
        """
        chosen: dict[str, Bench] = {}
        for bench in self._benches:
            everything = (*bench.networks, *bench.baselines)
            asked = (not inputs or inputs_of(bench.facts) in inputs) and kind in (None, bench.facts.kind)
            if asked and all(any(map(wanted, everything)) for wanted in having):
                before = chosen.get(bench.task)
                if before is None or bench.preference < before.preference:
                    chosen[bench.task] = bench
        return [chosen[task] for task in sorted(chosen)]

    def variants(self, study: str) -> dict[tuple[str, str], list[Trained]]:
        """A study's variants: task and recipe -> what was trained; where several runs hold it, of the last one."""
        groups: dict[tuple[str, str], dict[str, Trained]] = {}
        for each in self._trained:
            variant = each.cell.variant
            if variant is not None and each.run.manifest.study is not None and each.run.manifest.study.name == study:
                groups.setdefault((each.cell.task, variant.recipe), {})[variant.name] = each
        return {place: list(here.values()) for place, here in groups.items()}

    def measurements(self) -> Iterator[tuple[Run, Measurement, str]]:
        """Every operation that was timed, by run, with the folder of its network."""
        for run in self.runs:
            for measurement in run.measurements.all:
                if measurement.timings:
                    yield run, measurement, measurement.cell.network

    def timing_keys(self, run: Run, measurement: Measurement) -> tuple[str, ...]:
        """Keys of the records of a measurement's launches."""
        cell = measurement.cell
        return self._timing_keys.get((run.label, cell.task, cell.architecture, cell.implementation, cell.device), ())

    @cached_property
    def _trained(self) -> list[Trained]:
        return [
            Trained(run, record.key, cell, record.result)
            for run in self.runs
            for cell, record in sorted(run.of_kind(AccuracyCell), key=lambda pair: place_rank(pair[0]))
            if isinstance(record.result, AccuracyResult)
            and cell.task in run.manifest.tasks
            and run.certificates.standing(cell) != "failed"
        ]

    @cached_property
    def _benches(self) -> list[Bench]:
        baselines: dict[tuple[str, str], list[Trained]] = {}
        networks: dict[tuple[str, str, str, str], list[Trained]] = {}
        for each in self._trained:
            cell = each.cell
            if cell.is_baseline:
                baselines.setdefault((each.run.label, cell.task), []).append(each)
            elif each.stands_for_its_network:
                networks.setdefault((each.run.label, cell.task, cell.implementation, cell.device), []).append(each)
        return [
            Bench(task, implementation, device, tuple(here), tuple(baselines.get((run, task), ())))
            for (run, task, implementation, device), here in networks.items()
        ]

    @cached_property
    def _timing_keys(self) -> dict[tuple[str, str, str, str, str], tuple[str, ...]]:
        keys: dict[tuple[str, str, str, str, str], tuple[str, ...]] = {}
        for run in self.runs:
            for cell, record in sorted(run.of_kind(TimingCell), key=lambda pair: pair[0].launch):
                place = (run.label, cell.task, cell.architecture, cell.implementation, cell.device)
                keys[place] = (*keys.get(place, ()), record.key)
        return keys


def _variance(trained: Trained) -> float:
    """Of the mean over its trainings, as a share of that of one; 1 for a single one."""
    splits = trained.result.splits
    ratio = resampling_ratio(trained.run, trained.cell, splits)
    return variance_factor(len(splits), ratio) if len(splits) > 1 else 1.0


def inputs_of(facts: TaskFacts) -> str:
    """The kind of a task's data set; manifests of before it was stored have it by the data set's name."""
    if facts.inputs is not None:
        return facts.inputs
    return _kind_of(facts.dataset)


@cache
def _kind_of(dataset: str) -> str:
    known = datasets().get(dataset)
    return "" if known is None else known.kind


def contrast(
    first: Trained, second: Trained, place: str | None = None, metric: str | None = None, smallest: float | None = None
) -> Contrast | None:
    """Two trainings of one task, paired by seed and fold; None where the metric is not finite, or has no direction.

    Args:
        place: where the claim says something; the task, if not given.
        metric: by which they are compared; the task's principal one, if not given.
        smallest: effect worth mentioning; by `smallest_effect`, if not given.
    """
    name = metric or first.metric
    measure = measure_of(name)
    others = second.values(name)
    if measure is None or not others or not first.values(name):
        return None
    pairs = paired_splits(first.result.splits, second.result.splits, second.cell)
    return Contrast(
        place=place or first.cell.task,
        first=first.title,
        second=second.title,
        by=first.cell.implementation + ("" if first.cell.device == "cpu" else f" on {first.cell.device}"),
        measure=measure,
        gains=tuple(measure.sign * (one.metrics[name] - other.metrics[name]) for one, other in pairs),
        smallest=smallest_effect(name, mean_of(others)) if smallest is None else smallest,
        test_to_train=resampling_ratio(first.run, first.cell, [one for one, _ in pairs]) if pairs else 0.0,
        run=first.run.label,
        records=(first.key, second.key),
        data=first.facts.dataset,
    )


def contrast_of_times(
    evidence: Evidence,
    runs: tuple[Run, Run],
    first: Measurement,
    second: Measurement,
    place: str,
    measure: Measure,
    smallest: float,
) -> Contrast:
    """How many times as fast the first is as the second, launch by launch, as a logarithm."""
    times, others = first.medians, second.medians
    return Contrast(
        place=place,
        first=first.cell.implementation,
        second=second.cell.implementation,
        by=f"{first.cell.task}, {architecture_title(first.cell.architecture)}, batch {first.batch_size}",
        measure=measure,
        gains=tuple(math.log(others[launch] / times[launch]) for launch in first.beside(second)),
        smallest=smallest,
        test_to_train=0.0,
        run=runs[0].label,
        records=(*evidence.timing_keys(runs[0], first), *evidence.timing_keys(runs[1], second)),
        data=data_of(runs[0], first.cell.task),
    )


def data_of(run: Run, task: str) -> str:
    """A task's data set; the task itself where the manifest does not say."""
    facts = run.manifest.tasks.get(task)
    return task if facts is None else facts.dataset
