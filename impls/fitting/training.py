"""Epochs of shuffled batches for any `Model`."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from impls.engines.validation import check_examples
from impls.errors import TrainingError
from impls.fitting.bars import Report, progress_bar
from impls.fitting.history import EarlyStopping, History
from impls.protocol import Array, Batch, Model
from impls.scratch.losses import loss_and_gradient

#: From outputs (examples, *output_shape) and targets to a figure that is better the higher it is.
Score: TypeAlias = Callable[[Array, Array], float]

#: Examples that are predicted at once for a validation score.
AT_ONCE = 1024


def fit(
    model: Model,
    inputs: Array,
    targets: Array,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    seed: int | np.random.Generator = 0,
    validation: tuple[Array, Array] | None = None,
    score: Score | None = None,
    patience: int | None = None,
    tolerance: float = 0.0,
    progress: bool = False,
    report: Report | None = None,
) -> History:
    """Train the model on shuffled batches, and go on from where it stands.

    Args:
        model: from `impls.build`.
        inputs: (examples, *input_shape).
        targets: as `impls.Batch` describes them.
        epochs: how often every example is seen, at most.
        batch_size: examples of an update; the last batch of an epoch has what is left.
        seed: of the order of the examples, or a generator that goes on.
        validation: inputs and targets that are scored after each epoch, and never trained on.
        score: of the validation part, the higher the better; None takes the loss with a minus sign.
        patience: stop after this many epochs in a row without a better score, and take the best epoch's parameters;
            None trains for all epochs and keeps the last.
        tolerance: a score is better if it is higher by more than this.
        progress: show a bar with epoch, loss and score, in a terminal or notebook.
        report: called after each epoch.

    Returns:
        Losses and scores by epoch.

    Raises:
        TrainingError: the loss is no longer finite, a validation score is nan, an argument is out of range, or
            `patience` has no validation part.
        BatchError: the arrays do not fit the architecture.
    """
    _check_arguments(epochs, batch_size, patience, validation, inputs, targets)
    examples = check_examples(model.architecture, model.training, Batch(inputs, targets), model.dtype)
    generator = np.random.default_rng(seed)
    stopping = EarlyStopping(patience, tolerance) if patience is not None else None
    history = History()
    with progress_bar(epochs, progress) as advance:
        for epoch in range(1, epochs + 1):
            loss = model.train_epoch(examples.batches(generator.permutation(len(inputs)), batch_size))
            if not np.isfinite(loss):
                raise TrainingError(
                    f"the loss became {loss} in epoch {epoch}: the training diverged; give a smaller learning_rate, "
                    "set clip_norm, or scale the inputs"
                )
            history.losses.append(loss)
            if validation is not None:
                outputs = model.predict(validation[0], AT_ONCE)
                history.scores.append((score or _minus_loss(model))(outputs, validation[1]))
                if np.isnan(history.scores[-1]):
                    raise TrainingError(
                        f"the validation score is nan in epoch {epoch}: its part has too few examples, or the "
                        "network's answers are no numbers"
                    )
            history.best_epoch = epoch
            advance(history)
            if report is not None:
                report(history)
            if stopping is not None and stopping.is_over(model, history):
                history.stopped_early = epoch < epochs
                break
    if stopping is not None:
        stopping.restore(model)
        history.best_epoch = stopping.epoch
    return history


def shuffled_batches(inputs: Array, targets: Array, batch_size: int, generator: np.random.Generator) -> list[Batch]:
    """All examples in a new random order, cut into batches; the last one has what is left."""
    order = generator.permutation(len(inputs))
    # One gather for the whole epoch: batches are then views.
    inputs, targets = np.take(inputs, order, axis=0), np.take(targets, order, axis=0)
    return [
        Batch(inputs[start : start + batch_size], targets[start : start + batch_size])
        for start in range(0, len(inputs), batch_size)
    ]


def _check_arguments(
    epochs: int,
    batch_size: int,
    patience: int | None,
    validation: tuple[Array, Array] | None,
    inputs: Array,
    targets: Array,
) -> None:
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        optional = name == "patience" and value is None
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 1
        if not optional and not whole:
            raise TrainingError(f"fit: {name}={value!r} is not possible; give a whole number of 1 or more")
    if patience is not None and validation is None:
        raise TrainingError("fit: patience needs a validation part; give validation=(inputs, targets)")
    if len(inputs) != len(targets):
        raise TrainingError(
            f"fit: {len(inputs)} inputs and {len(targets)} targets given; give a target for each example"
        )


def _minus_loss(model: Model) -> Score:
    def score(outputs: Array, targets: Array) -> float:
        with np.errstate(all="ignore"):
            return -loss_and_gradient(model.training, outputs, targets)[0]

    return score
