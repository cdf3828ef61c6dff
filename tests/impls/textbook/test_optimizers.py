"""What the certificate's tensors do not show: clipping at the ends of the range, and an optimizer that is not there."""

from types import SimpleNamespace

import numpy as np
import pytest

from impls.errors import TrainingError
from impls.textbook.optimizers import clipped, make_optimizer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("share", [1e-3, 1.0, 1e3])
def test_squares_beyond_the_range_do_not_matter(dtype, share):
    limits = np.finfo(dtype)
    for scale in (float(limits.tiny) * 1e3, 1.0, float(limits.max) / 1e3):
        gradients = {"a": np.array([3.0, 0.0]) * scale, "b": np.array([[4.0]]) * scale}
        gradients = {name: array.astype(dtype) for name, array in gradients.items()}
        left = clipped(gradients, 5 * share * scale)
        for name, array in gradients.items():
            assert left[name].dtype == dtype
            np.testing.assert_allclose(left[name], min(1.0, share) * array, rtol=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_norm_that_is_no_number_is_seen_in_all(value):
    with np.errstate(all="ignore"):
        left = clipped({"a": np.array([1.0, value]), "b": np.ones(1)}, 1.0)
    assert all(np.isnan(array).all() for array in left.values())


def test_no_gradient_is_no_gradient():
    np.testing.assert_array_equal(clipped({"a": np.zeros(3)}, 1.0)["a"], np.zeros(3))


def test_an_optimizer_that_is_not_there_is_answered():
    with pytest.raises(TrainingError, match=r"'adamax'.*impls/textbook/optimizers.py"):
        make_optimizer(SimpleNamespace(optimizer="adamax"))
