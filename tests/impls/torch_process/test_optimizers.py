"""The update against NumPy's recursions, on given gradients over several steps."""

import numpy as np
import pytest
import torch

from impls.engines.in_torch.optimizers import Update, clip_by_global_norm
from impls.scratch.optimizers import make_optimizer
from impls.training import OPTIMIZERS, Optimizer, Training

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


def test_clipping_scales_all_gradients_together() -> None:
    gradients = [torch.tensor([3.0, 0.0]), torch.tensor([[4.0]])]
    clip_by_global_norm(gradients, 1.0)
    torch.testing.assert_close(gradients, [torch.tensor([0.6, 0.0]), torch.tensor([[0.8]])], rtol=1e-7, atol=0)


def test_clipping_leaves_gradients_of_zero_alone() -> None:
    gradients = [torch.zeros(3), torch.zeros(2, 2)]
    clip_by_global_norm(gradients, 1.0)
    assert all(torch.equal(gradient, torch.zeros_like(gradient)) for gradient in gradients)
