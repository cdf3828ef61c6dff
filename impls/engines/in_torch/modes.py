"""PyTorch's modes that a caller may have switched on around a model, and that must not change what it computes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
R = TypeVar("R")


def in_own_modes(function: Callable[P, R]) -> Callable[P, R]:
    """The function with gradients recorded, and neither inference mode nor autocast, whatever is on outside.

    Under `torch.no_grad()` nothing could be trained; what is made under `torch.inference_mode()` could never be; and
    autocast would compute in another precision than the model's.
    """

    @wraps(function)
    def in_modes(*args: P.args, **kwargs: P.kwargs) -> R:
        # Asking takes 0.2 µs, changing modes some 5.
        if torch.is_grad_enabled() and not torch.is_inference_mode_enabled() and not _autocasts():
            return function(*args, **kwargs)
        with (
            torch.inference_mode(mode=False),
            torch.enable_grad(),
            torch.autocast("cpu", enabled=False),
            torch.autocast("cuda", enabled=False),
        ):
            return function(*args, **kwargs)

    return in_modes


@contextmanager
def plain_modes() -> Iterator[None]:
    """Neither inference mode nor autocast while the context lasts; whether gradients are recorded stays as it is."""
    if not torch.is_inference_mode_enabled() and not _autocasts():
        yield
        return
    records = torch.is_grad_enabled()
    with (
        torch.inference_mode(mode=False),
        torch.set_grad_enabled(records),  # leaving inference mode turns it on
        torch.autocast("cpu", enabled=False),
        torch.autocast("cuda", enabled=False),
    ):
        yield


def _autocasts() -> bool:
    return torch.is_autocast_enabled("cpu") or torch.is_autocast_enabled("cuda")
