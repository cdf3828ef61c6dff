"""The timings of a run, gathered from their launches: one measurement an operation and batch size."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from benchmarks.records.cells import PeakCell, TimingCell
from benchmarks.records.results import OperationTiming, PeakResult, Record, TimingResult
from report.statistics.launches import Duration, Ratio, duration, log_ratio, paired_ratio
from report.text.naming import OPERATIONS, one_line, place_rank


@dataclass(frozen=True)
class Measurement:
    """One operation at one batch size, over all launches of its cell."""

    cell: TimingCell
    operation: str
    batch_size: int
    #: Launch number -> its rounds; empty where no launch came to an end.
    timings: Mapping[int, OperationTiming]
    #: Launch number -> everything that its process measured.
    launches: Mapping[int, TimingResult]
    #: One line for each launch that failed.
    failures: tuple[str, ...]

    @property
    def network(self) -> tuple[str, str, str]:
        """Task, architecture and device: what measurements must share to be compared."""
        return self.cell.task, self.cell.architecture, self.cell.device

    @cached_property
    def duration(self) -> Duration | None:
        """Median seconds of a call."""
        samples = {launch: timing.samples_s for launch, timing in self.timings.items()}
        return duration(samples) if samples else None

    @cached_property
    def medians(self) -> dict[int, float]:
        """Launch number -> median seconds."""
        return {launch: median(timing.samples_s) for launch, timing in self.timings.items()}

    @property
    def examples(self) -> int:
        """Examples of a call."""
        return next(iter(self.timings.values())).examples

    @property
    def flops(self) -> int:
        """Floating-point operations of a call, in the weight layers."""
        return next(iter(self.timings.values())).flops

    @property
    def disturbed(self) -> int:
        """Launches in which the machine was busy elsewhere meanwhile."""
        return sum(timing.disturbance.disturbed for timing in self.timings.values())

    def ratio_to(self, other: "Measurement | None") -> Ratio | None:
        """This one's time over the other's, paired by launch: what one command measured, side by side."""
        if other is None:
            return None
        return paired_ratio(list(self.log_ratios_to(other).values()))

    def log_ratios_to(self, other: "Measurement") -> dict[int, float]:
        """Launch number -> logarithm of this one's time over the other's; paired by turn where they took turns.

        That is what implementations of one network do on the processor; what holds a GPU is measured alone.
        """
        if self.network == other.network and self.cell.device == "cpu":
            return {
                launch: log_ratio(self.timings[launch].samples_s, other.timings[launch].samples_s)
                for launch in self.beside(other)
            }
        return {launch: math.log(self.medians[launch] / other.medians[launch]) for launch in self.beside(other)}

    def beside(self, other: "Measurement") -> list[int]:
        """Launches of both that one command measured, ascending: the pairs of every comparison of times."""
        return sorted(
            launch
            for launch in self.medians.keys() & other.medians.keys()
            if self.launches[launch].sitting == other.launches[launch].sitting
        )


class Measurements:
    """All measurements of a run, in the order of the tables."""

    def __init__(
        self, timings: Iterable[tuple[TimingCell, Record]], peaks: Iterable[tuple[PeakCell, Record]] = ()
    ) -> None:
        cells: dict[tuple[str, str, str, str], list[tuple[TimingCell, Record]]] = {}
        for cell, record in timings:
            cells.setdefault((cell.task, cell.architecture, cell.device, cell.implementation), []).append(
                (cell, record)
            )
        self.all = sorted((each for group in cells.values() for each in _measurements(group)), key=order)
        self._by_place = {
            (each.network, each.cell.implementation, each.operation, each.batch_size): each for each in self.all
        }
        self._peaks = {
            (cell.device, cell.dtype, cell.threads): record.result.flops_per_s
            for cell, record in peaks
            if isinstance(record.result, PeakResult)
        }

    def counterpart(self, measurement: Measurement, implementation: str) -> Measurement | None:
        """The same operation, network, device and batch size by another implementation."""
        return self._by_place.get((measurement.network, implementation, measurement.operation, measurement.batch_size))

    def share_of_peak(self, measurement: Measurement) -> float | None:
        """Floating-point operations a second, as a share of the largest matrix-product rate of the same run."""
        cell = measurement.cell
        peak = self._peaks.get((cell.device, cell.dtype, cell.threads))
        if not peak or measurement.duration is None:
            return None
        return measurement.flops / measurement.duration.median / peak

    @cached_property
    def epochs(self) -> list[Measurement]:
        """The timed training epochs."""
        return [each for each in self.all if each.operation == "train_epoch" and each.duration is not None]

    @cached_property
    def epoch_of(self) -> dict[tuple[tuple[str, str, str], str], Measurement]:
        """Network and implementation -> its timed training epoch."""
        return {(each.network, each.cell.implementation): each for each in self.epochs}


def order(measurement: Measurement) -> tuple[object, ...]:
    """Sort key: task, architecture, implementation, device, operation, batch size."""
    return (
        *place_rank(measurement.cell),
        list(OPERATIONS).index(measurement.operation),
        measurement.batch_size,
    )


def _measurements(group: Sequence[tuple[TimingCell, Record]]) -> list[Measurement]:
    cell = min((cell for cell, _ in group), key=lambda cell: cell.launch)
    launches = {cell.launch: record.result for cell, record in group if isinstance(record.result, TimingResult)}
    failures = tuple(
        f"launch {cell.launch}: {one_line(record.reason or 'no reason given')}"
        for cell, record in group
        if record.status == "failed"
    )
    timings: dict[tuple[str, int], dict[int, OperationTiming]] = {expected: {} for expected in _expected(cell)}
    for launch, result in sorted(launches.items()):
        for timing in result.operations:
            timings.setdefault((timing.operation, timing.batch_size), {})[launch] = timing
    return [
        Measurement(cell, operation, batch_size, by_launch, launches, failures)
        for (operation, batch_size), by_launch in timings.items()
    ]


def _expected(cell: TimingCell) -> list[tuple[str, int]]:
    steps = [(operation, size) for size in cell.batch_sizes for operation in ("train_step", "predict")]
    return [*steps, ("train_epoch", cell.epoch_batch_size)]
