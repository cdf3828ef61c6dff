"""The stages about dropout: exact where the masks are given, statistical where the implementation draws its own.

Which units were dropped is read off the outside: with one example in the batch, the rows of the following kernel whose
gradient is exactly zero belong to dropped units, as long as nothing else makes them zero: hence `READABLE`.
"""

import math

import numpy as np

from impls.protocol import Array, Batch, Model, Parameters
from impls.testing.findings import (
    GRADIENT_BOUND,
    STEP_BOUND,
    Arrays,
    Finding,
    failed,
    gradient_departures,
    parameter_departures,
    prefixed,
    relative_norm,
    scalar,
    under,
    worst_of,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import BATCH_SIZE, Case, Subject, dropout_rate, variant
from impls.training import Training

#: Settings of the network that is read: tanh is never exactly zero, and batch normalization of a single example would
#: pass nothing back.
READABLE = {"activation": "tanh", "normalization": None}

#: Draws are repeated until each layer has so many units to count, within these limits.
COUNTED_UNITS = 4000
FEWEST_DRAWS, MOST_DRAWS = 20, 200

#: Standard deviations by which a share may miss its expectation; the normal distribution goes beyond them, on either
#: side, once in 1.7 million.
DEVIATIONS_BOUND = 5.0

#: Small, so that a few hundred steps leave the network much as it was.
LEARNING_RATE = 2.0**-6


def _measure_given(subject: Subject) -> dict[str, Array]:
    loss, gradients = subject.model().loss_and_gradients(subject.batch, subject.masks(BATCH_SIZE))
    return {"loss": scalar(loss), **prefixed("gradient", gradients)}


def _judge_given(seen: Comparison) -> list[Finding]:
    departures = gradient_departures(under(seen.candidate, "gradient"), under(seen.reference, "gradient"))
    departures["loss"] = relative_norm(seen.candidate["loss"], seen.reference["loss"])
    return [worst_of("dropout, given masks", departures, GRADIENT_BOUND[seen.dtype])]


def _measure_drawn(subject: Subject) -> dict[str, Array]:
    architecture = variant(subject.case.architecture, **READABLE)
    kernels = following_kernels(subject.case)
    model = subject.model(architecture, Training("sgd", LEARNING_RATE, loss=subject.case.training.loss))
    draws = number_of_draws(subject.case)
    singles, pairs = subject.batches((1,) * draws, offset=2), subject.batches((2,) * draws, offset=3)
    before = model.parameters()
    first, given_back = _step_and_its_replay(model, singles[0], kernels)
    drawn = _gradients_and_their_replay(model, singles[0], kernels)
    model.load_parameters(before)
    alone = [_dropped_in_step(model, batch, kernels) for batch in singles]
    both = [_dropped_in_step(model, batch, kernels) for batch in pairs]
    return {
        **prefixed("step", first),
        **prefixed("replayed step", given_back),
        **drawn,
        **{f"alone/{name}": np.stack([each[name] for each in alone]) for name in kernels},
        **{f"both/{name}": np.stack([each[name] for each in both]) for name in kernels},
    }


def _dropped_in_step(model: Model, batch: Batch, kernels: dict[str, str]) -> dict[str, Array]:
    """Which units a training step has left out: the rows that have not moved at all."""
    before = model.parameters()
    model.train_step(batch)
    after = model.parameters()
    return {name: np.all(before[kernel] == after[kernel], axis=1) for name, kernel in kernels.items()}


def _step_and_its_replay(model: Model, batch: Batch, kernels: dict[str, str]) -> tuple[Parameters, Parameters]:
    """The trainable parameters after a step, and after the same step reckoned from the masks that it drew."""
    before = model.parameters()
    model.train_step(batch)
    after = model.parameters()
    dropped = {name: np.all(before[kernel] == after[kernel], axis=1) for name, kernel in kernels.items()}
    model.load_parameters(before)
    _, gradients = model.loss_and_gradients(batch, _masks(dropped, model))
    replayed = {name: before[name] - LEARNING_RATE * gradient for name, gradient in gradients.items()}
    return {name: after[name] for name in replayed}, replayed


def _gradients_and_their_replay(model: Model, batch: Batch, kernels: dict[str, str]) -> dict[str, Array]:
    """Loss and gradients with masks that are drawn, and with the same masks given back."""
    loss, gradients = model.loss_and_gradients(batch, "draw")
    dropped = {name: np.all(gradients[kernel] == 0, axis=1) for name, kernel in kernels.items()}
    given_loss, given = model.loss_and_gradients(batch, _masks(dropped, model))
    return {
        **prefixed("drawn", gradients | {"loss": scalar(loss)}),
        **prefixed("replayed", given | {"loss": scalar(given_loss)}),
    }


def _masks(dropped: dict[str, Array], model: Model) -> dict[str, Array]:
    shapes = model.architecture.dropouts()
    return {name: (~units).astype(model.dtype).reshape(1, *shapes[name]) for name, units in dropped.items()}


def _judge_drawn(seen: Comparison) -> list[Finding]:
    rate = dropout_rate(seen.case.architecture)
    alone, both = under(seen.candidate, "alone"), under(seen.candidate, "both")
    # Two successive draws agree on a unit if both drop it or both keep it; two examples share a dropped unit by chance.
    agreement = {name: dropped[1:] == dropped[:-1] for name, dropped in alone.items()}
    step = parameter_departures(under(seen.candidate, "step"), under(seen.candidate, "replayed step"))
    drawn = gradient_departures(under(seen.candidate, "drawn"), under(seen.candidate, "replayed"))
    return [
        _share("dropout, rate drawn", alone, rate),
        _share("dropout, draws differ", agreement, rate**2 + (1 - rate) ** 2),
        _share("dropout, examples differ", both, rate**2),
        worst_of("dropout, scaling in a step", step, STEP_BOUND[seen.dtype]),
        worst_of("dropout, scaling in gradients", drawn, GRADIENT_BOUND[seen.dtype]),
    ]


def _share(stage: str, observed: Arrays, expected: float) -> Finding:
    """The distance of a share from its expectation, in standard deviations of the binomial distribution."""
    deviations = {
        name: float(abs(array.mean() - expected) / math.sqrt(expected * (1 - expected) / array.size))
        for name, array in observed.items()
    }
    shares = ", ".join(f"{name} {array.mean():.3f}" for name, array in observed.items())
    if not deviations:
        return failed(stage, "no dropout layer could be read")
    return worst_of(stage, deviations, DEVIATIONS_BOUND, f"{expected:.3f} expected, seen: {shares}")


def following_kernels(case: Case) -> dict[str, str]:
    """Dropout layer -> the dense kernel that it feeds: the last kernels of the network, in order."""
    specs, dropouts = case.architecture.parameters(), list(case.architecture.dropouts())
    kernels = [name for name, spec in specs.items() if name.endswith("/kernel") and len(spec.shape) == 2]
    return dict(zip(dropouts, kernels[len(kernels) - len(dropouts) :], strict=True))


def number_of_draws(case: Case) -> int:
    """Enough for the narrowest dropout layer, within limits."""
    narrowest = min(math.prod(shape) for shape in case.architecture.dropouts().values())
    return min(max(-(-COUNTED_UNITS // narrowest), FEWEST_DRAWS), MOST_DRAWS)


def _drops(case: Case) -> bool:
    return bool(case.architecture.dropouts())


DROPOUT_STAGES = (
    Stage("dropout, given masks", _measure_given, _judge_given, _drops),
    Stage("dropout, drawn masks", _measure_drawn, _judge_drawn, _drops),
)
