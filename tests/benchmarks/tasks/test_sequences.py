"""Series as examples: scaled by the training part, aligned at their end, compared by time warping."""

import numpy as np
import pytest

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Part
from benchmarks.tasks.baselines.series import NearestSeries, summaries, warped
from benchmarks.tasks.encodings.sequences import ScaledSeries
from benchmarks.tasks.split import Split

NAN = np.nan


def parts(train: object, test: object, targets: object = (0, 1)) -> tuple[Part, Part]:
    return Part(np.array(train, float), np.array(targets)), Part(np.array(test, float), np.array(targets))


def test_each_channel_is_scaled_by_the_training_part_alone() -> None:
    generator = np.random.default_rng(0)
    train = generator.normal([5.0, -2.0], [3.0, 0.5], (40, 10, 2))
    encoded = ScaledSeries(10).encode(Part(train, np.zeros(40)), Part(train[:5] + 100.0, np.zeros(5)))
    np.testing.assert_allclose(encoded["train_inputs"].mean((0, 1)), 0, atol=1e-6)
    np.testing.assert_allclose(encoded["train_inputs"].std((0, 1)), 1, atol=1e-6)
    np.testing.assert_allclose(encoded["test_inputs"], encoded["train_inputs"][:5] + 100 / train.std((0, 1)), rtol=1e-4)


def test_short_series_end_at_the_last_step_behind_zeros_and_a_channel_marks_them() -> None:
    train, test = parts([[[1], [3], [5]], [[3], [NAN], [NAN]]], [[[3], [5], [NAN]], [[1], [1], [1]]])
    encoded = ScaledSeries(4, marked=True).encode(train, test)
    deviation = np.std([1, 3, 5, 3])
    np.testing.assert_allclose(
        encoded["train_inputs"],
        [[[0, 0], [-2 / deviation, 1], [0, 1], [2 / deviation, 1]], [[0, 0], [0, 0], [0, 0], [0, 1]]],
        atol=1e-6,
    )
    np.testing.assert_allclose(encoded["test_inputs"][0, :, 1], [0, 0, 1, 1])
    assert encoded["test_inputs"].dtype == np.float32


def test_gaps_within_a_series_are_filled_on_a_line() -> None:
    train, test = parts([[[0], [NAN], [4]], [[0], [2], [4]]], [[[NAN], [1], [2]], [[0], [0], [0]]])
    encoded = ScaledSeries(3).encode(train, test)
    np.testing.assert_allclose(encoded["train_inputs"][0], encoded["train_inputs"][1])
    assert encoded["test_inputs"][0, 0] == encoded["test_inputs"][0, 1]


@pytest.mark.parametrize(
    ("series", "encoding", "message"),
    [
        (np.zeros((2, 3)), ScaledSeries(3), r"reads \(examples, steps, channels\), the data is \(2, 3\)"),
        (np.zeros((2, 5, 1)), ScaledSeries(4), "a series of 5 steps is longer than length=4"),
        (
            [[[1.0], [NAN]], [[1.0], [2.0]]],
            ScaledSeries(2),
            "series are of 1 to 2 steps; give the encoding marked=True",
        ),
        ([[[NAN], [NAN]], [[1.0], [2.0]]], ScaledSeries(2, marked=True), "series 1 of a part holds no values"),
        ([[[np.inf], [0.0]], [[1.0], [2.0]]], ScaledSeries(2), "infinite value"),
    ],
)
def test_series_that_do_not_fit_are_refused(series: object, encoding: ScaledSeries, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        encoding.encode(*parts(series, series))


def distance(a: list[float], b: list[float], window: int) -> float:
    """By the definition, cell by cell."""
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if abs(i - j) <= window:
                least = min(table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])
                table[i, j] = (a[i - 1] - b[j - 1]) ** 2 + least
    return float(table[-1, -1])


@pytest.mark.parametrize("window", [0.1, 0.5, 1.0])
def test_time_warping_is_as_defined(window: float) -> None:
    generator = np.random.default_rng(1)
    test, train = generator.standard_normal((3, 10, 1)), generator.standard_normal((4, 10, 1))
    wanted = [[distance(a[:, 0], b[:, 0], round(window * 10)) for b in train] for a in test]
    np.testing.assert_allclose(warped(test, train, window), wanted)


def test_warping_finds_the_same_shape_elsewhere_and_euclid_does_not() -> None:
    train = np.zeros((2, 20, 1), np.float32)
    train[0, 5:8], train[1, 5:8] = 1.0, -1.0
    test = np.zeros((2, 20, 1), np.float32)
    test[0, 9:12], test[1, 9:12] = 1.0, -1.0
    test[:, 6] = [[-0.5], [0.5]]
    split = Split(train, np.array([0, 1]), test, np.array([0, 1]), 0.0, 1.0)
    assert NearestSeries("time warping", window=0.3).run(split).answers.argmax(1).tolist() == [0, 1]
    assert NearestSeries("Euclid").run(split).answers.argmax(1).tolist() == [1, 0]


def test_the_nearest_series_gives_its_number_too() -> None:
    train = np.arange(6, dtype=np.float32).reshape(3, 2, 1)
    split = Split(train, np.array([[0.0], [1.0], [2.0]]), train[[2, 0]] + 0.1, np.zeros((2, 1)), 0.0, 1.0)
    assert NearestSeries().run(split).answers.tolist() == [[2.0], [0.0]]


def test_summaries_of_a_line() -> None:
    (row,) = summaries(np.array([[[1.0], [3.0], [5.0]]]))
    np.testing.assert_allclose(row, [3, np.std([1, 3, 5]), 1, 5, 1, 5, 2])
