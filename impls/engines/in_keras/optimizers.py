"""The update rules of `impls.training`, as Keras optimizers.

Keras's own classes depart from the papers in the place of epsilon (Adam's, NAdam's, RMSprop's, Adagrad's), in Adagrad's
start and in NAdam's schedule, and they round every constant to float32, so that a float64 model would be 1e-8 off.
These classes keep their constants as Python numbers and follow the equations of `Training`.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from impls.training import Training


class Optimizer(keras.optimizers.Optimizer):
    """Base of the optimizers: adds L2 to the gradients, clips them, and decays the weights."""

    #: Names of the variables that are kept beside each parameter; they start at 0.
    slots: tuple[str, ...] = ()

    def __init__(self, training: Training) -> None:
        # A callable is no variable: a number would become one, rounded to float32, and be reset like the others.
        super().__init__(learning_rate=lambda: training.learning_rate)
        self.training = training

    def build(self, variables: list[Any]) -> None:
        super().build(variables)
        for slot in self.slots:
            setattr(self, slot, self.add_optimizer_variables(variables, slot))

    def reset(self) -> None:
        """Forget all steps."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def apply(self, grads: list[Any], trainable_variables: list[Any] | None = None) -> None:
        """One step: + l2·w, clipping by the global norm, decay, update."""
        variables = self._trainable_variables if trainable_variables is None else trainable_variables
        training = self.training
        if training.l2:
            grads = [gradient + training.l2 * variable for gradient, variable in zip(grads, variables, strict=True)]
        if training.clip_norm is not None:
            grads = clip_by_global_norm(grads, training.clip_norm)
        if training.decay:
            for variable in variables:
                variable.assign(variable * (1.0 - training.learning_rate * training.decay))
        shared = self.begin_step(ops.cast(self.iterations + 1, variables[0].dtype))
        # Keras's own loop would hand over nothing but the learning rate.
        for gradient, variable in zip(grads, variables, strict=True):
            self.update_step(gradient, variable, training.learning_rate, *shared)
        self.iterations.assign_add(1)

    def begin_step(self, step: Any) -> tuple[Any, ...]:  # noqa: ARG002 -- for those that count steps
        """What is computed once a step (1, 2, …) and given to each `update_step` after its other arguments.

        It is handed over, never kept: under JAX, what a traced function leaves on an object is of no use outside.
        """
        return ()

    def slot(self, name: str, variable: Any) -> Any:
        """The slot of that name that belongs to a parameter."""
        return getattr(self, name)[self._get_variable_index(variable)]


class SGD(Optimizer):
    """w −= lr·g."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        self.assign_sub(variable, learning_rate * gradient)


class Momentum(Optimizer):
    """v = μ·v + g; w −= lr·v (Polyak 1964)."""

    slots = ("velocity",)

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        velocity = self.slot("velocity", variable)
        self.assign(velocity, self.training.momentum * velocity + gradient)
        self.assign_sub(variable, learning_rate * velocity)


class Nesterov(Optimizer):
    """v = μ·v + g; w −= lr·(g + μ·v) (Sutskever et al. 2013, as the frameworks reformulate it)."""

    slots = ("velocity",)

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        velocity = self.slot("velocity", variable)
        self.assign(velocity, self.training.momentum * velocity + gradient)
        self.assign_sub(variable, learning_rate * (gradient + self.training.momentum * velocity))


class Adagrad(Optimizer):
    """s += g²; w −= lr·g / (√s + ε) (Duchi et al. 2011); s starts at 0, in Keras at 0.1."""

    slots = ("accumulator",)

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        accumulator = self.slot("accumulator", variable)
        self.assign_add(accumulator, ops.square(gradient))
        self.assign_sub(variable, learning_rate * gradient / (ops.sqrt(accumulator) + self.training.epsilon))


class RMSprop(Optimizer):
    """s = ρ·s + (1−ρ)·g²; w −= lr·g / (√s + ε) (Tieleman & Hinton 2012); Keras has ε inside the root."""

    slots = ("mean_square",)

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        mean_square = self.slot("mean_square", variable)
        self.assign_add(mean_square, (ops.square(gradient) - mean_square) * (1.0 - self.training.rho))
        self.assign_sub(variable, learning_rate * gradient / (ops.sqrt(mean_square) + self.training.epsilon))


class Adam(Optimizer):
    """w −= lr·m̂ / (√v̂ + ε) (Kingma & Ba 2015, Algorithm 1); Keras's ε is that of the paper's remark, ε·√(1−β₂ᵗ)."""

    slots = ("first_moment", "second_moment")

    def begin_step(self, step: Any) -> tuple[Any, ...]:
        """The corrections of both moments, 1 − βᵗ."""
        return one_minus_power(self.training.beta_1, step), one_minus_power(self.training.beta_2, step)

    def update_step(
        self, gradient: Any, variable: Any, learning_rate: float, first_correction: Any, second_correction: Any
    ) -> None:
        first_moment = self.slot("first_moment", variable)
        second_moment = self.slot("second_moment", variable)
        self.assign_add(first_moment, (gradient - first_moment) * (1.0 - self.training.beta_1))
        self.assign_add(second_moment, (ops.square(gradient) - second_moment) * (1.0 - self.training.beta_2))
        corrected_root = ops.sqrt(second_moment / second_correction)
        step_size = learning_rate / first_correction
        self.assign_sub(variable, step_size * first_moment / (corrected_root + self.training.epsilon))


class NAdam(Optimizer):
    """Adam with Nesterov's look-ahead (Dozat 2016) and the momentum schedule μₜ = β₁·(1 − ½·0.96^(t/250)).

    m̂ = μₜ₊₁·m / (1 − ∏ᵢ₌₁ᵗ⁺¹ μᵢ) + (1 − μₜ)·g / (1 − ∏ᵢ₌₁ᵗ μᵢ)
    """

    slots = ("first_moment", "second_moment")

    def build(self, variables: list[Any]) -> None:
        super().build(variables)
        self.momentum_product = self.add_variable((), "ones", variables[0].dtype, name="momentum_product")

    def reset(self) -> None:
        super().reset()
        self.momentum_product.assign(1.0)

    def begin_step(self, step: Any) -> tuple[Any, ...]:
        """The second moment's correction, and the shares of the first moment and of the gradient."""
        momentum, next_momentum = self._scheduled_momentum(step), self._scheduled_momentum(step + 1.0)
        product = self.momentum_product * momentum
        self.momentum_product.assign(product)
        first_moment_share = next_momentum / (1.0 - product * next_momentum)
        gradient_share = (1.0 - momentum) / (1.0 - product)
        return one_minus_power(self.training.beta_2, step), first_moment_share, gradient_share

    def update_step(
        self,
        gradient: Any,
        variable: Any,
        learning_rate: float,
        second_correction: Any,
        first_moment_share: Any,
        gradient_share: Any,
    ) -> None:
        first_moment = self.slot("first_moment", variable)
        second_moment = self.slot("second_moment", variable)
        self.assign_add(first_moment, (gradient - first_moment) * (1.0 - self.training.beta_1))
        self.assign_add(second_moment, (ops.square(gradient) - second_moment) * (1.0 - self.training.beta_2))
        corrected_root = ops.sqrt(second_moment / second_correction)
        look_ahead = first_moment_share * first_moment + gradient_share * gradient
        self.assign_sub(variable, learning_rate * look_ahead / (corrected_root + self.training.epsilon))

    def _scheduled_momentum(self, step: Any) -> Any:
        return self.training.beta_1 * (1.0 - 0.5 * ops.exp(math.log(0.96) * step / 250.0))


#: By the recipe's names.
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": Adam,
    "nadam": NAdam,
}


def clip_by_global_norm(gradients: list[Any], largest: float) -> list[Any]:
    """The gradients scaled by min(1, largest / ‖g‖), ‖g‖ over all together (Pascanu et al. 2013).

    Squares that overflow or vanish do not matter, as they do to Keras's own `global_clipnorm`, which then gives NaN;
    where ‖g‖ itself is not finite, all gradients become NaN.
    """
    limits = np.finfo(keras.backend.standardize_dtype(gradients[0].dtype))
    square = _sum_of_squares(gradients)

    def scaled() -> list[Any]:
        norm = ops.sqrt(square)
        multiplier = ops.where(norm > largest, largest / norm, ops.ones_like(norm))
        return [gradient * multiplier for gradient in gradients]

    usual = ops.logical_and(square > float(limits.tiny / limits.eps), square < math.inf)
    clipped: list[Any] = ops.cond(usual, scaled, lambda: _clip_by_scaled_norm(gradients, largest))
    return clipped


def _clip_by_scaled_norm(gradients: list[Any], largest: float) -> list[Any]:
    """As `clip_by_global_norm`, the largest element divided out first."""
    peak = ops.max(ops.stack([ops.max(ops.abs(gradient)) for gradient in gradients]))
    divisor = ops.where(peak > 0, peak, ops.ones_like(peak))
    scaled = [gradient / divisor for gradient in gradients]
    norm = ops.sqrt(_sum_of_squares(scaled))
    # NaN where one of the gradients is not finite.
    multiplier = ops.where(norm > largest / divisor, largest / norm, divisor) + (norm - norm)
    return [gradient * multiplier for gradient in scaled]


def _sum_of_squares(tensors: list[Any]) -> Any:
    return ops.sum(ops.stack([ops.sum(ops.square(tensor)) for tensor in tensors]))


def one_minus_power(beta: float, step: Any) -> Any:
    """1 − βᵗ, without the digits that float32 loses in the difference."""
    return -ops.expm1(math.log(beta) * step) if beta else ops.ones_like(step)
