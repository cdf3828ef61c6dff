"""The measures of a certificate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls.testing.findings import (
    NOT_FINITE,
    SMALLEST_GRADIENT_SHARE,
    Finding,
    gradient_departures,
    parameter_departures,
    prefixed,
    relative_norm,
    relative_to_largest,
    under,
    worst_of,
)


@pytest.mark.parametrize(
    ("measure", "candidate", "reference", "expected"),
    [
        (relative_norm, [3.0, 4.0], [3.0, 4.0], 0.0),
        (relative_norm, [0.0, 0.0], [3.0, 4.0], 1.0),
        (relative_norm, [3.0, 9.0], [3.0, 4.0], 1.0),
        (relative_norm, [0.0], [0.0], 0.0),
        (relative_norm, [1.0], [0.0], NOT_FINITE),
        (relative_norm, [np.nan], [1.0], NOT_FINITE),
        (relative_norm, [1.0, 2.0], [1.0], NOT_FINITE),
        (relative_to_largest, [1.0, -3.5], [1.0, -4.0], 0.125),
        (relative_to_largest, [np.inf, 1.0], [1.0, 1.0], NOT_FINITE),
    ],
)
def test_measures(measure, candidate, reference, expected):
    assert measure(np.array(candidate), np.array(reference)) == pytest.approx(expected)


def test_float32_is_measured_in_float64():
    reference = np.array([1e30], "float32")
    assert relative_norm(reference * 2, reference) == pytest.approx(1.0)


def test_gradient_that_cancels_is_held_to_the_others():
    reference = {"kernel": np.array([1.0]), "bias": np.array([1e-12])}
    candidate = {"kernel": np.array([1.0]), "bias": np.array([3e-12])}
    assert parameter_departures(candidate, reference)["bias"] == pytest.approx(2.0)
    assert gradient_departures(candidate, reference)["bias"] == pytest.approx(2e-12 / SMALLEST_GRADIENT_SHARE)


def test_tensor_of_one_side_alone_departs():
    ours, theirs = {"a": np.ones(1), "b": np.ones(1)}, {"a": np.ones(1), "c": np.ones(1)}
    for departures in (parameter_departures(ours, theirs), gradient_departures(ours, theirs)):
        assert departures == {"a": 0.0, "c": NOT_FINITE, "b": NOT_FINITE}


def test_the_worst_is_named_and_only_failures_have_detail():
    departures = {"a": 1e-9, "b": 1e-3}
    assert worst_of("stage", departures, 1e-2, "why") == Finding("stage", 1e-3, 1e-2, "b")
    assert worst_of("stage", departures, 1e-4, "why") == Finding("stage", 1e-3, 1e-4, "b", "why")
    assert not worst_of("stage", {}, 1.0).passed


def test_bound_itself_passes_and_nan_does_not():
    assert Finding("stage", 1.0, 1.0).passed
    assert not Finding("stage", float("nan"), 1.0).passed


@given(st.dictionaries(st.text(min_size=1), st.integers()), st.text("abc", min_size=1))
def test_prefix_comes_off_again(values, prefix):
    assert under(prefixed(prefix, values), prefix) == values
    assert under(prefixed(prefix, values), prefix + "d") == {}
