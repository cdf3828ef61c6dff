"""Optimizers: the update rules of `impls.training`, on all parameters of a network as one vector."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.training import Optimizer as OptimizerName
from impls.training import Training

#: Elements that are updated together: the vectors of an update's dozen operations stay in the processor's cache.
BLOCK = 16384

#: Of NAdam's momentum schedule, μₜ = β₁ · (1 − ½ · 0.96^(t / 250)) (Dozat 2016, section 2).
SCHEDULE_BASE = 0.96
SCHEDULE_STEPS = 250


class Optimizer(ABC):
    """Base of the optimizers: L2, clipping, decay and the walk through the vector; a subclass has the update itself."""

    #: How many vectors like the weights the update remembers; they start at 0.
    slots: ClassVar[int] = 0

    def __init__(self, training: Training, size: int, dtype: npt.DTypeLike = "float32") -> None:
        self.training = training
        self.steps = 0
        self._slots = np.zeros((self.slots, size), dtype)
        self._scratch = np.empty(min(size, BLOCK), dtype)

    def reset(self) -> None:
        """Forget all steps."""
        self.steps = 0
        self._slots[...] = 0.0

    def memory(self) -> dict[str, Array]:
        """Copies of what later steps depend on."""
        return {"steps": np.array(self.steps), "slots": self._slots.copy()}

    def remember(self, memory: Mapping[str, Array]) -> None:
        """Go on where an optimizer of the same rule and size stood when it gave its `memory`."""
        self.steps = int(memory["steps"])
        self._slots[...] = memory["slots"]

    def step(self, weights: Array, gradients: Array) -> None:
        """Update the weights (size,) in place by the gradients (size,), which are spent."""
        training = self.training
        if training.l2:
            gradients += training.l2 * weights
        if training.clip_norm is not None:
            clip_by_norm(gradients, training.clip_norm)
        self.steps += 1
        self._begin_step()
        for start in range(0, weights.size, BLOCK):
            block = slice(start, min(start + BLOCK, weights.size))
            if training.decay:
                weights[block] *= 1.0 - training.learning_rate * training.decay
            self._update(
                weights[block], gradients[block], self._slots[:, block], self._scratch[: block.stop - block.start]
            )

    def _begin_step(self) -> None:  # noqa: B027 (most rules have constants only)
        """Work out what depends on the step's number alone."""

    @abstractmethod
    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        """Update the weights w in place by their gradients g; all arrays may be written to."""


class Sgd(Optimizer):
    """w −= lr·g."""

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:  # noqa: ARG002 (remembers nothing)
        w -= np.multiply(g, self.training.learning_rate, out=scratch)


class Momentum(Optimizer):
    """v = μ·v + g; w −= lr·v (Polyak 1964)."""

    slots = 1

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        (v,) = slots
        v *= self.training.momentum
        v += g
        w -= np.multiply(v, self.training.learning_rate, out=scratch)


class Nesterov(Optimizer):
    """v = μ·v + g; w −= lr·(g + μ·v) (Sutskever et al. 2013)."""

    slots = 1

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        (v,) = slots
        v *= self.training.momentum
        v += g
        step = np.multiply(v, self.training.momentum, out=scratch)
        step += g
        step *= self.training.learning_rate
        w -= step


class Adagrad(Optimizer):
    """s += g²; w −= lr·g / (√s + ε) (Duchi, Hazan & Singer 2011)."""

    slots = 1

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        (s,) = slots
        s += np.square(g, out=scratch)
        w -= self._scaled_step(g, s, scratch)

    def _scaled_step(self, g: Array, s: Array, scratch: Array) -> Array:
        root = np.sqrt(s, out=scratch)
        root += self.training.epsilon
        step = np.divide(g, root, out=root)
        step *= self.training.learning_rate
        return step


class RmsProp(Adagrad):
    """s = ρ·s + (1−ρ)·g²; w −= lr·g / (√s + ε) (Tieleman & Hinton 2012)."""

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        (s,) = slots
        _average(s, np.square(g, out=scratch), self.training.rho)
        w -= self._scaled_step(g, s, scratch)


class Adam(Optimizer):
    """w −= lr·m̂ / (√v̂ + ε) (Kingma & Ba 2015, Algorithm 1); with decay it is AdamW (Loshchilov & Hutter 2019)."""

    slots = 2

    def _begin_step(self) -> None:
        training = self.training
        self._m_rate = training.learning_rate / (1.0 - training.beta_1**self.steps)
        self._v_correction = 1.0 / (1.0 - training.beta_2**self.steps)

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        m, v = slots
        _average(v, np.square(g, out=scratch), self.training.beta_2)
        _average(m, g, self.training.beta_1)
        step = np.divide(m, self._deviation(v, scratch), out=scratch)
        step *= self._m_rate
        w -= step

    def _deviation(self, v: Array, scratch: Array) -> Array:
        """√v̂ + ε."""
        root = np.multiply(v, self._v_correction, out=scratch)
        np.sqrt(root, out=root)
        root += self.training.epsilon
        return root


class NAdam(Adam):
    """Adam with Nesterov's look-ahead (Dozat 2016): m̂ = μₜ₊₁·m / (1 − Π₁ᵗ⁺¹ μᵢ) + (1 − μₜ)·g / (1 − Π₁ᵗ μᵢ).

    As in PyTorch and Keras, m itself averages with the constant β₁.
    """

    _momentum_product = 1.0

    def reset(self) -> None:
        super().reset()
        self._momentum_product = 1.0

    def memory(self) -> dict[str, Array]:
        return super().memory() | {"momentum_product": np.array(self._momentum_product)}

    def remember(self, memory: Mapping[str, Array]) -> None:
        super().remember(memory)
        self._momentum_product = float(memory["momentum_product"])

    def _begin_step(self) -> None:
        super()._begin_step()
        rate, now, after = self.training.learning_rate, self._momentum(self.steps), self._momentum(self.steps + 1)
        self._momentum_product *= now
        self._m_rate = rate * after / (1.0 - self._momentum_product * after)
        self._g_rate = rate * (1.0 - now) / (1.0 - self._momentum_product)

    def _update(self, w: Array, g: Array, slots: Array, scratch: Array) -> None:
        m, v = slots
        _average(v, np.square(g, out=scratch), self.training.beta_2)
        np.copyto(scratch, g)
        _average(m, scratch, self.training.beta_1)
        g *= self._g_rate
        g += np.multiply(m, self._m_rate, out=scratch)
        g /= self._deviation(v, scratch)
        w -= g

    def _momentum(self, step: int) -> float:
        share: float = 1.0 - 0.5 * SCHEDULE_BASE ** (step / SCHEDULE_STEPS)
        return self.training.beta_1 * share


_OPTIMIZERS: dict[OptimizerName, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RmsProp,
    "adam": Adam,
    "adamw": Adam,
    "nadam": NAdam,
}


def make_optimizer(training: Training, size: int, dtype: npt.DTypeLike = "float32") -> Optimizer:
    """The recipe's optimizer, for a vector of that size."""
    return _OPTIMIZERS[training.optimizer](training, size, dtype)


def clip_by_norm(gradients: Array, largest: float) -> None:
    """Scale the gradients in place by min(1, largest / ‖g‖) (Pascanu, Mikolov & Bengio 2013).

    Squares that overflow or vanish do not matter; where ‖g‖ itself is not finite, all gradients become NaN.
    """
    square = float(np.dot(gradients, gradients))
    limits = np.finfo(gradients.dtype)
    if limits.tiny / limits.eps < square < math.inf:
        norm = math.sqrt(square)
        if norm > largest:
            gradients *= largest / norm
        return
    peak = max(float(gradients.max(initial=0.0)), -float(gradients.min(initial=0.0)))
    if peak == 0.0:
        return
    scaled = gradients / peak
    norm = math.sqrt(np.dot(scaled, scaled))
    if math.isnan(norm):
        gradients.fill(math.nan)
    elif norm * peak > largest:
        np.multiply(scaled, largest / norm, out=gradients)


def _average(mean: Array, value: Array, keep: float) -> None:
    """mean = keep · mean + (1 − keep) · value, in place; the value is spent."""
    mean *= keep
    value *= 1.0 - keep
    mean += value
