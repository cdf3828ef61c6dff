"""Checks of what a model answers: batches of every size, both precisions, and a clear error to what is wrong."""

import numpy as np

from impls.errors import BatchError, ParameterError
from impls.protocol import Array, Batch, Masks
from impls.spec.tokens import PADDING
from impls.testing.checking import Check, require, require_close, require_equal, require_error
from impls.testing.decoding_check import check_decoding
from impls.testing.subject import BATCH_SIZE, REMAINDER, Subject, weights


def check_batch_of_one(subject: Subject) -> None:
    """One example alone is trained on, evaluated and predicted."""
    model, (batch,) = subject.model(), subject.batches((1,))
    loss, gradients = model.loss_and_gradients(batch)
    require(np.isfinite(loss), f"the loss of a batch of one is {loss}")
    for name, gradient in gradients.items():
        require(bool(np.all(np.isfinite(gradient))), f"a batch of one gives a gradient that is no number ({name})")
    outputs = model.predict(batch.inputs)
    require(outputs.shape == (1, *subject.case.architecture.output_shape), f"one example gives shape {outputs.shape}")
    model.train_step(batch)
    for name, array in model.parameters().items():
        require(bool(np.all(np.isfinite(array))), f"a step on a batch of one leaves what is no number ({name})")


def check_prediction_in_batches(subject: Subject) -> None:
    """Predictions do not depend on how many examples are taken at once."""
    model, inputs = subject.model(), subject.batch.inputs
    whole = model.predict(inputs)
    require(whole.shape == (BATCH_SIZE, *subject.case.architecture.output_shape), f"predict gives {whole.shape}")
    for size in (1, REMAINDER, BATCH_SIZE, BATCH_SIZE + 1):
        require_close(
            {"outputs": model.predict(inputs, batch_size=size)},
            {"outputs": whole},
            subject.dtype,
            f"predict with batch_size={size} must give what it gives at once",
        )


def check_precision(subject: Subject) -> None:
    """Outputs and gradients come in the model's precision, and are computed in it."""
    model = subject.model()
    _, gradients = model.loss_and_gradients(subject.batch)
    outputs = model.predict(subject.batch.inputs)
    for name, array in (gradients | {"outputs": outputs}).items():
        require(array.dtype == subject.dtype, f"{name} is {array.dtype}, not {subject.dtype}")
    if subject.dtype == "float64":
        rounded = outputs.astype(np.float32).astype(np.float64)
        require(not np.array_equal(outputs, rounded), "outputs in float64 have the digits of float32 alone")


def check_loss(subject: Subject) -> None:
    """`train_step` returns the loss before the update; gradients come for every trainable parameter, in order."""
    architecture = subject.case.architecture
    model = subject.model()
    ones = {name: np.ones_like(mask) for name, mask in subject.masks(BATCH_SIZE).items()}
    loss, gradients = model.loss_and_gradients(subject.batch)
    trainable = {name: spec.shape for name, spec in architecture.parameters().items() if spec.trainable}
    require(
        {name: array.shape for name, array in gradients.items()} == trainable and list(gradients) == list(trainable),
        "gradients must have the names, order and shapes of the trainable parameters",
    )
    if not ones:  # with dropout, a step has its own masks
        stepped = model.train_step(subject.batch)
        require_close(
            {"loss": np.asarray(stepped)},
            {"loss": np.asarray(loss)},
            subject.dtype,
            "train_step must return the loss before the update, as loss_and_gradients gives it",
            1e3,
        )


def check_wrong_batches(subject: Subject) -> None:
    """Empty batches, wrong shapes and wrong tokens are answered by a `BatchError`, and change nothing."""
    model, (inputs, targets) = subject.model(), subject.batch
    start = model.parameters()
    wrong_tokens = _wrong_tokens(subject)
    wrong = {
        "an empty batch": Batch(inputs[:0], targets[:0]),
        "one target too few": Batch(inputs, targets[:-1]),
        "inputs of another width": Batch(_wider(inputs), targets),
        "inputs without the batch axis": Batch(inputs[0], targets),
        "targets with one axis too many": Batch(inputs, targets[..., None]),
        **{what: Batch(tokens, targets) for what, tokens in wrong_tokens.items()},
    }
    wrong["inputs that are lists"] = Batch(inputs.tolist(), targets)
    wrong["inputs that are words"] = Batch(inputs.astype(str), targets)
    wrong["targets that are words"] = Batch(inputs, targets.astype(str))
    wrong["three arrays"] = (inputs, targets, targets)  # type: ignore[assignment]  # which is what is wrong
    if subject.case.training.loss == "sigmoid_cross_entropy":
        for what, value in (("below 0", -0.5), ("above 1", 1.5)):
            wrong[f"a probability {what}"] = Batch(
                inputs, np.concatenate([targets[:-1], np.full_like(targets[-1:], value)])
            )
    if subject.case.training.loss == "softmax_cross_entropy":
        wrong["a class beyond the last"] = Batch(
            inputs, np.full_like(targets, subject.case.architecture.output_shape[-1])
        )
        wrong["a negative class"] = Batch(inputs, np.full_like(targets, -1))
        if targets.ndim > 1:
            wrong["targets of padding alone"] = Batch(inputs, np.full_like(targets, PADDING))
    for what, batch in wrong.items():
        for call in (model.train_step, model.loss_and_gradients, lambda b: model.train_epoch([subject.batch, b])):
            require_error(BatchError, what, lambda call=call, batch=batch: call(batch))  # type: ignore[misc]  # bound by default
    require_error(BatchError, "an epoch without batches", lambda: model.train_epoch([]))
    for what, array in (
        ("prediction of no examples", inputs[:0]),
        ("prediction of inputs of another width", _wider(inputs)),
        ("prediction of inputs without the batch axis", inputs[0]),
        *((f"prediction of {what}", tokens) for what, tokens in wrong_tokens.items()),
    ):
        require_error(BatchError, what, lambda array=array: model.predict(array))  # type: ignore[misc]  # likewise
    for size in (0, -1, 1.5, True, "8"):
        require_error(
            BatchError,
            f"batch_size={size!r}",
            lambda size=size: model.predict(inputs, batch_size=size),  # type: ignore[misc]  # likewise
        )
    require_equal(model.parameters(), start, "a refused batch must leave the parameters as they were")


def _wrong_tokens(subject: Subject) -> dict[str, Array]:
    """Inputs that are wrong in one token, in each of the fields; nothing for a network over real numbers."""
    inputs = subject.batch.inputs
    wrong: dict[str, Array] = {}
    start = 0
    for number, field in enumerate(subject.case.architecture.fields):
        changes: dict[str, tuple[slice, int]] = {
            "a token beyond the vocabulary": (slice(1), field.vocabulary),
            "a negative token": (slice(1), -1),
            "padding alone": (slice(field.length), PADDING),
        }
        if field.length > 1:
            changes["padding before the first token"] = (slice(1), PADDING)
        if field.length > 2:
            changes["padding between tokens"] = (slice(1, 2), PADDING)
        for what, (positions, token) in changes.items():
            tokens = inputs.copy()
            # The first example has no padding of its own.
            tokens[0, start : start + field.length][positions] = token
            wrong[f"{what} in field {number}"] = tokens
        wrong["tokens of a real dtype"] = inputs.astype(subject.dtype)
        start += field.length
    return wrong


def check_wrong_masks(subject: Subject) -> None:
    """Masks of unknown layers or wrong shapes are answered by a `BatchError`."""
    model, masks = subject.model(), subject.masks(BATCH_SIZE)
    wrong: dict[str, Masks] = {"a mask of an unknown layer": {**masks, "dropout_of_nothing": np.ones((BATCH_SIZE, 1))}}
    if masks:
        first = next(iter(masks))
        wrong["a mask too few"] = {name: mask for name, mask in masks.items() if name != first}
        wrong["a mask for fewer examples"] = {**masks, first: masks[first][:-1]}
        wrong["a mask of another width"] = {**masks, first: _wider(masks[first])}
    for what, given in wrong.items():
        require_error(
            BatchError,
            what,
            lambda given=given: model.loss_and_gradients(subject.batch, given),  # type: ignore[misc]  # with a default
        )


def check_wrong_parameters(subject: Subject) -> None:
    """Unknown or missing names and wrong shapes are answered by a `ParameterError`, and change nothing."""
    model = subject.model()
    given = {name: array + 1 for name, array in weights(subject.case.architecture, subject.dtype).items()}
    start, last = model.parameters(), list(given)[-1]
    for what, parameters in (
        ("an unknown parameter", {**given, "layer_of_nothing/kernel": given[last]}),
        ("a missing parameter", {name: array for name, array in given.items() if name != last}),
        ("a parameter of a wrong shape", {**given, last: np.ones((*given[last].shape, 2), subject.dtype)}),
        ("no parameters", {}),
    ):
        require_error(
            ParameterError,
            what,
            lambda parameters=parameters: model.load_parameters(parameters),  # type: ignore[misc]  # with a default
        )
        require_equal(model.parameters(), start, f"load_parameters refused {what}, but changed the model before")


def _wider(array: Array) -> Array:
    return np.concatenate([array, array[..., :1]], axis=-1)


ANSWER_CHECKS = tuple(
    Check(name, run)
    for name, run in (
        ("batch of one", check_batch_of_one),
        ("prediction in batches", check_prediction_in_batches),
        ("precision", check_precision),
        ("loss", check_loss),
        ("wrong batches", check_wrong_batches),
        ("wrong masks", check_wrong_masks),
        ("wrong parameters", check_wrong_parameters),
        ("decoding", check_decoding),
    )
)
