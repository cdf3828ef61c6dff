"""Names the figures of a run, and gathers times and memory by launch."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.records.cells import AccuracyCell, Place, TimingCell
from benchmarks.records.results import AccuracyResult, TimingResult
from report.comparing.positive import Sample
from report.runs.reading import Run


@dataclass(frozen=True)
class Subject:
    """What a figure is of: where it was measured, and which quantity of it.

    `what` is an operation ("train_epoch" …), "first_step", "peak memory", a metric's name, or the kind of a cell.
    """

    cell: Place
    what: str
    batch_size: int | None = None


def times(run: Run, without: Collection[str]) -> dict[str, Sample]:
    """Seconds of every operation, and of the first step, one value a launch; of the places not in `without`."""
    return _samples(_times(run), without)


def memory(run: Run, without: Collection[str]) -> dict[str, Sample]:
    """Bytes of peak memory of the processes that time, one value a launch; of the places not in `without`."""
    return _samples(_memory(run), without)


def subjects(run: Run) -> dict[str, Subject]:
    """Name of a figure -> what it is of, for all figures that a comparison with this run can have."""
    named = {name: subject for name, subject, _ in (*_times(run), *_memory(run))}
    for record in run.records:
        cell, result = record.cell, record.result
        if isinstance(cell, Place):
            named[outcome_name(cell.kind, cell)] = Subject(cell, cell.kind)
        if isinstance(cell, AccuracyCell) and isinstance(result, AccuracyResult):
            for metric in result.splits[0].metrics:
                named[metric_name(metric, cell)] = Subject(cell, metric)
    return named


def _samples(values: Iterator[tuple[str, Subject, float]], without: Collection[str]) -> dict[str, Sample]:
    launches: dict[str, list[float]] = defaultdict(list)
    for name, subject, value in values:
        if place_name(subject.cell) not in without:
            launches[name].append(value)
    return {name: Sample(tuple(here)) for name, here in launches.items()}


def _times(run: Run) -> Iterator[tuple[str, Subject, float]]:
    for cell, result in _timings(run):
        yield f"first_step {place_name(cell)}{_process(result)}", Subject(cell, "first_step"), result.first_step_s
        for operation in result.operations:
            name = f"{operation.operation} {place_name(cell)} batch {operation.batch_size}"
            if operation.examples != operation.batch_size:  # an epoch's, which runs of other versions cut elsewhere
                name += f" of {operation.examples} examples"
            yield name, Subject(cell, operation.operation, operation.batch_size), median(operation.samples_s)


def _memory(run: Run) -> Iterator[tuple[str, Subject, float]]:
    for cell, result in _timings(run):
        # What a process needs depends on all that it measures.
        batches = ", ".join(str(size) for size in cell.batch_sizes)
        name = f"peak memory {place_name(cell)} batches {batches}{_process(result)}"
        yield name, Subject(cell, "peak memory"), float(result.peak_memory_bytes)


def _timings(run: Run) -> Iterator[tuple[TimingCell, TimingResult]]:
    for cell, record in run.of_kind(TimingCell):
        if isinstance(record.result, TimingResult):
            yield cell, record.result


def _process(result: TimingResult) -> str:
    """A process that has timed other networks holds more, and has set up its framework before."""
    return "" if result.position is None else ", shared process"


def place_name(cell: Place) -> str:
    """`digits mlp torch cpu float32`."""
    return f"{cell.task} {cell.architecture} {cell.implementation} {cell.device} {cell.dtype}"


def metric_name(metric: str, cell: Place) -> str:
    """The name of a metric's figure."""
    return f"{metric} {place_name(cell)}"


def outcome_name(kind: str, cell: Place) -> str:
    """The name of a figure that says whether a certificate or a cell is as it was."""
    return f"{kind} {place_name(cell)}"
