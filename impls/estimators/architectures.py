"""From an estimator's parameters and the data's shape to an architecture."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.protocol import Array
from impls.spec.architecture import Architecture

#: "mlp", an architecture whose `outputs` is set to what the targets ask for, or a function of one example's shape and
#: the number of outputs that makes one.
ArchitectureChoice: TypeAlias = "str | Architecture | Callable[[tuple[int, ...], int], Architecture]"

#: The parameters that describe an MLP, and what they are when nobody has set them.
MLP_DEFAULTS: Mapping[str, Any] = {"hidden": (100,), "activation": "relu", "dropout": 0.0, "normalization": None}


def chosen_architecture(
    choice: ArchitectureChoice, settings: Mapping[str, Any], shape: tuple[int, ...], outputs: int
) -> Architecture:
    """The architecture for examples of the shape, with one answer of that many outputs for each.

    Args:
        choice: the estimator's `architecture`.
        settings: the estimator's parameters of `MLP_DEFAULTS`.
        shape: of one example.
        outputs: classes, or numbers to predict.

    Raises:
        ArchitectureError: the choice is none, does not fit the data, or answers at each position of a sequence.
    """
    if isinstance(choice, str):
        if choice != "mlp":
            raise ArchitectureError(
                f"architecture={choice!r} is not possible; give 'mlp', an architecture such as CNN(inputs=(8, 8, 1)), "
                "or a function of (shape, outputs) that makes one"
            )
        hidden = settings["hidden"]
        widths = tuple(hidden) if isinstance(hidden, Iterable) else (hidden,)
        return MLP(inputs=shape[0], outputs=outputs, **{**settings, "hidden": widths})
    if set_for_nothing := [name for name, default in MLP_DEFAULTS.items() if settings[name] != default]:
        raise ArchitectureError(
            f"{set_for_nothing[0]}={settings[set_for_nothing[0]]!r} is for architecture='mlp' alone; "
            "put it into the architecture that is given"
        )
    made: object = None
    if isinstance(choice, Architecture):
        made = replace(choice, outputs=outputs) if hasattr(choice, "outputs") else choice  # type: ignore[call-arg]  # it has outputs
    elif callable(choice):
        made = choice(shape, outputs)
    if not isinstance(made, Architecture):
        raise ArchitectureError(
            f"architecture={choice!r} makes no architecture; give 'mlp', an architecture, or a function of "
            "(shape, outputs) that makes one"
        )
    if made.output_shape != (outputs,):
        raise ArchitectureError(
            f"the architecture {made.name!r} has outputs of shape {made.output_shape}, the targets ask for "
            f"({outputs},): give a network with one answer for each example"
        )
    return made


def as_inputs(array: Array, architecture: Architecture, dtype: str) -> Array:
    """The examples as the architecture takes them: rows of numbers are cut into its shape, tokens become integers.

    Raises:
        ArchitectureError: an example has another number of values, or tokens are no whole numbers.
    """
    shape = architecture.input_shape
    if array.shape[1:] != shape:
        if int(np.prod(array.shape[1:])) != int(np.prod(shape)):
            raise ArchitectureError(
                f"X has {int(np.prod(array.shape[1:]))} values for each example, the architecture "
                f"{architecture.name!r} takes {shape}; give X or the architecture another shape"
            )
        array = array.reshape(len(array), *shape)
    if not architecture.fields:
        return np.ascontiguousarray(array, dtype=dtype)
    tokens = array.astype(np.int64)
    if not np.array_equal(tokens, array):
        raise ArchitectureError(f"X holds {array[tokens != array][0]}; an architecture over tokens takes whole numbers")
    return tokens
