"""The update against NumPy's recursions, on given gradients over several steps."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
import torch

from impls.engines.in_torch.optimizers import Update, _clip_by_scaled_norm, clip_by_global_norm
from impls.scratch.optimizers import make_optimizer
from impls.training import OPTIMIZERS, Optimizer, Training

Clip: TypeAlias = Callable[[list[torch.Tensor], float], None]

SHAPES = ((3, 4), (4,), (4, 2), (2,))
SIZE = sum(int(np.prod(shape)) for shape in SHAPES)
STEPS = 5

#: The gradients below have a norm of about 5.
RECIPES: dict[str, dict[str, float]] = {
    "plain": {},
    "constants": {"momentum": 0.5, "beta_1": 0.7, "beta_2": 0.95, "rho": 0.6, "epsilon": 0.01},
    "no momentum": {"momentum": 0.0, "beta_1": 0.0},
    "weight decay": {"weight_decay": 0.3},
    "L2": {"l2": 0.2},
    "clipping": {"clip_norm": 0.5},
    "clipping out of reach": {"clip_norm": 50.0},
    "all": {"weight_decay": 0.3, "l2": 0.2, "clip_norm": 0.5},
}


def tensors_of(vector: np.ndarray) -> list[torch.Tensor]:
    starts = np.cumsum([int(np.prod(shape)) for shape in SHAPES])[:-1]
    parts = np.split(vector, starts)
    return [torch.tensor(part.reshape(shape)) for part, shape in zip(parts, SHAPES, strict=True)]


@pytest.mark.parametrize(("dtype", "bound"), [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_follow_the_recursion(optimizer: Optimizer, recipe: str, dtype: str, bound: float) -> None:
    training = Training(optimizer, learning_rate=0.1, **RECIPES[recipe])  # type: ignore[arg-type]  # numbers all
    generator = np.random.default_rng(0)
    weights = generator.standard_normal(SIZE).astype(dtype)
    parameters = [tensor.requires_grad_() for tensor in tensors_of(weights)]
    update, expected = Update(training, parameters), make_optimizer(training, SIZE, dtype)
    for _ in range(STEPS):
        gradients = generator.standard_normal(SIZE).astype(dtype)
        for parameter, gradient in zip(parameters, tensors_of(gradients), strict=True):
            parameter.grad = gradient
        update.step()
        expected.step(weights, gradients)
        moved = np.concatenate([parameter.detach().numpy().ravel() for parameter in parameters])
        np.testing.assert_allclose(moved, weights, rtol=0, atol=bound * np.abs(weights).max())
    assert all(parameter.grad is None for parameter in parameters)


#: On a GPU the second is the only way.
WAYS = [clip_by_global_norm, _clip_by_scaled_norm]


@pytest.mark.parametrize("clip", WAYS)
@pytest.mark.parametrize("largest", [1.0, 50.0])
def test_clipping_scales_all_gradients_together(clip: Clip, largest: float) -> None:
    gradients = [torch.tensor([3.0, 0.0]), torch.tensor([[4.0]])]
    clip(gradients, largest)
    share = min(1.0, largest / 5)
    expected = [torch.tensor([3.0, 0.0]) * share, torch.tensor([[4.0]]) * share]
    torch.testing.assert_close(gradients, expected, rtol=2e-7, atol=0)


@pytest.mark.parametrize("clip", WAYS)
def test_clipping_leaves_gradients_of_zero_alone(clip: Clip) -> None:
    gradients = [torch.zeros(3), torch.zeros(2, 2)]
    clip(gradients, 1.0)
    assert all(torch.equal(gradient, torch.zeros_like(gradient)) for gradient in gradients)


@pytest.mark.parametrize("clip", WAYS)
@pytest.mark.parametrize(
    ("dtype", "size"),
    [("float32", 1e20), ("float32", 3e38), ("float32", 1e-25), ("float64", 1e200), ("float64", 1e-200)],
)
@pytest.mark.parametrize("share", [1e-3, 10.0], ids=["clipped", "left"])
def test_clipping_where_squares_overflow_or_vanish(clip: Clip, dtype: str, size: float, share: float) -> None:
    parts = [torch.tensor([0.6, 0.0], dtype=getattr(torch, dtype)), torch.tensor([[-0.8]], dtype=getattr(torch, dtype))]
    gradients = [part * size for part in parts]
    clip(gradients, size * share)
    expected = [part * (size * min(share, 1.0)) for part in parts]
    torch.testing.assert_close(gradients, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("clip", WAYS)
@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_clipping_what_is_not_finite_shows_it_everywhere(clip: Clip, broken: float) -> None:
    gradients = [torch.tensor([1.0, broken]), torch.tensor([[2.0]])]
    clip(gradients, 1.0)
    assert all(gradient.isnan().all() for gradient in gradients)
