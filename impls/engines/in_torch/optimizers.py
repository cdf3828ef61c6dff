"""The optimizers of `impls.training`: PyTorch's own where they are the papers' algorithms, with its fused kernels.

PyTorch's `weight_decay` is coupled (it joins the gradient) in every optimizer but AdamW, and its `clip_grad_norm_` adds
1e-6 to the norm; so decay, L2 and clipping are done here. `torch._foreach_*` applies one operation to a list of tensors
in a single call, as PyTorch's own optimizers do.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, optim

from impls.engines.in_torch.captured_optimizers import CAPTURED_OPTIMIZERS, CapturedOptimizer
from impls.engines.in_torch.schedules import nadam_momentum
from impls.protocol import Array
from impls.training import Training

#: What the names of an update's memory begin with.
MEMORY = "optimizer/"


class Update:
    """All of one update: gradient, + L2, clipping by the global norm, decay, the optimizer's own step.

    Args:
        training: the recipe.
        parameters: the trainable ones, in which `backward` leaves a gradient before each step.
        captured: whether a step is to be captured as a CUDA graph and replayed. Then nothing in it may wait for the
            device, and whatever changes from step to step has to stand in the device's memory.
    """

    def __init__(self, training: Training, parameters: Sequence[Tensor], captured: bool = False) -> None:
        self.training = training
        self.parameters = list(parameters)
        self.captured = captured
        self.optimizer = make_optimizer(training, self.parameters, captured)
        # AdamW's kernel decays on its way.
        self.decay = 0.0 if isinstance(self.optimizer, optim.AdamW) else training.decay

    def memory(self) -> dict[str, Array]:
        """Copies of what later steps depend on, as `optimizer/PARAMETER'S NUMBER/NAME`; none before the first step."""
        return {
            f"{MEMORY}{index}/{name}": tensor.cpu().numpy().copy()
            for index, slots in self.optimizer.state_dict()["state"].items()
            for name, tensor in slots.items()
            if tensor is not None
        }

    def remember(self, memory: Mapping[str, Array]) -> None:
        """Go on where another update of the same recipe and parameters stood when it gave its `memory`."""
        state: dict[int, dict[str, Tensor]] = {}
        for name, array in memory.items():
            if name.startswith(MEMORY):
                index, slot = name.removeprefix(MEMORY).split("/")
                state.setdefault(int(index), {})[slot] = torch.tensor(array)
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})

    def slots(self) -> list[Tensor]:
        """The tensors themselves that the optimizer keeps beside the parameters; none before the first step."""
        state = self.optimizer.state_dict()["state"]
        return [tensor for slots in state.values() for tensor in slots.values() if tensor is not None]

    @torch.no_grad()
    def forget(self) -> None:
        """Start anew in the same tensors, which captured steps go on using."""
        if isinstance(self.optimizer, CapturedOptimizer):
            self.optimizer.forget()
            return
        for tensor in self.slots():
            tensor.zero_()

    @torch.no_grad()
    def step(self) -> None:
        """Move the parameters once; their gradients are spent."""
        training, parameters = self.training, self.parameters
        if training.l2:
            torch._foreach_add_(gradients_of(parameters), parameters, alpha=training.l2)
        if training.clip_norm is not None:
            clip_by_global_norm(gradients_of(parameters), training.clip_norm, may_wait=not self.captured)
        if self.decay:
            torch._foreach_mul_(parameters, 1 - training.learning_rate * self.decay)
        self.optimizer.step()
        # So that the next `backward` stores its gradients instead of adding them to these.
        for parameter in parameters:
            parameter.grad = None


class NAdam:
    """Adam with Nesterov's look-ahead (Dozat 2016).

    m̂ = μₜ₊₁·m / (1 − ∏ᵢ₌₁ᵗ⁺¹ μᵢ) + (1 − μₜ)·g / (1 − ∏ᵢ₌₁ᵗ μᵢ); w −= lr·m̂ / (√v̂ + ε)

    `torch.optim.NAdam` means the same, but keeps ∏ μᵢ in float32, and a float64 network departs by 1e-8.
    """

    def __init__(self, training: Training, parameters: list[Tensor]) -> None:
        self.training = training
        self.parameters = parameters
        self.means = [torch.zeros_like(parameter) for parameter in parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in parameters]
        self.steps = 0
        self.momentum_product = 1.0

    def step(self) -> None:
        """Move the parameters once, by their gradients."""
        training, gradients = self.training, gradients_of(self.parameters)
        self.steps += 1
        momentum, next_momentum = (nadam_momentum(training.beta_1, step) for step in (self.steps, self.steps + 1))
        self.momentum_product *= momentum

        torch._foreach_lerp_(self.means, gradients, 1 - training.beta_1)
        torch._foreach_mul_(self.squares, training.beta_2)
        torch._foreach_addcmul_(self.squares, gradients, gradients, 1 - training.beta_2)
        divisors = torch._foreach_div(self.squares, 1 - training.beta_2**self.steps)
        torch._foreach_sqrt_(divisors)
        torch._foreach_add_(divisors, training.epsilon)

        gradient_share = (1 - momentum) / (1 - self.momentum_product)
        mean_share = next_momentum / (1 - self.momentum_product * next_momentum)
        torch._foreach_addcdiv_(self.parameters, gradients, divisors, -training.learning_rate * gradient_share)
        torch._foreach_addcdiv_(self.parameters, self.means, divisors, -training.learning_rate * mean_share)

    def state_dict(self) -> dict[str, Any]:
        """As PyTorch's optimizers have it; before the first step with all its zeros."""
        product = torch.tensor(self.momentum_product, dtype=torch.float64)
        scalars = {"steps": torch.tensor(self.steps), "momentum_product": product}
        slots = zip(self.means, self.squares, strict=True)
        return {"state": {i: scalars | {"mean": mean, "square": square} for i, (mean, square) in enumerate(slots)}}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a `state_dict`."""
        for index, slots in state_dict["state"].items():
            self.means[index].copy_(slots["mean"])
            self.squares[index].copy_(slots["square"])
            self.steps, self.momentum_product = slots["steps"].item(), slots["momentum_product"].item()


def make_optimizer(
    training: Training, parameters: list[Tensor], captured: bool = False
) -> optim.Optimizer | NAdam | CapturedOptimizer:
    """The recipe's optimizer without L2 and clipping; of all, only AdamW brings the decay along.

    Args:
        training: the recipe.
        parameters: the trainable ones.
        captured: whether a step is to be captured as a CUDA graph.
    """
    rate, momentum, epsilon = training.learning_rate, training.momentum, training.epsilon
    betas = (training.beta_1, training.beta_2)
    device = parameters[0].device

    def adam() -> optim.Optimizer:
        quick = way_of(optim.Adam, device)
        if training.decay:
            return optim.AdamW(parameters, rate, betas, epsilon, training.decay, capturable=captured, **quick)
        return optim.Adam(parameters, rate, betas, epsilon, capturable=captured, **quick)

    def sgd(**settings: Any) -> optim.Optimizer:
        return optim.SGD(parameters, rate, **settings, **way_of(optim.SGD, device))

    makers: dict[str, Callable[[], optim.Optimizer | NAdam]] = {
        "sgd": sgd,
        "momentum": lambda: sgd(momentum=momentum),
        # PyTorch refuses to look ahead along a momentum of 0, where it makes no difference.
        "nesterov": lambda: sgd(momentum=momentum, nesterov=momentum > 0),
        "adagrad": lambda: optim.Adagrad(parameters, rate, eps=epsilon, **way_of(optim.Adagrad, device)),
        "rmsprop": lambda: optim.RMSprop(parameters, rate, training.rho, epsilon, foreach=True),
        "adam": adam,
        "adamw": adam,
        "nadam": lambda: NAdam(training, parameters),
    }
    if captured and training.optimizer in CAPTURED_OPTIMIZERS:
        return CAPTURED_OPTIMIZERS[training.optimizer](training, parameters)
    return makers[training.optimizer]()


def way_of(optimizer: type[optim.Optimizer], device: torch.device) -> dict[str, bool]:
    """The quickest of PyTorch's ways to take the optimizer's step, as its keyword argument.

    A fused kernel, one for all parameters, where this PyTorch has it for the device; otherwise one operation after the
    other on lists of tensors. Adagrad's came to CUDA after 2.11, and PyTorch says so only in the middle of a step.
    """
    is_fused = _is_fused(optimizer, device.type)  # type: ignore[arg-type]  # mypy hashes a class as its instances
    return {"fused": True} if is_fused else {"foreach": True}


@cache
def _is_fused(optimizer: type[optim.Optimizer], device: str) -> bool:
    probe = torch.zeros(1, device=device, requires_grad=True)
    probe.grad = torch.zeros_like(probe)
    try:
        optimizer([probe], fused=True).step()  # type: ignore[call-arg]  # each of those that are asked has it
    except RuntimeError:
        return False
    return True


def clip_by_global_norm(gradients: list[Tensor], largest: float, may_wait: bool = True) -> None:
    """Scale the gradients in place by min(1, largest / ‖g‖), ‖g‖ over all together (Pascanu et al. 2013).

    Squares that overflow or vanish do not matter; where ‖g‖ itself is not finite, all gradients become NaN. On a CPU,
    where reading the norm costs nothing, gradients that need no scaling are left alone if the caller `may_wait`.
    """
    if may_wait and gradients[0].is_cpu:
        limits = torch.finfo(gradients[0].dtype)
        norm = _global_norm(gradients).item()
        if math.sqrt(limits.tiny / limits.eps) < norm < math.inf:
            if norm > largest:
                torch._foreach_mul_(gradients, largest / norm)
            return
    _clip_by_scaled_norm(gradients, largest)


def _clip_by_scaled_norm(gradients: list[Tensor], largest: float) -> None:
    """As `clip_by_global_norm`, the largest element divided out first; nothing waits for the device."""
    peak = torch.stack(torch._foreach_norm(gradients, math.inf)).max()
    divisor = torch.where(peak > 0, peak, 1.0)
    scaled = torch._foreach_div(gradients, divisor)
    norm = _global_norm(list(scaled))
    # NaN where one of the gradients is not finite.
    multiplier = torch.where(norm > largest / divisor, largest / norm, divisor) + (norm - norm)
    torch._foreach_mul_(scaled, multiplier)
    torch._foreach_copy_(gradients, scaled)


def _global_norm(tensors: list[Tensor]) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(tensors)))
    return norm


def gradients_of(parameters: list[Tensor]) -> list[Tensor]:
    """The gradients that `backward` has left in the parameters."""
    return [parameter.grad for parameter in parameters if parameter.grad is not None]
