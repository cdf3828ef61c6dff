"""The stage about size: the same function and the same step at every number of examples that the case names.

Code changes its way with size (blocks, buffers that grow, kernels of a library): a network is certified at the batch
sizes at which it is trained and timed.
"""

import numpy as np

from impls.protocol import Array, Batch, Model, Parameters
from impls.testing.findings import (
    FORWARD_BOUND,
    GRADIENT_BOUND,
    STEP_BOUND,
    Finding,
    gradient_departures,
    parameter_departures,
    prefixed,
    relative_norm,
    relative_to_largest,
    scalar,
    under,
    worst_of,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import BATCH_SIZE, Case, Subject, is_kinked, neighbours, one_ulp_away, without_dropout

NAME = "batch sizes"

#: Of thousands of examples some always lie so near a kink (of ReLU, of max pooling) that rounding decides on which side
#: a unit is. There a gradient may depart by this many times what a change of all inputs and parameters by one unit in
#: the last place does, at most in this many runs; what is stored is then its share of that, times the usual bound.
KINKED_BOUND = 10.0
MOVED_RUNS = 3
#: But never by more than this many times the usual bound, whatever that change does: a fault of a thousandth of a
#: gradient shows in float32 all the same. One unit among N·units on the other side moves a gradient by about
#: 1 / √(N·units) of itself, which is less than that once a layer is so wide that it is likely.
MOST_KINKED = 10.0


def _measure(subject: Subject) -> dict[str, Array]:
    case = subject.case
    model = subject.conditioned_model(without_dropout(case.architecture))
    left: dict[str, Array] = {}
    # The largest first, so that smaller ones meet what it has left in buffers.
    for size in sorted(set(case.sizes), reverse=True):
        (batch,) = subject.batches((size,), offset=6)
        loss, gradients = model.loss_and_gradients(batch)
        left |= prefixed(str(size), {"loss": scalar(loss), "logits": model.predict(batch.inputs)})
        left |= prefixed(f"{size}/gradient", gradients)
        if is_kinked(case):
            left |= prefixed(f"{size}/sensitivity", _sensitivity(model, batch, gradients))
    model.train_step(subject.batches((BATCH_SIZE,), offset=7)[0])
    return left | prefixed("step", model.parameters())


def _sensitivity(model: Model, batch: Batch, gradients: Parameters) -> dict[str, Array]:
    """What a change of all inputs and parameters by one unit in the last place does to each gradient, at most.

    Of inputs alone it would be less than what an implementation's own rounding is, layer by layer.
    """
    start = model.parameters()
    worst = dict.fromkeys(gradients, 0.0)
    for run in range(MOVED_RUNS):
        generator = np.random.default_rng(run)
        (moved,), _ = one_ulp_away(model.architecture, [batch], start, run)
        model.load_parameters({name: neighbours(array, generator) for name, array in start.items()})
        departures = gradient_departures(model.loss_and_gradients(moved)[1], gradients)
        worst = {name: max(worst[name], departure) for name, departure in departures.items()}
    model.load_parameters(start)
    return {name: scalar(departure) for name, departure in worst.items()}


def _judge(seen: Comparison) -> list[Finding]:
    outputs: dict[str, float] = {}
    gradients: dict[str, float] = {}
    bound = GRADIENT_BOUND[seen.precision]
    for size in sorted(set(seen.case.sizes)):
        ours, theirs = under(seen.candidate, str(size)), under(seen.reference, str(size))
        outputs[f"{size} examples: logits"] = relative_to_largest(ours["logits"], theirs["logits"])
        outputs[f"{size} examples: loss"] = relative_norm(ours["loss"], theirs["loss"])
        departures = gradient_departures(under(ours, "gradient"), under(theirs, "gradient"))
        for name in under(theirs, "sensitivity"):
            moved = max(float(side[f"sensitivity/{name}"]) for side in (ours, theirs))
            departures[name] /= min(max(1.0, KINKED_BOUND * moved / bound), MOST_KINKED)
        gradients |= {f"{size} examples: {tensor}": departure for tensor, departure in departures.items()}
    step = parameter_departures(under(seen.candidate, "step"), under(seen.reference, "step"))
    return [
        worst_of(NAME, outputs, FORWARD_BOUND[seen.precision]),
        worst_of(f"{NAME}, gradients", gradients, bound),
        worst_of(f"{NAME}, step", step, STEP_BOUND[seen.precision]),
    ]


def _has_sizes(case: Case) -> bool:
    return bool(case.sizes)


SIZE_STAGE = Stage(NAME, _measure, _judge, _has_sizes)
