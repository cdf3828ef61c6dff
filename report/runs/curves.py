"""Learning curves: a task's networks after each epoch, mean and spread over the splits."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, EpochPoint, SplitResult
from report.statistics.intervals import mean_of, spread

#: Architecture's label and device.
Network: TypeAlias = tuple[str, str]
#: A task's networks.
Trained: TypeAlias = Iterable[tuple[AccuracyCell, AccuracyResult]]


@dataclass(frozen=True)
class Series:
    """A figure after each epoch; None where no split has a finite one, or fewer than two for the spread."""

    mean: tuple[float | None, ...]
    std: tuple[float | None, ...]

    @property
    def band(self) -> tuple[float, ...] | None:
        """One standard deviation a point, 0 where there is none; None without any."""
        return None if not any(self.std) else tuple(value or 0.0 for value in self.std)


@dataclass(frozen=True)
class Curve:
    """One implementation of a network."""

    implementation: str
    epochs: tuple[int, ...]
    loss: Series
    metric: Series
    #: Means over the splits: training seconds since the first epoch began, and examples of an epoch.
    train_seconds: tuple[float, ...]
    train_examples: float


def network_curves(trained: Trained, metric: str | None) -> dict[Network, list[Curve]]:
    """The curves of a task's networks in the order in which they were `trained`; empty without a principal metric."""
    curves: dict[Network, list[Curve]] = {}
    if metric is not None:
        for cell, result in trained:
            curve = _curve(cell.implementation, result.splits, metric)
            if curve is not None:
                curves.setdefault((cell.architecture, cell.device), []).append(curve)
    return curves


def examples_behind_points(trained: Trained) -> int | None:
    """How many held-out examples a point rests on, where that is not all of them."""
    counts = {
        point.evaluated
        for _, result in trained
        for split in result.splits
        for point in split.curve
        if point.evaluated is not None
    }
    return max(counts, default=None)


def _curve(implementation: str, splits: Iterable[SplitResult], metric: str) -> Curve | None:
    points: dict[int, list[EpochPoint]] = {}
    examples = []
    for split in splits:
        examples += [split.train_examples] * bool(split.curve)
        for point in split.curve:
            points.setdefault(point.epoch, []).append(point)
    if not any(metric in point.metrics for here in points.values() for point in here):
        return None
    epochs = sorted(points)
    return Curve(
        implementation=implementation,
        epochs=tuple(epochs),
        loss=_series([point.train_loss for point in points[epoch]] for epoch in epochs),
        metric=_series([point.metrics.get(metric, math.nan) for point in points[epoch]] for epoch in epochs),
        train_seconds=tuple(mean_of([point.train_seconds for point in points[epoch]]) for epoch in epochs),
        train_examples=mean_of(examples),
    )


def _series(values: Iterable[list[float]]) -> Series:
    finite = [[value for value in here if math.isfinite(value)] for here in values]
    return Series(
        mean=tuple(mean_of(here) if here else None for here in finite),
        std=tuple(spread(here) if len(here) > 1 else None for here in finite),
    )
