"""What claims ask of the records: a task's trainings side by side, and times by network family and implementation."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.kinds import ProblemKind
from benchmarks.records.cells import AccuracyCell, TimingCell
from benchmarks.records.results import AccuracyResult
from benchmarks.records.task_facts import TaskFacts
from report.claims.trained import Trained, inputs_of
from report.runs.measurements import Measurement
from report.runs.reading import Run
from report.statistics.intervals import variance_factor
from report.tables.accuracy import resampling_ratio
from report.text.naming import implementation_rank, place_rank


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
        self, *having: Callable[[Trained], bool], inputs: Collection[str] = (), kind: ProblemKind | None = None
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
