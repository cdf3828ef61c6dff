"""A network's trainings on a task, as claims ask of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.datasets import datasets
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from benchmarks.records.task_facts import TaskFacts
from report.claims.measures import measure_of
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.text.naming import architecture_title, is_fully_connected, is_sequence_network

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
        """Whether it shows what its network does on the task, with all its data: as declared, or put in the place of
        another one.
        """
        variant = self.cell.variant
        return variant is None or ("network" in variant.overrides and self.cell.train_examples is None)

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


def inputs_of(facts: TaskFacts) -> str:
    """The kind of a task's data set; manifests of before it was stored have it by the data set's name."""
    if facts.inputs is not None:
        return facts.inputs
    return _kind_of(facts.dataset)


@cache
def _kind_of(dataset: str) -> str:
    known = datasets().get(dataset)
    return "" if known is None else known.kind
