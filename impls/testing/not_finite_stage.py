"""The stage about values that are not finite: NaN and infinity have the same outcome in every implementation.

A framework may hide them: where a graph fuses a product with its bias and ReLU, ReLU of NaN becomes 0, and the loss of
a broken batch looks like any other. So they are refused where they come in, before anything is changed.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from impls.errors import BatchError, ParameterError
from impls.protocol import Array, Batch, Model
from impls.testing.findings import Finding, scalar
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import Subject, weights

NAME = "values that are not finite"

BROKEN = {"NaN": np.nan, "infinity": np.inf, "-infinity": -np.inf}

#: What became of an attempt.
REFUSED, TAKEN, TAKEN_IN_PART = 0.0, 1.0, 2.0
IN_WORDS = {REFUSED: "refused", TAKEN: "taken", TAKEN_IN_PART: "refused after it had changed the model"}


def _measure(subject: Subject) -> dict[str, Array]:
    model = subject.conditioned_model()
    return {name: scalar(_outcome(model, attempt)) for name, attempt in attempts(subject, model)}


def attempts(subject: Subject, model: Model) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every way in, with one broken value; a network over tokens has real numbers in its parameters alone."""
    (inputs, targets), given = subject.batch, weights(subject.case.architecture, subject.dtype)
    last = list(given)[-1]
    for what, value in BROKEN.items():
        if inputs.dtype.kind == "f":
            broken = _with(inputs, value)
            yield f"{what} in the inputs of predict", partial(model.predict, broken)
            yield from _uses(model, f"{what} in the inputs", Batch(broken, targets), subject.batch)
        if targets.dtype.kind == "f":
            yield from _uses(model, f"{what} in the targets", Batch(inputs, _with(targets, value)), subject.batch)
        yield f"{what} in load_parameters", partial(model.load_parameters, given | {last: _with(given[last], value)})


def _uses(model: Model, what: str, broken: Batch, sound: Batch) -> Iterator[tuple[str, Callable[[], object]]]:
    yield f"{what} of train_step", partial(model.train_step, broken)
    yield f"{what} of train_epoch", partial(model.train_epoch, [sound, broken])
    yield f"{what} of loss_and_gradients", partial(model.loss_and_gradients, broken)


def _with(array: Array, value: float) -> Array:
    """A copy in which one element, neither the first nor the last where there are more, is the value."""
    copy = array.copy()
    copy.flat[array.size // 2] = value
    return copy


def _outcome(model: Model, attempt: Callable[[], object]) -> float:
    before = model.parameters()
    try:
        attempt()
    except (BatchError, ParameterError):
        after = model.parameters()
        return REFUSED if all(np.array_equal(after[name], before[name]) for name in before) else TAKEN_IN_PART
    return TAKEN


def _judge(seen: Comparison) -> list[Finding]:
    """How many attempts had another outcome than being refused, or than the reference's."""
    wrong = [
        name
        for name, outcome in seen.reference.items()
        if name not in seen.candidate or seen.candidate[name] != outcome or seen.candidate[name] != REFUSED
    ]
    detail = ""
    if wrong:
        first = seen.candidate.get(wrong[0])
        detail = (
            f"{wrong[0]} was {'not tried' if first is None else IN_WORDS[float(first)]}; refuse it, changing nothing"
        )
    return [Finding(NAME, float(len(wrong)), 0.0, wrong[0] if wrong else "", detail)]


NOT_FINITE_STAGE = Stage(NAME, _measure, _judge, alone=(NAME,))
