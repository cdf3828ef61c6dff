"""Training a `Model` over epochs: shuffled batches, a validation part, early stopping and a progress bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from impls.errors import TrainingError
from impls.protocol import Array, Batch, Model
from impls.scratch.losses import loss_and_gradient

if TYPE_CHECKING:
    from impls.protocol import Parameters

#: From outputs (examples, *output_shape) and targets to a figure that is better the higher it is.
Score: TypeAlias = Callable[[Array, Array], float]

#: Called after each epoch with what there is so far.
Report: TypeAlias = Callable[["History"], None]

#: Examples that are predicted at once for a validation score.
AT_ONCE = 1024


@dataclass
class History:
    """What a training went through, epoch by epoch."""

    #: The mean training loss of each epoch, each batch before its update.
    losses: list[float] = field(default_factory=list)
    #: The validation score after each epoch; empty without a validation part.
    scores: list[float] = field(default_factory=list)
    #: The epoch (from 1) whose parameters the model has.
    best_epoch: int = 0
    stopped_early: bool = False


class EarlyStopping:
    """Remembers the parameters with the best validation score, and says when waiting for a better one is over."""

    def __init__(self, patience: int, tolerance: float) -> None:
        """Args:
        patience: epochs in a row without an improvement after which training stops.
        tolerance: what counts as an improvement is more than this.
        """
        self._patience, self._tolerance = patience, tolerance
        self._best = -np.inf
        self._without_improvement = 0
        self._parameters: Parameters | None = None
        self.epoch = 0

    def is_over(self, model: Model, history: History) -> bool:
        """Whether training stops after the epoch that the history ends with."""
        score = history.scores[-1]
        if score > self._best + (self._tolerance if self._parameters is not None else 0.0):
            self._best, self._without_improvement = score, 0
            self._parameters, self.epoch = model.parameters(), len(history.scores)
        else:
            self._without_improvement += 1
        return self._without_improvement >= self._patience

    def restore(self, model: Model) -> None:
        """Give the model the best epoch's parameters; its optimizer starts afresh."""
        if self._parameters is not None:
            model.load_parameters(self._parameters)


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
        TrainingError: the loss is no longer finite, an argument is out of range, or `patience` has no validation part.
        BatchError: the arrays do not fit the architecture.
    """
    _check_arguments(epochs, batch_size, patience, validation, inputs, targets)
    generator = np.random.default_rng(seed)
    stopping = EarlyStopping(patience, tolerance) if patience is not None else None
    history = History()
    with _bar(epochs, progress) as advance:
        for epoch in range(1, epochs + 1):
            loss = model.train_epoch(shuffled_batches(inputs, targets, batch_size, generator))
            if not np.isfinite(loss):
                raise TrainingError(
                    f"the loss became {loss} in epoch {epoch}: the training diverged; give a smaller learning_rate, "
                    "set clip_norm, or scale the inputs"
                )
            history.losses.append(loss)
            if validation is not None:
                outputs = model.predict(validation[0], AT_ONCE)
                history.scores.append((score or _minus_loss(model))(outputs, validation[1]))
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


@contextmanager
def _bar(epochs: int, wanted: bool) -> Iterator[Report]:
    """What to call after each epoch: it moves a bar on, or does nothing."""
    if not wanted:
        yield _ignore
        return
    from rich import get_console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    if get_console().is_jupyter:
        yield _notebook_bar(epochs)
        return
    figures_column = TextColumn("{task.fields[figures]}")
    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), figures_column, TimeElapsedColumn())
    with Progress(*columns, console=get_console()) as bar:
        task = bar.add_task("epochs", total=epochs, figures="")

        def advance(history: History) -> None:
            bar.update(task, completed=len(history.losses), figures=_figures(history))

        yield advance


def _notebook_bar(epochs: int) -> Report:
    """A bar below the notebook's cell; rich's own would need ipywidgets there."""
    notebook: Any = import_module("IPython.display")  # it has no types, and is where a notebook is

    def html(history: History) -> object:
        done = len(history.losses)
        bar = f'<progress value="{done}" max="{epochs}"></progress>'
        return notebook.HTML(f"epoch {done}/{epochs} {bar} {_figures(history)}")

    handle = notebook.display(html(History()), display_id=True)
    return lambda history: handle.update(html(history))


def _figures(history: History) -> str:
    """The last epoch's, beside the bar."""
    figures = [f"loss {history.losses[-1]:.4g}"] if history.losses else []
    return " · ".join([*figures, *(f"validation {score:.4g}" for score in history.scores[-1:])])


def _ignore(history: History) -> None:
    """Where no bar is wanted."""
