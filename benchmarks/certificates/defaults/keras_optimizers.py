"""Keras's side of the experiments on optimizers: (as by default, as aligned) for every item."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras.optimizers import SGD, Adagrad, Adam, AdamW, Nadam, Optimizer, RMSprop

from benchmarks.certificates.defaults.material import LEARNING_RATE, STEPS, gradients, normal, start
from impls.protocol import Array

Sides = tuple[Array, Array]


def _path(make: Callable[..., Optimizer], change: Callable[[int, Any], None] | None = None) -> Array:
    """Parameters minus their start after the fixed gradients; `change` may intervene before each step."""
    parameter = keras.Variable(start())
    optimizer = make(learning_rate=LEARNING_RATE)
    optimizer.build([parameter])
    for step, gradient in enumerate(gradients()):
        if change:
            change(step, optimizer)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [parameter])
    path: Array = parameter.numpy() - start()
    return path


def _pair(default: Callable[..., Optimizer], aligned: Callable[..., Optimizer] | None = None) -> Callable[[], Sides]:
    return lambda: (_path(default), _path(aligned or default))


def _drop(step: int, optimizer: Any, rescale: bool) -> None:
    if step == STEPS // 2:
        optimizer.learning_rate = LEARNING_RATE / 10
        if rescale:
            for velocity in optimizer.momentums:
                velocity.assign(velocity / 10)


def _torch_epsilon(step: int, optimizer: Any) -> None:
    """Keras adds ε̂ to the uncorrected root: with this ε̂ it is PyTorch's 1e-8 at the corrected one."""
    optimizer.epsilon = 1e-8 * float(np.sqrt(1 - optimizer.beta_2 ** (step + 1)))


def _with_torch_epsilon(default: Callable[..., Optimizer], aligned: Callable[..., Optimizer]) -> Callable[[], Sides]:
    return lambda: (_path(default), _path(aligned, _torch_epsilon))


def _clipping(**settings: float) -> Array:
    parameters = [keras.Variable(np.zeros(5, "float32")) for _ in range(2)]
    given = [keras.ops.convert_to_tensor(normal(f"clipped {index}", 5, scale=1.0 + 3 * index)) for index in range(2)]
    SGD(1.0, **settings).apply(given, parameters)
    return np.concatenate([parameter.numpy() for parameter in parameters])


def _rate(rate: float) -> Array:
    parameter = keras.Variable(np.zeros(50), dtype="float64")
    gradient = keras.ops.convert_to_tensor(normal("gradient", 50, dtype="float64"))
    SGD(rate).apply([gradient], [parameter])
    path: Array = parameter.numpy()
    return path


EXPERIMENTS: dict[str, Callable[[], Sides]] = {
    "SGD momentum after a tenfold lower rate": lambda: (
        _path(partial(SGD, momentum=0.9), partial(_drop, rescale=False)),
        _path(partial(SGD, momentum=0.9), partial(_drop, rescale=True)),
    ),
    "weight_decay of SGD": _pair(partial(SGD, weight_decay=0.5, momentum=0.9)),
    "weight_decay of Adam": _with_torch_epsilon(partial(Adam, weight_decay=0.5), partial(AdamW, weight_decay=0.5)),
    "Adam": _with_torch_epsilon(Adam, Adam),
    "AdamW": _with_torch_epsilon(AdamW, partial(AdamW, weight_decay=0.01)),
    "RMSprop": _pair(RMSprop, partial(RMSprop, rho=0.9, epsilon=1e-24)),
    "Adagrad": _pair(Adagrad, partial(Adagrad, initial_accumulator_value=0.0, epsilon=1e-20)),
    "NAdam": _pair(Nadam, partial(Nadam, epsilon=1e-8)),
    "clipping to norm 1": lambda: (_clipping(clipnorm=1.0), _clipping(global_clipnorm=1.0)),
    "learning rate in float64": lambda: (_rate(0.01), _rate(2.0**-7)),
}
