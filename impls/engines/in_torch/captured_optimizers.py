"""The optimizers whose step PyTorch cannot capture as a CUDA graph, or not with every digit, on tensors alone.

A captured step is replayed as it was: numbers in Python would stay what they were. So what changes from step to step
stands on the device here, in float64 where it is a scalar.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from impls.engines.in_torch.schedules import nadam_momentum
from impls.training import Training


class CapturedOptimizer:
    """Base of the optimizers: slots of zeros beside each parameter, and scalars that all parameters share."""

    #: Names of the slots.
    slots: tuple[str, ...] = ()
    #: The scalars by name, with what they start at.
    starts: Mapping[str, float] = MappingProxyType({})

    def __init__(self, training: Training, parameters: list[Tensor]) -> None:
        self.training = training
        self.parameters = parameters
        self.kept = {slot: [torch.zeros_like(parameter) for parameter in parameters] for slot in self.slots}
        self.scalars = {
            name: torch.tensor(start, dtype=torch.float64, device=parameters[0].device)
            for name, start in self.starts.items()
        }

    def step(self) -> None:
        """Move the parameters once, by their gradients."""
        raise NotImplementedError

    def forget(self) -> None:
        """Start anew, in the same tensors."""
        for tensors in self.kept.values():
            torch._foreach_zero_(tensors)
        for name, start in self.starts.items():
            self.scalars[name].fill_(start)

    def state_dict(self) -> dict[str, Any]:
        """As PyTorch's optimizers have it."""
        state = {
            index: {slot: tensors[index] for slot, tensors in self.kept.items()} | self.scalars
            for index in range(len(self.parameters))
        }
        return {"state": state}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a `state_dict`, in the same tensors."""
        for index, slots in state_dict["state"].items():
            for slot, tensors in self.kept.items():
                tensors[index].copy_(slots[slot])
            for name, scalar in self.scalars.items():
                scalar.copy_(slots[name])

    def _gradients(self) -> list[Tensor]:
        return [parameter.grad for parameter in self.parameters if parameter.grad is not None]


class Adagrad(CapturedOptimizer):
    """s += g²; w −= lr·g / (√s + ε) (Duchi et al. 2011). PyTorch's counts its steps on the CPU."""

    slots = ("sum",)

    def step(self) -> None:
        gradients, sums = self._gradients(), self.kept["sum"]
        torch._foreach_addcmul_(sums, gradients, gradients)
        divisors = torch._foreach_sqrt(sums)
        torch._foreach_add_(divisors, self.training.epsilon)
        torch._foreach_addcdiv_(self.parameters, gradients, divisors, -self.training.learning_rate)


class RMSprop(CapturedOptimizer):
    """s = ρ·s + (1−ρ)·g²; w −= lr·g / (√s + ε) (Tieleman & Hinton 2012)."""

    slots = ("square_avg",)

    def step(self) -> None:
        gradients, squares, rho = self._gradients(), self.kept["square_avg"], self.training.rho
        torch._foreach_mul_(squares, rho)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - rho)
        divisors = torch._foreach_sqrt(squares)
        torch._foreach_add_(divisors, self.training.epsilon)
        torch._foreach_addcdiv_(self.parameters, gradients, divisors, -self.training.learning_rate)


class NAdam(CapturedOptimizer):
    """Adam with Nesterov's look-ahead (Dozat 2016), as `impls.engines.in_torch.optimizers.NAdam` has it."""

    slots = ("mean", "square")
    starts = MappingProxyType({"steps": 0.0, "momentum_product": 1.0})

    def step(self) -> None:
        training, gradients = self.training, self._gradients()
        means, squares = self.kept["mean"], self.kept["square"]
        steps, product = self.scalars["steps"], self.scalars["momentum_product"]
        steps += 1
        momentum, next_momentum = nadam_momentum(training.beta_1, steps), nadam_momentum(training.beta_1, steps + 1)
        product *= momentum

        torch._foreach_lerp_(means, gradients, 1 - training.beta_1)
        torch._foreach_mul_(squares, training.beta_2)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - training.beta_2)
        divisors = torch._foreach_div(squares, self._as_parameters(1 - training.beta_2**steps))
        torch._foreach_sqrt_(divisors)
        torch._foreach_add_(divisors, training.epsilon)

        moves = torch._foreach_mul(gradients, self._as_parameters((1 - momentum) / (1 - product)))
        mean_share = self._as_parameters(next_momentum / (1 - product * next_momentum))
        torch._foreach_add_(moves, torch._foreach_mul(means, mean_share))
        torch._foreach_addcdiv_(self.parameters, moves, divisors, -training.learning_rate)

    def _as_parameters(self, scalar: Tensor) -> Tensor:
        return scalar.to(self.parameters[0].dtype)


#: By the recipe's names; of the others PyTorch's own fused steps can be captured.
CAPTURED_OPTIMIZERS: dict[str, type[CapturedOptimizer]] = {"adagrad": Adagrad, "rmsprop": RMSprop, "nadam": NAdam}
