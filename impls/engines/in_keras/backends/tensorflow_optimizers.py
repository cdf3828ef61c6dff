"""The optimizers for which TensorFlow has a kernel: one pass over each parameter instead of a dozen.

The equations are those of `impls.engines.in_keras.optimizers`; the kernels' own are in
https://www.tensorflow.org/api_docs/python/tf/raw_ops, under the names used below.
"""

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from impls.engines.in_keras import optimizers


class SGD(optimizers.SGD):
    """`optimizers.SGD` by TensorFlow's kernel."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        tf.raw_ops.ResourceApplyGradientDescent(
            var=variable.handle, alpha=_like(learning_rate, gradient), delta=gradient
        )


class Momentum(optimizers.Momentum):
    """`optimizers.Momentum` by TensorFlow's kernel."""

    nesterov = False

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        tf.raw_ops.ResourceApplyMomentum(
            var=variable.handle,
            accum=self.slot("velocity", variable).value.handle,
            lr=_like(learning_rate, gradient),
            grad=gradient,
            momentum=_like(self.training.momentum, gradient),
            use_nesterov=self.nesterov,
        )


class Nesterov(Momentum):
    """`optimizers.Nesterov` by TensorFlow's kernel."""

    nesterov = True


class Adagrad(optimizers.Adagrad):
    """`optimizers.Adagrad` by TensorFlow's kernel, whose second version has ε outside the root."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: float) -> None:
        tf.raw_ops.ResourceApplyAdagradV2(
            var=variable.handle,
            accum=self.slot("accumulator", variable).value.handle,
            lr=_like(learning_rate, gradient),
            epsilon=_like(self.training.epsilon, gradient),
            grad=gradient,
        )


class Adam(optimizers.Adam):
    """`optimizers.Adam` by TensorFlow's kernel.

    The kernel divides by √v + ε̂. With ε̂ = ε·√(1−β₂ᵗ) and the rate lr·√(1−β₂ᵗ)/(1−β₁ᵗ) this is the paper's Algorithm
    1; both are computed here, where the powers of β keep their digits, and the kernel's own correction is left out.
    """

    def begin_step(self, step: Any) -> tuple[Any, ...]:
        """The corrected learning rate and ε̂."""
        # The kernel has β as the variables' type rounds it; corrected by another β, √v̂ would be off by 1e-5 in float32.
        first_correction = optimizers.one_minus_power(_rounded(self.training.beta_1, step), step)
        root = ops.sqrt(optimizers.one_minus_power(_rounded(self.training.beta_2, step), step))
        return self.training.learning_rate * root / first_correction, self.training.epsilon * root

    def update_step(
        self,
        gradient: Any,
        variable: Any,
        learning_rate: float,  # noqa: ARG002 -- the corrected one takes its place
        corrected_rate: Any,
        corrected_epsilon: Any,
    ) -> None:
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self.slot("first_moment", variable).value.handle,
            v=self.slot("second_moment", variable).value.handle,
            beta1_power=_like(0.0, gradient),
            beta2_power=_like(0.0, gradient),
            lr=corrected_rate,
            beta1=_like(self.training.beta_1, gradient),
            beta2=_like(self.training.beta_2, gradient),
            epsilon=corrected_epsilon,
            grad=gradient,
        )


def _rounded(number: float, tensor: Any) -> float:
    return float(np.asarray(number, tensor.dtype.as_numpy_dtype))


def _like(number: float, tensor: Any) -> Any:
    return tf.constant(number, tensor.dtype)
