"""Copies of records: turned around, drawn anew from one distribution, and cut down to few repetitions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from benchmarks.records.inspection import HiddenGradients
from benchmarks.records.results import AccuracyResult, LayerProbe, Record, SplitResult, TimingResult

Metrics: TypeAlias = Mapping[str, float] | None

#: Fields of a split that hold metrics.
FIELDS = ("metrics", "train_metrics", "validation_metrics")


def mirrored(records: Sequence[Record]) -> list[Record]:
    """Every result on the other side of its task's middle: whoever was ahead is behind by as much.

    Times are mirrored as logarithms, and gradients read from the other end.
    """
    middles = _middles(records)

    def metrics(task: str, values: Metrics) -> Metrics:
        return None if values is None else {name: middles[task, name] - value for name, value in values.items()}

    def seconds(record: Record, values: Sequence[float]) -> tuple[float, ...]:
        return tuple(middles[record.cell.task, "seconds"] / value for value in values)

    def reversed_norms(norms: HiddenGradients | None) -> HiddenGradients | None:
        return None if norms is None else HiddenGradients(start=norms.start[::-1], end=norms.end[::-1])

    return _changed(records, metrics, seconds, reversed_norms)


def redrawn(records: Sequence[Record], generator: np.random.Generator) -> list[Record]:
    """Every result drawn from the same distribution, as training on shuffled labels gives it."""

    def metrics(_: str, values: Metrics) -> Metrics:
        return None if values is None else {name: float(generator.normal(0.5, 0.05)) for name in values}

    def seconds(_: Record, values: Sequence[float]) -> tuple[float, ...]:
        return (float(np.exp(generator.normal(0.0, 0.5))),) * len(values)

    def norms(gradients: HiddenGradients | None) -> HiddenGradients | None:
        if gradients is None:
            return None
        drawn = [tuple(10 ** generator.normal(0.0, 1.0, len(gradients.start))) for _ in range(2)]
        return HiddenGradients(start=drawn[0], end=drawn[1])

    return _changed(records, metrics, seconds, norms)


def fewer(records: Sequence[Record], repetitions: int) -> list[Record]:
    """The first splits of each training, and the first launches."""
    kept = []
    for record in records:
        if isinstance(record.result, AccuracyResult):
            splits = record.result.splits[:repetitions]
            kept.append(_with(record, record.result.model_copy(update={"splits": splits})))
        elif getattr(record.cell, "launch", 0) < repetitions:
            kept.append(record)
    return kept


def _middles(records: Sequence[Record]) -> dict[tuple[str, str], float]:
    """Task and metric -> smallest plus largest value; of times their product."""
    values: dict[tuple[str, str], list[float]] = {}
    for record in records:
        if isinstance(record.result, AccuracyResult):
            for split in record.result.splits:
                for field in FIELDS:
                    for name, value in (getattr(split, field) or {}).items():
                        values.setdefault((record.cell.task, name), []).append(value)
                for probe in split.probes:
                    values.setdefault((record.cell.task, "accuracy"), []).append(probe.accuracy)
        elif isinstance(record.result, TimingResult):
            times = [time for timing in record.result.operations for time in timing.samples_s]
            values.setdefault((record.cell.task, "seconds"), []).extend(times)
    return {
        key: min(here) * max(here) if key[1] == "seconds" else min(here) + max(here) for key, here in values.items()
    }


def _changed(
    records: Sequence[Record],
    metrics: Callable[[str, Metrics], Metrics],
    seconds: Callable[[Record, Sequence[float]], tuple[float, ...]],
    norms: Callable[[HiddenGradients | None], HiddenGradients | None],
) -> list[Record]:
    return [_changed_one(record, metrics, seconds, norms) for record in records]


def _changed_one(record: Record, metrics: Any, seconds: Any, norms: Any) -> Record:
    result = record.result
    if isinstance(result, AccuracyResult):

        def split(each: SplitResult) -> SplitResult:
            changes = {field: metrics(record.cell.task, getattr(each, field)) for field in FIELDS}
            probes = tuple(_probe(record, probe, metrics) for probe in each.probes)
            return each.model_copy(
                update=changes | {"hidden_gradients": norms(each.hidden_gradients), "probes": probes}
            )

        return _with(record, result.model_copy(update={"splits": tuple(map(split, result.splits))}))
    if isinstance(result, TimingResult):
        operations = tuple(
            timing.model_copy(update={"samples_s": seconds(record, timing.samples_s)}) for timing in result.operations
        )
        return _with(record, result.model_copy(update={"operations": operations}))
    return record


def _probe(record: Record, probe: LayerProbe, metrics: Any) -> LayerProbe:
    """Its accuracy is one like the network's."""
    changed = metrics(record.cell.task, {"accuracy": probe.accuracy})
    return probe.model_copy(update=changed)


def _with(record: Record, result: Any) -> Record:
    return record.model_copy(update={"result": result})
