import math
from collections.abc import Callable

import numpy as np
import pytest

from impls.spec import initializers

KERNELS = [(300, 200), (3, 5, 40, 60)]

#: Name -> the standard deviation that fans in and out ask for, and the distribution.
SCALED: dict[str, tuple[Callable[[float, float], float], str]] = {
    "glorot_uniform": (lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)), "uniform"),
    "he_normal": (lambda fan_in, _: math.sqrt(2 / fan_in), "normal"),
    "uniform": (lambda _in, _out: 0.05 / math.sqrt(3), "uniform"),
}

#: An embedding's width alone counts, not its tokens.
EMBEDDINGS = [(300, 200), (700, 64)]


@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize("name", SCALED)
def test_mean_deviation_and_tails(name: str, shape: tuple[int, ...]) -> None:
    deviation, distribution = SCALED[name]
    receptive_field = math.prod(shape[:-2])
    wanted = deviation(receptive_field * shape[-2], receptive_field * shape[-1])
    drawn = getattr(initializers, name)(np.random.default_rng(7), shape)
    assert drawn.dtype == np.float64
    assert drawn.shape == shape
    standard_error = wanted / math.sqrt(drawn.size)
    assert abs(drawn.mean()) < 4 * standard_error
    assert drawn.std() == pytest.approx(wanted, rel=4 / math.sqrt(drawn.size))
    largest = np.abs(drawn).max() / wanted
    assert largest <= math.sqrt(3) if distribution == "uniform" else largest > 3.5


@pytest.mark.parametrize("shape", EMBEDDINGS)
def test_embeddings_have_rows_of_unit_length(shape: tuple[int, int]) -> None:
    drawn = initializers.embedding_normal(np.random.default_rng(7), shape)
    tokens, width = shape
    assert drawn.shape == shape
    assert drawn.std() == pytest.approx(width**-0.5, rel=4 / math.sqrt(drawn.size))
    assert np.mean(np.sum(drawn**2, axis=1)) == pytest.approx(1.0, rel=4 * math.sqrt(2 / (tokens * width)))
    assert np.abs(drawn).max() * math.sqrt(width) > 3.5, "a normal distribution has tails"


@pytest.mark.parametrize("units", [1, 5])
def test_forget_gate_alone_starts_open(units: int) -> None:
    generator = np.random.default_rng(5)
    before = generator.bit_generator.state
    bias = initializers.forget_bias(generator, (4 * units,))
    expected = {"input": 0.0, "forget": 1.0, "candidate": 0.0, "output": 0.0}
    np.testing.assert_array_equal(bias.reshape(4, units).T, [list(expected.values())] * units)
    assert generator.bit_generator.state == before


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (3, 3, 2, 5), (1, 1, 2, 7)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    matrix = initializers.orthogonal(np.random.default_rng(3), shape).reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, np.eye(min(matrix.shape)), atol=1e-14)


def test_orthogonal_is_uniform() -> None:
    """Without the correction of signs the first diagonal element of Q would be of one sign."""
    generator = np.random.default_rng(11)
    positive = sum(initializers.orthogonal(generator, (3, 3))[0, 0] > 0 for _ in range(200))
    assert 70 < positive < 130


@pytest.mark.parametrize(("name", "value"), [("zeros", 0.0), ("ones", 1.0)])
def test_constants_draw_nothing(name: str, value: float) -> None:
    generator = np.random.default_rng(5)
    before = generator.bit_generator.state
    np.testing.assert_array_equal(getattr(initializers, name)(generator, (2, 3)), np.full((2, 3), value))
    assert generator.bit_generator.state == before


@pytest.mark.parametrize("name", ["glorot_uniform", "he_normal", "orthogonal"])
def test_a_kernel_needs_two_axes(name: str) -> None:
    with pytest.raises(ValueError, match=r"two or more axes.*\(4,\)"):
        getattr(initializers, name)(np.random.default_rng(0), (4,))


def test_the_seed_determines_the_draw() -> None:
    first, again, other = (initializers.he_normal(np.random.default_rng(seed), (4, 3)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.all(first != other)
