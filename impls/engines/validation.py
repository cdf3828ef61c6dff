"""What every engine asks of what it is given, with the error that its user reads; no framework is involved.

Batches, tokens, parameters and masks are compared with the architecture; each array by itself is checked and returned
by `impls.engines.arrays`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from impls.engines.arrays import described, real_numbers, whole_numbers
from impls.errors import BatchError, ParameterError, ThreefoldError, TrainingError
from impls.protocol import Array, Batch, Masks, Parameters
from impls.spec.architecture import Architecture
from impls.spec.tokens import PADDING, Field
from impls.training import Training

#: What every framework's generator takes.
LARGEST_SEED = 2**63 - 1


def check_batch(architecture: Architecture, training: Training, batch: Batch, dtype: npt.DTypeLike) -> Batch:
    """The batch in `dtype`, with class numbers and tokens as int64.

    Raises:
        BatchError: no pair, no examples, masked arrays, shapes that do not fit the architecture, values that are not
            finite, class numbers, tokens or probabilities out of range, padding where there may be none, or no target
            that is counted.
    """
    if not isinstance(batch, tuple) or len(batch) != 2:
        raise BatchError("a batch is a pair of arrays (inputs, targets); give Batch(inputs, targets)")
    inputs = check_inputs(architecture, batch[0], dtype)
    *leading, outputs = architecture.output_shape
    if training.loss == "softmax_cross_entropy":
        targets = whole_numbers("targets", batch[1], (len(inputs), *leading), outputs, "softmax cross-entropy")
        if leading and not targets.any():
            raise BatchError(f"targets hold nothing but padding ({PADDING}), so there is no loss; leave the batch out")
        return Batch(inputs, targets)
    numbers = real_numbers("targets", batch[1], (len(inputs), *leading, outputs), dtype, BatchError)
    if training.loss == "sigmoid_cross_entropy":
        low, high = float(numbers.min()), float(numbers.max())
        if low < 0 or high > 1:
            raise BatchError(
                f"targets hold {low if low < 0 else high:g}; sigmoid cross-entropy takes probabilities, 0 to 1"
            )
    return Batch(inputs, numbers)


def check_batches(
    architecture: Architecture, training: Training, batches: Sequence[Batch], dtype: npt.DTypeLike
) -> list[Batch]:
    """All batches of an epoch, checked before the first one is used.

    Raises:
        BatchError: there are none, or one of them does not pass `check_batch`.
    """
    if len(batches) == 0:
        raise BatchError("an epoch needs at least one batch; none was given")
    if isinstance(batches, CheckedBatches) and batches.checked_for == (architecture, training.loss, np.dtype(dtype)):
        return batches
    return [check_batch(architecture, training, batch, dtype) for batch in batches]


class CheckedBatches(list[Batch]):
    """Batches of examples that `check_examples` has checked all at once: `check_batches` takes them as they are.

    A check takes as long as a step of a small network, and an epoch shuffles the same examples again and again.
    """

    #: Architecture, loss and dtype for which they were checked.
    checked_for: tuple[Architecture, str, np.dtype[Any]] | None = None


class CheckedExamples:
    """The examples of a training, checked once; made by `check_examples`."""

    def __init__(self, architecture: Architecture, training: Training, examples: Batch, dtype: npt.DTypeLike) -> None:
        self.examples = examples
        # A batch of a sequence model may hold nothing but padding, though all examples together do not.
        alike = len(architecture.output_shape) == 1
        self._checked_for = (architecture, training.loss, np.dtype(dtype)) if alike else None

    def batches(self, order: Array, batch_size: int) -> CheckedBatches:
        """The examples in this order (examples,), cut into batches; the last one has what is left."""
        # One gather for the whole epoch: batches are then views.
        inputs, targets = (np.take(array, order, axis=0) for array in self.examples)
        starts = range(0, len(inputs), batch_size)
        batches = CheckedBatches(Batch(inputs[at : at + batch_size], targets[at : at + batch_size]) for at in starts)
        batches.checked_for = self._checked_for
        return batches


def check_examples(
    architecture: Architecture, training: Training, examples: Batch, dtype: npt.DTypeLike
) -> CheckedExamples:
    """All examples that epochs of batches are cut from, checked as one batch.

    Raises:
        BatchError: they do not pass `check_batch`.
    """
    return CheckedExamples(architecture, training, check_batch(architecture, training, examples, dtype), dtype)


def counted_targets(architecture: Architecture, training: Training, batch: Batch) -> int:
    """Over how many terms the batch's loss is averaged, up to a factor: examples, or targets that are not padding."""
    if training.loss == "softmax_cross_entropy" and len(architecture.output_shape) > 1:
        return int(np.count_nonzero(batch.targets))
    return len(batch.inputs)


def check_inputs(architecture: Architecture, inputs: Array, dtype: npt.DTypeLike) -> Array:
    """Inputs (examples, *input_shape) in `dtype`; tokens as int64.

    Raises:
        BatchError: there are no examples, the array is masked, the shape does not fit the architecture, values are not
            finite, or tokens are out of range or have padding where there may be none.
    """
    examples = inputs.shape[0] if isinstance(inputs, np.ndarray) and inputs.ndim else -1
    if examples == 0:
        raise BatchError("the batch is empty: its inputs have no examples; leave it out")
    if not architecture.fields:
        return real_numbers("inputs", inputs, (examples, *architecture.input_shape), dtype, BatchError)
    vocabulary = max(field.vocabulary for field in architecture.fields)
    tokens = whole_numbers("inputs", inputs, (examples, *architecture.input_shape), vocabulary, "a network over tokens")
    start = 0
    for field in architecture.fields:
        check_tokens(tokens[:, start : start + field.length], field)
        start += field.length
    return tokens


def check_inputs_of_field(tokens: Array, field: Field, padded: bool = True) -> npt.NDArray[np.int64]:
    """Tokens (sequences, positions) of one field: of its length and padded at the end, or of any length and unpadded.

    Raises:
        BatchError: they are not.
    """
    if not isinstance(tokens, np.ndarray) or tokens.ndim != 2 or 0 in tokens.shape:
        shape = tokens.shape if isinstance(tokens, np.ndarray) else described(tokens)
        raise BatchError(f"tokens: {shape} given; give an array (sequences, positions) with one of each at least")
    positions = field.length if padded else tokens.shape[1]
    checked = whole_numbers("tokens", tokens, (len(tokens), positions), field.vocabulary, "decoding")
    check_tokens(checked, field)
    if not padded and not checked.all():
        raise BatchError(f"tokens: a prompt may hold no padding ({PADDING}); give prompts of one length")
    return checked


def check_tokens(tokens: Array, field: Field) -> None:
    """Whether the tokens (examples, field.length) are of the field's vocabulary, with padding at their end alone.

    Raises:
        BatchError: they are not.
    """
    if tokens.size and tokens.max() >= field.vocabulary:
        raise BatchError(
            f"inputs hold token {tokens.max()}; the vocabulary's {field.vocabulary} are 0 to {field.vocabulary - 1}"
        )
    real = tokens != PADDING
    if not real[:, :1].all():
        example = int(np.argmin(real[:, 0]))
        raise BatchError(f"inputs: example {example} begins with padding ({PADDING}); give it one token at least")
    if (real[:, 1:] > real[:, :-1]).any():
        example = int(np.argmax((real[:, 1:] > real[:, :-1]).any(axis=1)))
        raise BatchError(f"inputs: example {example} has padding ({PADDING}) before a token; move it to the end")


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


def check_seed(seed: object) -> int:
    """The seed as Python's number.

    Raises:
        TrainingError: it is no whole number from 0 to `LARGEST_SEED`.
    """
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not whole or not 0 <= int(seed) <= LARGEST_SEED:  # type: ignore[call-overload]  # a number where it is asked
        raise TrainingError(f"seed={seed!r} is not possible; give a whole number from 0 to 2**63 - 1")
    return int(seed)  # type: ignore[call-overload,no-any-return]  # likewise


def check_parameters(
    architecture: Architecture, parameters: Mapping[str, Array], dtype: npt.DTypeLike, diverged: bool = False
) -> Parameters:
    """All of the architecture's parameters in its order and in `dtype`.

    Args:
        architecture: which names and shapes there should be.
        parameters: by name.
        dtype: of the returned arrays.
        diverged: whether values that are not finite are taken: those of a training that is to go on as it stood.

    Raises:
        ParameterError: a name is missing or unknown, a shape is wrong, or an array is masked or holds a value that is
            not finite.
    """
    specs = architecture.parameters()
    _check_names("parameter", specs, parameters, ParameterError)
    return {
        name: real_numbers(f"parameter {name!r}", parameters[name], spec.shape, dtype, ParameterError, not diverged)
        for name, spec in specs.items()
    }


def check_masks(architecture: Architecture, masks: Masks, examples: int, dtype: npt.DTypeLike) -> dict[str, Array]:
    """One mask (examples, *shape) for each dropout layer, in forward order and in `dtype`.

    Raises:
        BatchError: a name is missing or unknown, a shape is wrong, or an array is masked or holds a value that is not
            finite.
    """
    shapes = architecture.dropouts()
    _check_names("mask", shapes, masks, BatchError)
    return {
        name: real_numbers(f"mask {name!r}", masks[name], (examples, *shape), dtype, BatchError)
        for name, shape in shapes.items()
    }


def _check_names(
    what: str, wanted: Mapping[str, object], given: Mapping[str, object], error: type[ThreefoldError]
) -> None:
    if missing := [name for name in wanted if name not in given]:
        raise error(f"{what} {missing[0]!r} is missing; there should be {_listed(wanted)}")
    if unknown := [name for name in given if name not in wanted]:
        raise error(f"{what} {unknown[0]!r} is unknown; there should be {_listed(wanted)}")


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"
