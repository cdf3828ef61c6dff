"""Optimizers (Goodfellow, Bengio & Courville 2016, chapter 8), one parameter at a time: the rules of `impls.training`.

With w a parameter, g its gradient, η the learning rate, t = 1, 2, … the step.
"""

import math
from collections.abc import Mapping

import numpy as np

from impls.errors import TrainingError
from impls.protocol import Array, Parameters
from impls.training import Optimizer as OptimizerName
from impls.training import Training


class Optimizer:
    """Base: gradient, + l2·w, clipping by the global norm, decay, and the change that a subclass has."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.t = 0
        #: What the rule remembers, by symbol and parameter: "m/output/kernel". All of it starts at 0.
        self.memory: Parameters = {}

    def step(self, parameters: Parameters, gradients: Parameters) -> Parameters:
        """The parameters after one update."""
        training, self.t = self.training, self.t + 1
        gradients = {name: g + training.l2 * parameters[name] for name, g in gradients.items()}
        if training.clip_norm is not None:
            gradients = clipped(gradients, training.clip_norm)
        kept = 1 - training.learning_rate * training.decay
        return {name: kept * parameters[name] - self.change(name, g) for name, g in gradients.items()}

    def change(self, name: str, g: Array) -> Array:
        """What is taken from the parameter of that name."""
        raise NotImplementedError

    def average(self, symbol: str, name: str, value: Array, keep: float, take: float) -> Array:
        """keep · what is remembered + take · value, remembered from now on."""
        key = f"{symbol}/{name}"
        self.memory[key] = keep * self.memory.get(key, np.zeros_like(value)) + take * value
        return self.memory[key]


class Sgd(Optimizer):
    """w −= η·g (section 8.3.1)."""

    def change(self, name: str, g: Array) -> Array:  # noqa: ARG002 (every parameter changes alike)
        return self.training.learning_rate * g


class Momentum(Optimizer):
    """v = μ·v + g; w −= η·v (Polyak 1964; section 8.3.2)."""

    def change(self, name: str, g: Array) -> Array:
        return self.training.learning_rate * self.average("v", name, g, self.training.momentum, 1)


class Nesterov(Optimizer):
    """v = μ·v + g; w −= η·(g + μ·v) (Sutskever et al. 2013; section 8.3.3)."""

    def change(self, name: str, g: Array) -> Array:
        v = self.average("v", name, g, self.training.momentum, 1)
        return self.training.learning_rate * (g + self.training.momentum * v)


class Adagrad(Optimizer):
    """s += g²; w −= η·g / (√s + ε) (Duchi, Hazan & Singer 2011; section 8.5.1)."""

    def change(self, name: str, g: Array) -> Array:
        s = self.average("s", name, g**2, 1, 1)
        return self.training.learning_rate * g / (np.sqrt(s) + self.training.epsilon)


class RmsProp(Optimizer):
    """s = ρ·s + (1 − ρ)·g²; w −= η·g / (√s + ε) (Tieleman & Hinton 2012; section 8.5.2)."""

    def change(self, name: str, g: Array) -> Array:
        s = self.average("s", name, g**2, self.training.rho, 1 - self.training.rho)
        return self.training.learning_rate * g / (np.sqrt(s) + self.training.epsilon)


class Adam(Optimizer):
    """m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; m̂ = m / (1 − β₁ᵗ); v̂ = v / (1 − β₂ᵗ); w −= η·m̂ / (√v̂ + ε).

    Kingma & Ba 2015, Algorithm 1; section 8.5.3. With decay it is AdamW (Loshchilov & Hutter 2019).
    """

    def change(self, name: str, g: Array) -> Array:
        training, t = self.training, self.t
        m = self.average("m", name, g, training.beta_1, 1 - training.beta_1)
        v = self.average("v", name, g**2, training.beta_2, 1 - training.beta_2)
        m_hat, v_hat = m / (1 - training.beta_1**t), v / (1 - training.beta_2**t)
        return training.learning_rate * m_hat / (np.sqrt(v_hat) + training.epsilon)


class NAdam(Optimizer):
    """Adam with Nesterov's look-ahead (Dozat 2016): m̂ = μₜ₊₁·m / (1 − Π₁ᵗ⁺¹ μᵢ) + (1 − μₜ)·g / (1 − Π₁ᵗ μᵢ).

    μₜ = β₁·(1 − ½·0.96^(t / 250)); m averages with β₁, as in PyTorch and Keras.
    """

    def step(self, parameters: Parameters, gradients: Parameters) -> Parameters:
        before = self.memory.get("product", np.array(1.0))
        self.memory["product"] = before * self.schedule(self.t + 1)
        return super().step(parameters, gradients)

    def change(self, name: str, g: Array) -> Array:
        training, t = self.training, self.t
        now, after, product = self.schedule(t), self.schedule(t + 1), float(self.memory["product"])
        m = self.average("m", name, g, training.beta_1, 1 - training.beta_1)
        v = self.average("v", name, g**2, training.beta_2, 1 - training.beta_2)
        m_hat = after * m / (1 - product * after) + (1 - now) * g / (1 - product)
        v_hat = v / (1 - training.beta_2**t)
        return training.learning_rate * m_hat / (np.sqrt(v_hat) + training.epsilon)

    def schedule(self, t: int) -> float:
        """μₜ."""
        share: float = 1 - 0.5 * 0.96 ** (t / 250)
        return self.training.beta_1 * share


OPTIMIZERS: dict[OptimizerName, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RmsProp,
    "adam": Adam,
    "adamw": Adam,
    "nadam": NAdam,
}


def make_optimizer(training: Training) -> Optimizer:
    """The recipe's optimizer.

    Raises:
        TrainingError: the textbook has none of that name.
    """
    if training.optimizer not in OPTIMIZERS:
        raise TrainingError(
            f"optimizer {training.optimizer!r} is not in the textbook; write it in impls/textbook/optimizers.py, "
            "or choose another implementation than numpy-textbook"
        )
    return OPTIMIZERS[training.optimizer](training)


def clipped(gradients: Mapping[str, Array], largest: float) -> Parameters:
    """Each gradient times min(1, largest / ‖g‖), ‖g‖ over all of them (Pascanu et al. 2013; section 10.11.1).

    Where ‖g‖ is no number, there is no direction to keep, and all of them become NaN.
    """
    norm = norm_of(gradients)
    factor = 1.0 if norm <= largest else largest / norm
    return {name: factor * g for name, g in gradients.items()}


def norm_of(gradients: Mapping[str, Array]) -> float:
    """‖g‖ = √Σ g², in units of the largest |g|, since squares may be beyond the range of numbers."""
    peak = float(np.max([np.abs(g).max() for g in gradients.values()]))
    return peak * math.sqrt(sum(float(((g / peak) ** 2).sum()) for g in gradients.values())) if peak else 0.0
