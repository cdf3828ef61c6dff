"""The stages about dropout: exact where the masks are given, statistical where the implementation samples its own."""

import math
from collections.abc import Mapping

import numpy as np

from impls.protocol import Array, Batch, Model, Parameters
from impls.testing.dropout_reading import Reading, dropped_units, find_readings, masks_of, readable
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
from impls.testing.subject import BATCH_SIZE, Case, Subject, dropout_rate
from impls.training import Training

#: Draws are repeated until each layer has this many units to count, within these limits.
COUNTED_UNITS = 4000
FEWEST_DRAWS, MOST_DRAWS = 20, 200

#: Standard deviations by which a share may miss its expectation; the normal distribution goes beyond them, on either
#: side, once in 1.7 million.
DEVIATIONS_BOUND = 5.0

#: Small, so that a few hundred steps leave the network much as it was.
LEARNING_RATE = 2.0**-6


def _measure_given(subject: Subject) -> dict[str, Array]:
    loss, gradients = subject.conditioned_model().loss_and_gradients(subject.batch, subject.masks(BATCH_SIZE))
    return {"loss": scalar(loss), **prefixed("gradient", gradients)}


def _judge_given(seen: Comparison) -> list[Finding]:
    departures = gradient_departures(under(seen.candidate, "gradient"), under(seen.reference, "gradient"))
    departures["loss"] = relative_norm(seen.candidate["loss"], seen.reference["loss"])
    return [worst_of("dropout, given masks", departures, GRADIENT_BOUND[seen.precision])]


def _measure_drawn(subject: Subject) -> dict[str, Array]:
    architecture, draws = readable(subject.case.architecture), number_of_draws(subject.case)
    training = Training("sgd", LEARNING_RATE, loss=subject.case.training.loss)
    model = subject.model(architecture, training)
    singles = subject.batches((1,) * draws, 2, architecture, padded=False)
    pairs = subject.batches((2,) * draws, 3, architecture, padded=False)
    readings = find_readings(model, singles[0])
    before = model.parameters()
    first, given_back = _step_and_its_replay(model, singles[0], readings)
    drawn = _gradients_and_their_replay(model, singles[0], readings)
    model.load_parameters(before)
    return {
        **prefixed("step", first),
        **prefixed("replayed step", given_back),
        **drawn,
        **prefixed("alone", dropped_in_steps(model, singles, readings)),
        **prefixed("both", dropped_in_steps(model, pairs, readings)),
        **prefixed("positions", _dropped_at_both_positions(subject, training, draws, readings)),
    }


def _dropped_at_both_positions(
    subject: Subject, training: Training, draws: int, readings: Mapping[str, Reading]
) -> dict[str, Array]:
    """Of the layers whose masks have positions: the units that single examples of two positions have lost at both."""
    along_positions = {name for name, shape in subject.case.architecture.dropouts().items() if len(shape) > 1}
    if not along_positions:
        return {}
    architecture = readable(subject.case.architecture, positions=2)
    batches = subject.batches((1,) * draws, 4, architecture, padded=False)
    chosen = {name: place for name, place in readings.items() if name in along_positions}
    return dropped_in_steps(subject.model(architecture, training), batches, chosen)


def dropped_in_steps(model: Model, batches: list[Batch], readings: Mapping[str, Reading]) -> dict[str, Array]:
    """(batches, units) for each layer: which units each training step has left out."""
    seen = [_step(model, batch, readings)[0] for batch in batches]
    return {name: np.stack([dropped[name] for dropped in seen]) for name in readings}


def _step(model: Model, batch: Batch, readings: Mapping[str, Reading]) -> tuple[dict[str, Array], Parameters]:
    """The units that a training step has left out, for whose sake nothing has moved; and the parameters after it."""
    before = model.parameters()
    model.train_step(batch)
    after = model.parameters()
    moved = {name: after[name] - before[name] for name in {place.parameter for place in readings.values()}}
    return dropped_units(moved, readings), after


def _step_and_its_replay(model: Model, batch: Batch, readings: Mapping[str, Reading]) -> tuple[Parameters, Parameters]:
    """The trainable parameters after a step, and after the same step computed from the masks that it sampled."""
    before = model.parameters()
    dropped, after = _step(model, batch, readings)
    model.load_parameters(before)
    _, gradients = model.loss_and_gradients(batch, masks_of(dropped, model))
    replayed = {name: before[name] - LEARNING_RATE * gradient for name, gradient in gradients.items()}
    return {name: after[name] for name in replayed}, replayed


def _gradients_and_their_replay(model: Model, batch: Batch, readings: Mapping[str, Reading]) -> dict[str, Array]:
    """Loss and gradients with sampled masks, and with the same masks given."""
    loss, gradients = model.loss_and_gradients(batch, "draw")
    given_loss, given = model.loss_and_gradients(batch, masks_of(dropped_units(gradients, readings), model))
    return {
        **prefixed("drawn", gradients | {"loss": scalar(loss)}),
        **prefixed("replayed", given | {"loss": scalar(given_loss)}),
    }


DRAWN_FIGURES = (
    "dropout, rate drawn",
    "dropout, draws differ",
    "dropout, examples differ",
    "dropout, positions differ",
    "dropout, scaling in a step",
    "dropout, scaling in gradients",
)


def _judge_drawn(seen: Comparison) -> list[Finding]:
    rate = dropout_rate(seen.case.architecture)
    alone, both = under(seen.candidate, "alone"), under(seen.candidate, "both")
    # Two successive draws agree on a unit if both drop it or both keep it; two examples share a dropped unit by chance.
    agreement = {name: dropped[1:] == dropped[:-1] for name, dropped in alone.items()}
    step = parameter_departures(under(seen.candidate, "step"), under(seen.candidate, "replayed step"))
    drawn = gradient_departures(under(seen.candidate, "drawn"), under(seen.candidate, "replayed"))
    shares = [
        share_finding("dropout, rate drawn", alone, rate),
        share_finding("dropout, draws differ", agreement, rate**2 + (1 - rate) ** 2),
        share_finding("dropout, examples differ", both, rate**2),
    ]
    if positions := under(seen.candidate, "positions"):
        shares.append(share_finding("dropout, positions differ", positions, rate**2))
    return [
        *shares,
        worst_of("dropout, scaling in a step", step, STEP_BOUND[seen.precision]),
        worst_of("dropout, scaling in gradients", drawn, GRADIENT_BOUND[seen.precision]),
    ]


def share_finding(stage: str, observed: Arrays, expected: float) -> Finding:
    """The distance of a share from its expectation, in standard deviations of the binomial distribution."""
    deviations = {
        name: float(abs(array.mean() - expected) / math.sqrt(expected * (1 - expected) / array.size))
        for name, array in observed.items()
    }
    shares = ", ".join(f"{name} {array.mean():.3f}" for name, array in observed.items())
    if not deviations:
        return failed(stage, "no dropout layer could be read")
    return worst_of(stage, deviations, DEVIATIONS_BOUND, f"{expected:.3f} expected, seen: {shares}")


def number_of_draws(case: Case) -> int:
    """Enough for the narrowest dropout layer, within limits."""
    narrowest = min(shape[-1] for shape in case.architecture.dropouts().values())
    return min(max(-(-COUNTED_UNITS // narrowest), FEWEST_DRAWS), MOST_DRAWS)


def _drops(case: Case) -> bool:
    return bool(case.architecture.dropouts())


DROPOUT_STAGES = (
    Stage("dropout, given masks", _measure_given, _judge_given, _drops),
    Stage("dropout, drawn masks", _measure_drawn, _judge_drawn, _drops, DRAWN_FIGURES),
)
