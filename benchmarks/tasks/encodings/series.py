"""Time series as windows with the values that follow them."""

from dataclasses import dataclass

import numpy as np

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from impls import Array


@dataclass(frozen=True)
class SeriesWindows:
    """Windows of a series, all columns, and the next `horizon` values of its first column.

    Columns get mean 0 and deviation 1 by the training part. Training windows begin every `stride` steps. The test part
    is forecast block by block, each of its steps once (those that fill no whole horizon at its end are left out), from
    the `length` steps before the block, whichever part they lie in: they are known by then.
    """

    #: Steps that the networks see, and that they forecast at once.
    length: int
    horizon: int
    #: After this many steps the series is expected to repeat itself: what the seasonal naive forecast says.
    season: int
    stride: int = 1

    def encode(self, train: Part, test: Part) -> dict[str, Array]:
        before, after = (np.asarray(part.inputs, np.float64) for part in (train, test))
        needed = max(self.length, self.season) + self.horizon
        if self.season < self.horizon or len(before) < needed or len(after) < self.horizon:
            raise TaskError(
                f"a training part of {len(before)} steps and a test part of {len(after)} are too short for windows of "
                f"{self.length}, season {self.season} and horizon {self.horizon}, or the season is below the horizon"
            )
        mean, scale = before.mean(axis=0), before.std(axis=0)
        scale[scale == 0] = 1.0
        series = (np.concatenate([before, after]) - mean) / scale
        first_targets = np.arange(self.length, len(before) - self.horizon + 1, self.stride)
        blocks = np.arange(len(before), len(series) - self.horizon + 1, self.horizon)
        return {
            "train_inputs": self._before(series, first_targets).astype(np.float32),
            "train_targets": self._from(series[:, 0], first_targets),
            "test_inputs": self._before(series, blocks).astype(np.float32),
            "test_targets": self._from(np.concatenate([before, after])[:, 0], blocks),
            "seasonal": self._from(series[:, 0], blocks - self.season),
            "target_mean": mean[0],
            "target_scale": scale[0],
        }

    def _before(self, series: Array, steps: Array) -> Array:
        """(steps, length, columns): what lies just before each of the steps."""
        return series[steps[:, np.newaxis] + np.arange(-self.length, 0)]

    def _from(self, series: Array, steps: Array) -> Array:
        """(steps, horizon): the values from each of the steps on."""
        values: Array = series[steps[:, np.newaxis] + np.arange(self.horizon)]
        return values
