"""Windows of a series: standardized by what was before, each test step forecast once, nothing seen too early."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.encodings.series import SeriesWindows
from impls import Array


def parts(before: int, after: int) -> tuple[Part, Part]:
    """The first column tells the step, the second its square; targets are not looked at."""
    steps = np.arange(before + after, dtype=float)
    series = np.stack([steps, steps**2], axis=1)
    return Part(series[:before], steps[:before]), Part(series[before:], steps[before:])


def steps_of(standardized: Array, arrays: dict[str, Array]) -> Array:
    return np.rint(standardized * arrays["target_scale"] + arrays["target_mean"]).astype(int)


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3), st.integers(4, 15))
def test_targets_follow_their_window_and_every_test_step_is_forecast_once(
    length: int, horizon: int, longer: int, stride: int, after: int
) -> None:
    before, season = 15, horizon + longer
    train, test = parts(before, after)
    arrays = SeriesWindows(length, horizon, season, stride).encode(train, test)
    assert arrays["target_mean"] == pytest.approx(np.arange(before).mean())
    assert arrays["target_scale"] == pytest.approx(np.arange(before).std())
    seen = steps_of(arrays["train_inputs"][:, :, 0], arrays)
    following = steps_of(arrays["train_targets"], arrays)
    np.testing.assert_array_equal(following[:, 0], seen[:, -1] + 1)
    np.testing.assert_array_equal(np.diff(seen, axis=1), 1)
    assert following.max() < before, "a training target lies in the test part"
    assert (np.diff(seen[:, 0]) == stride).all()
    asked = arrays["test_targets"]
    assert asked.ravel().tolist() == list(range(before, before + after - after % horizon))
    np.testing.assert_array_equal(steps_of(arrays["test_inputs"][:, -1, 0], arrays), asked[:, 0] - 1)
    np.testing.assert_array_equal(steps_of(arrays["seasonal"], arrays), asked - season)


def test_every_column_is_standardized_by_the_training_part_and_a_constant_is_only_shifted() -> None:
    train, test = parts(10, 4)
    series = [np.column_stack([part.inputs, np.full(len(part.inputs), 7.0)]) for part in (train, test)]
    arrays = SeriesWindows(9, 1, 1).encode(Part(series[0], train.targets), Part(series[1], test.targets))
    expected = (series[0] - series[0].mean(axis=0)) / [*series[0].std(axis=0)[:2], 1.0]
    np.testing.assert_allclose(arrays["train_inputs"], expected[np.newaxis, :9], atol=1e-6)
    np.testing.assert_allclose(arrays["test_inputs"][0], expected[1:], atol=1e-6)


@pytest.mark.parametrize("encoding", [SeriesWindows(5, 3, 2), SeriesWindows(9, 3, 3), SeriesWindows(2, 5, 5)])
def test_parts_that_are_too_short_and_seasons_that_are_not_known_in_time_are_reported(encoding: SeriesWindows) -> None:
    with pytest.raises(TaskError, match="a training part of 10 steps and a test part of 4 are too short"):
        encoding.encode(*parts(10, 4))
