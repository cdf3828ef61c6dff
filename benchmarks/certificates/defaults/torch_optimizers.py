"""PyTorch's side of the experiments on optimizers: (as by default, as aligned) for every item.

What is left is how far the parameters have gone, so that a departure is a share of the path.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch.optim import SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop

from benchmarks.certificates.defaults.material import LEARNING_RATE, STEPS, gradients, normal, start
from impls.protocol import Array

Sides = tuple[Array, Array]


def _path(make: Callable[..., Optimizer], change: Callable[[int, Optimizer, Any], None] | None = None) -> Array:
    """Parameters minus their start after the fixed gradients; `change` may intervene before each step."""
    parameter = torch.nn.Parameter(torch.from_numpy(start()))
    optimizer = make([parameter], lr=LEARNING_RATE)
    for step, gradient in enumerate(gradients()):
        if change:
            change(step, optimizer, parameter)
        parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
    path: Array = parameter.detach().numpy() - start()
    return path


def _pair(default: Callable[..., Optimizer], aligned: Callable[..., Optimizer] | None = None) -> Callable[[], Sides]:
    return lambda: (_path(default), _path(aligned or default))


def _drop(step: int, optimizer: Optimizer, _parameter: Any) -> None:
    if step == STEPS // 2:
        optimizer.param_groups[0]["lr"] = LEARNING_RATE / 10


def _decay(_step: int, _optimizer: Optimizer, parameter: Any) -> None:
    with torch.no_grad():
        parameter.mul_(1 - LEARNING_RATE * 0.5)


def _clipping() -> Sides:
    parameters = [torch.nn.Parameter(torch.zeros(5)) for _ in range(2)]
    for index, parameter in enumerate(parameters):
        parameter.grad = torch.from_numpy(normal(f"clipped {index}", 5, scale=1.0 + 3 * index))
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    SGD(parameters, lr=1.0).step()
    path: Array = torch.cat([each.detach() for each in parameters]).numpy()
    return path, path


def _rate(rate: float) -> Array:
    parameter = torch.nn.Parameter(torch.zeros(50, dtype=torch.float64))
    parameter.grad = torch.from_numpy(normal("gradient", 50, dtype="float64"))
    SGD([parameter], lr=rate).step()
    path: Array = parameter.detach().numpy()
    return path


EXPERIMENTS: dict[str, Callable[[], Sides]] = {
    "SGD momentum after a tenfold lower rate": lambda: (_path(partial(SGD, momentum=0.9), _drop),) * 2,
    "weight_decay of SGD": lambda: (
        _path(partial(SGD, weight_decay=0.5, momentum=0.9)),
        _path(partial(SGD, momentum=0.9), _decay),
    ),
    "weight_decay of Adam": _pair(partial(Adam, weight_decay=0.5), partial(AdamW, weight_decay=0.5)),
    "Adam": _pair(Adam),
    "AdamW": _pair(AdamW),
    "RMSprop": _pair(RMSprop, partial(RMSprop, alpha=0.9, eps=1e-12)),
    "Adagrad": _pair(Adagrad),
    "NAdam": _pair(NAdam, partial(NAdam, momentum_decay=1.0)),
    "clipping to norm 1": _clipping,
    "learning rate in float64": lambda: (_rate(0.01), _rate(2.0**-7)),
}
