"""Series that are classified, or from which a number is predicted: scaled, and filled up to one length."""

from dataclasses import dataclass

import numpy as np

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from impls import Array


@dataclass(frozen=True)
class ScaledSeries:
    """Every channel to mean 0 and deviation 1, by the steps of the training part.

    A value that is missing within a series lies on the line between its neighbours. Series may be of unequal length:
    they then end at the last step, so that what recurrent networks remember last is real, and before their beginning
    stand zeros, which are the channels' means. `marked` adds a channel that is 1 at real steps and 0 before them.
    """

    #: Steps of the longest series.
    length: int
    #: Whether a channel says which steps are real: for series of unequal length.
    marked: bool = False

    def channels(self, channels: int) -> int:
        """Channels that networks read."""
        return channels + self.marked

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        parts = [self._checked(np.asarray(part.inputs)) for part in (train, test)]
        mean, deviation = np.nanmean(parts[0], axis=(0, 1)), np.nanstd(parts[0], axis=(0, 1))
        deviation[deviation == 0] = 1.0
        encoded = [self._aligned((part - mean) / deviation) for part in parts]
        return {
            "train_inputs": encoded[0],
            "train_targets": train.targets,
            "test_inputs": encoded[1],
            "test_targets": test.targets,
        }

    def _checked(self, series: Array) -> Array:
        if series.ndim != 3:
            raise TaskError(f"encoding=ScaledSeries reads (examples, steps, channels), the data is {series.shape}")
        if np.isinf(series).any():
            raise TaskError("a series holds an infinite value; put the data right")
        lengths = _lengths(series)
        if lengths.min() == 0:
            raise TaskError(f"series {int(lengths.argmin()) + 1} of a part holds no values")
        if lengths.max() > self.length:
            raise TaskError(f"a series of {lengths.max()} steps is longer than length={self.length} of its encoding")
        if lengths.min() < lengths.max() and not self.marked:
            raise TaskError(
                f"series are of {lengths.min()} to {lengths.max()} steps; give the encoding marked=True, and the "
                "networks a channel more"
            )
        return series

    def _aligned(self, series: Array) -> Array:
        """(examples, length, channels), float32."""
        channels = series.shape[2]
        aligned = np.zeros((len(series), self.length, self.channels(channels)), np.float32)
        lengths = _lengths(series)
        for row, length in enumerate(lengths):
            aligned[row, self.length - length :, :channels] = _filled(series[row, :length])
            aligned[row, self.length - length :, channels:] = 1.0
        return aligned


def _lengths(series: Array) -> Array:
    """Steps of each series up to its last value."""
    real = np.asarray(~np.isnan(series).all(axis=2))
    return np.where(real.any(axis=1), series.shape[1] - real[:, ::-1].argmax(axis=1), 0)


def _filled(series: Array) -> Array:
    """The series (steps, channels) with its gaps filled; a channel without any value is 0."""
    gaps = np.isnan(series)
    if not gaps.any():
        return series
    filled = np.zeros_like(series)
    steps = np.arange(len(series))
    for channel in range(series.shape[1]):
        real = ~gaps[:, channel]
        if real.any():
            filled[:, channel] = np.interp(steps, steps[real], series[real, channel])
    return filled
