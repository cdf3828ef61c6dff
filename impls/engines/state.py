"""What every engine does with the state of a training, whatever its framework keeps: seal it, and open only its own.

Copies and pickles of models go the same way: another model is built, and goes on from the state.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

import numpy as np

from impls.errors import ParameterError
from impls.protocol import Array, Model, Parameters

#: Names of the seal, and of what stands before a parameter's, in a training's state.
SEAL = "model"
PARAMETERS = "parameters/"


class _Resumable(Model, Protocol):
    def training_state(self) -> dict[str, Array]: ...

    def resume(self, state: Mapping[str, Array]) -> None: ...


class Copyable:
    """Mixin of models that `copy.deepcopy` and `pickle` give whole, optimizer and dropout generator included.

    Element by element a copy would be broken: arrays that share memory, compiled functions and optimizers would go on
    with the original's parameters, or with nobody's.
    """

    #: What built the model, and from what; set by `made_by`.
    _origin: tuple[Callable[..., Any], tuple[Any, ...]]

    def made_by(self, build: Callable[..., Any], *arguments: Any) -> Self:
        """Remember that the model is `build(*arguments)`; both have to be picklable."""
        self._origin = (build, arguments)
        return self

    def __reduce__(self: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _rebuilt, (*self._origin, self.training_state())


def _rebuilt(build: Callable[..., _Resumable], arguments: tuple[Any, ...], state: Mapping[str, Array]) -> _Resumable:
    model = build(*arguments)
    model.resume(state)
    return model


def seal_state(model: Model, parameters: Parameters, others: Mapping[str, Array]) -> dict[str, Array]:
    """One dictionary of a training's arrays, beginning with whose they are.

    Args:
        model: that has been trained so far.
        parameters: of the model.
        others: what else the next step depends on, by names that are the engine's own.
    """
    arrays = {PARAMETERS + name: array for name, array in parameters.items()} | dict(others)
    return {SEAL: text_array(_seal(model, arrays)), **arrays}


def open_state(model: Model, state: Mapping[str, Array]) -> tuple[Parameters, dict[str, Array]]:
    """The parameters and the other arrays of `seal_state`.

    Raises:
        ParameterError: the state is of another network, recipe, implementation, device or precision, or something in it
            is missing or has another shape.
    """
    arrays = {name: array for name, array in state.items() if name != SEAL}
    if SEAL not in state or array_text(state[SEAL]) != _seal(model, arrays):
        raise ParameterError(
            f"the state is not one that training_state() of such a model gave ({model.implementation}, "
            f"{model.architecture.name}, {model.training.optimizer}, {model.device}, {model.dtype}); resume the model "
            "it came from, or start afresh with load_parameters"
        )
    parameters = {name.removeprefix(PARAMETERS): array for name, array in arrays.items() if name.startswith(PARAMETERS)}
    return parameters, {name: array for name, array in arrays.items() if not name.startswith(PARAMETERS)}


def text_array(text: str) -> Array:
    """Text as an array (bytes,), so that a state is of arrays alone and can be stored as such."""
    return np.frombuffer(text.encode(), np.uint8).copy()


def array_text(array: Array) -> str:
    """The text of `text_array`; of any other array something that is no text of ours."""
    return np.asarray(array).tobytes().decode(errors="replace")


def _seal(model: Model, arrays: Mapping[str, Array]) -> str:
    """All that decides whether a model can go on with the arrays, as text."""
    whose = (model.implementation, repr(model.architecture), repr(model.training), model.device, model.dtype)
    shapes = {name: (str(array.dtype), array.shape) for name, array in sorted(arrays.items())}
    return json.dumps([whose, shapes])
