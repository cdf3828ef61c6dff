"""What every engine asks of the arrays it is given, with the error that its user reads; no framework is involved.

The checks of a batch run at each step, so they touch its arrays once at most (the range of the class numbers). Returned
arrays have the wanted dtype, are C-contiguous, and are the caller's own where these already were so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from impls.architecture import Architecture
from impls.errors import BatchError, ParameterError, ThreefoldError
from impls.protocol import Array, Batch, Masks, Parameters
from impls.training import Training

_REAL = "fiub"
_WHOLE = "iu"


def check_batch(architecture: Architecture, training: Training, batch: Batch, dtype: npt.DTypeLike) -> Batch:
    """The batch in `dtype`, with class numbers as int64.

    Raises:
        BatchError: no pair, no examples, shapes that do not fit the architecture, or class numbers out of range.
    """
    if not isinstance(batch, tuple) or len(batch) != 2:
        raise BatchError("a batch is a pair of arrays (inputs, targets); give Batch(inputs, targets)")
    inputs = check_inputs(architecture, batch[0], dtype)
    *leading, outputs = architecture.output_shape
    if training.loss == "softmax_cross_entropy":
        return Batch(inputs, _check_classes(batch[1], (len(inputs), *leading), outputs))
    return Batch(inputs, _real_array("targets", batch[1], (len(inputs), *leading, outputs), dtype, BatchError))


def check_batches(
    architecture: Architecture, training: Training, batches: Sequence[Batch], dtype: npt.DTypeLike
) -> list[Batch]:
    """All batches of an epoch, checked before the first one is used.

    Raises:
        BatchError: there are none, or one of them does not pass `check_batch`.
    """
    if len(batches) == 0:
        raise BatchError("an epoch needs at least one batch; none was given")
    return [check_batch(architecture, training, batch, dtype) for batch in batches]


def check_inputs(architecture: Architecture, inputs: Array, dtype: npt.DTypeLike) -> Array:
    """Inputs (examples, *input_shape) in `dtype`.

    Raises:
        BatchError: there are no examples, or the shape does not fit the architecture.
    """
    examples = inputs.shape[0] if isinstance(inputs, np.ndarray) and inputs.ndim else -1
    checked = _real_array("inputs", inputs, (examples, *architecture.input_shape), dtype, BatchError)
    if examples == 0:
        raise BatchError("the batch is empty: its inputs have no examples; leave it out")
    return checked


def check_batch_size(batch_size: int | None, examples: int) -> int:
    """How many examples to predict at once: `batch_size`, or all.

    Raises:
        BatchError: the batch size is no whole number of 1 or more.
    """
    if batch_size is None:
        return examples
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise BatchError(f"batch_size={batch_size!r} is not possible; give None or a whole number of 1 or more")
    return int(batch_size)


def check_parameters(architecture: Architecture, parameters: Mapping[str, Array], dtype: npt.DTypeLike) -> Parameters:
    """All of the architecture's parameters in its order and in `dtype`.

    Raises:
        ParameterError: a name is missing or unknown, or a shape is wrong.
    """
    specs = architecture.parameters()
    _check_names("parameter", specs, parameters, ParameterError)
    return {
        name: _real_array(f"parameter {name!r}", parameters[name], spec.shape, dtype, ParameterError)
        for name, spec in specs.items()
    }


def check_masks(architecture: Architecture, masks: Masks, examples: int, dtype: npt.DTypeLike) -> dict[str, Array]:
    """One mask (examples, *shape) for each dropout layer, in forward order and in `dtype`.

    Raises:
        BatchError: a name is missing or unknown, or a shape is wrong.
    """
    shapes = architecture.dropouts()
    _check_names("mask", shapes, masks, BatchError)
    return {
        name: _real_array(f"mask {name!r}", masks[name], (examples, *shape), dtype, BatchError)
        for name, shape in shapes.items()
    }


def _check_classes(targets: Array, shape: tuple[int, ...], classes: int) -> npt.NDArray[np.int64]:
    if not isinstance(targets, np.ndarray) or targets.dtype.kind not in _WHOLE:
        raise BatchError(
            f"targets are {_describe(targets)}; softmax cross-entropy takes class numbers of integer dtype"
        )
    if targets.shape != shape:
        raise BatchError(f"targets have shape {targets.shape}, the inputs and the architecture ask for {shape}")
    low, high = int(targets.min()), int(targets.max())
    if low < 0 or high >= classes:
        raise BatchError(f"targets hold class {low if low < 0 else high}; the {classes} classes are 0 to {classes - 1}")
    return np.asarray(targets, dtype=np.int64, order="C")


def _real_array(
    what: str, array: Array, shape: tuple[int, ...], dtype: npt.DTypeLike, error: type[ThreefoldError]
) -> npt.NDArray[np.floating[Any]]:
    if not isinstance(array, np.ndarray) or array.dtype.kind not in _REAL:
        raise error(f"{what}: found {_describe(array)}; give a NumPy array of real numbers")
    if array.shape != shape:
        wanted = str(shape).replace("(-1,", "(examples,")
        raise error(f"{what}: found shape {array.shape}, the architecture asks for {wanted}")
    return np.asarray(array, dtype=dtype, order="C")


def _check_names(
    what: str, wanted: Mapping[str, object], given: Mapping[str, object], error: type[ThreefoldError]
) -> None:
    if missing := [name for name in wanted if name not in given]:
        raise error(f"{what} {missing[0]!r} is missing; there should be {_listed(wanted)}")
    if unknown := [name for name in given if name not in wanted]:
        raise error(f"{what} {unknown[0]!r} is unknown; there should be {_listed(wanted)}")


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"


def _describe(value: object) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
