"""The stages about the function that a network is: its parameters, outputs, loss and gradients."""

from collections.abc import Iterator

import numpy as np

from impls.protocol import Array
from impls.spec.architecture import Architecture
from impls.testing.findings import (
    FORWARD_BOUND,
    GRADIENT_BOUND,
    Arrays,
    Finding,
    failed,
    gradient_departures,
    prefixed,
    relative_norm,
    relative_to_largest,
    scalar,
    under,
    worst_of,
)
from impls.testing.layers import (
    EVALUATION,
    TRAINING,
    first_departing_gradient,
    first_departing_layer,
    outputs_of_layers,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import BATCH_SIZE, Subject, is_kinked, one_ulp_away, weights

#: Leaves a remainder of one example.
PREDICTION_BATCH = 5

#: On a GPU a recurrent network's outputs may depart by this many times what a change of its inputs by one unit in the
#: last place does, as its trajectories may: each step adds its own error to the state. cuDNN's kernel departed by 44
#: such units in a vanilla RNN over 8 positions (1.1e-5, on an H200), where NumPy and PyTorch on a CPU are at most 2.1
#: apart in any example of any network. So it is no other order of summation that does it; what it is, the closed kernel
#: does not say. It is what PyTorch's users get, and so what is certified: the bound gives way, by what is measured.
RECURRENT_BOUND = 100.0
#: Changes by one unit in the last place that are tried.
PERTURBATIONS = 2
SENSITIVITY = "sensitivity"

#: Where factors are rounded to a few digits, a unit of ReLU is now and then on the other side of its kink, and its
#: example's gradients are others (bfloat16, a Transformer: two batches in eight beyond the bound, by one example in
#: sixteen). So there are more batches, of which a fault is in all.
FURTHER = "gradient of batch"
FURTHER_BATCHES = (1, 2)


def _measure_parameters(subject: Subject) -> dict[str, Array]:
    start = subject.drawn_parameters()
    return prefixed("start", start) | prefixed("loaded", subject.conditioned_model().parameters())


def _judge_parameters(seen: Comparison) -> list[Finding]:
    """Names, order, shapes, precision and count; equality of the starting weights, and of weights loaded and read."""
    architecture = seen.case.architecture
    start, loaded = under(seen.candidate, "start"), under(seen.candidate, "loaded")
    given = weights(architecture, seen.dtype)
    wrong = [*_form_problems(loaded, architecture, seen.dtype)]
    wrong += [f"{name} is not what was loaded" for name in given if not _same(loaded, given, name)]
    drawn = under(seen.reference, "start")
    wrong += [f"{name} starts from other values, by the same seed" for name in drawn if not _same(start, drawn, name)]
    return [Finding("parameters", float(len(wrong)), 0.0, wrong[0].split()[0] if wrong else "", "; ".join(wrong))]


def _form_problems(loaded: Arrays, architecture: Architecture, dtype: str) -> Iterator[str]:
    specs = architecture.parameters()
    if list(loaded) != list(specs):
        yield f"names are {', '.join(loaded)}; the architecture's are {', '.join(specs)}"
    common = [name for name in specs if name in loaded]
    for name in common:
        if loaded[name].shape != specs[name].shape:
            yield f"{name} has shape {loaded[name].shape}, not {specs[name].shape}"
        if loaded[name].dtype != dtype:
            yield f"{name} is {loaded[name].dtype}, not {dtype}"
    count = sum(loaded[name].size for name in common if specs[name].trainable)
    if count != architecture.parameter_count:
        yield f"count is {count} trainable scalars, not {architecture.parameter_count}"


def _same(ours: Arrays, theirs: Arrays, name: str) -> bool:
    return name in ours and np.array_equal(ours[name], theirs[name])


def _measure_function(subject: Subject) -> dict[str, Array]:
    model = subject.conditioned_model()
    loss, gradients = model.loss_and_gradients(subject.batch)
    left = {
        "logits": model.predict(subject.batch.inputs),
        "loss": scalar(loss),
        **prefixed("gradient", gradients),
        **outputs_of_layers(subject),
    }
    if is_kinked(subject.case):
        for offset in FURTHER_BATCHES:
            _, gradients = model.loss_and_gradients(subject.batches((BATCH_SIZE,), offset)[0])
            left |= prefixed(f"{FURTHER} {offset}", gradients)
    if subject.device != "cpu" and model.architecture.has_hidden_states:
        left[SENSITIVITY] = scalar(_sensitivity(subject, left["logits"]))
    return left


def _sensitivity(subject: Subject, logits: Array) -> float:
    """What a change of all inputs (or embeddings) by one unit in the last place does to the logits, at most."""
    model = subject.conditioned_model()
    given = weights(model.architecture, subject.dtype)
    departures = []
    for number in range(PERTURBATIONS):
        (moved,), start = one_ulp_away(model.architecture, [subject.batch], given, number)
        model.load_parameters(start)
        departures.append(relative_to_largest(model.predict(moved.inputs), logits))
    model.load_parameters(given)
    return max(departures)


def _judge_function(seen: Comparison) -> list[Finding]:
    forward, gradient = FORWARD_BOUND[seen.precision], GRADIENT_BOUND[seen.precision]
    if SENSITIVITY in seen.candidate:
        forward = max(forward, RECURRENT_BOUND * float(seen.candidate[SENSITIVITY]))
    departures = _departures_of_gradients(seen)
    # With batch statistics, rounding is magnified by 1 / standard deviation: layers in training have the wider bound.
    in_training = first_departing_layer(seen.reference, seen.candidate, TRAINING, gradient)
    return [
        worst_of(
            "forward",
            {"logits": relative_to_largest(seen.candidate["logits"], seen.reference["logits"])},
            forward,
            first_departing_layer(seen.reference, seen.candidate, EVALUATION, forward),
        ),
        worst_of("loss", {"loss": relative_norm(seen.candidate["loss"], seen.reference["loss"])}, forward, in_training),
        worst_of("gradients", departures, gradient, in_training or first_departing_gradient(departures, gradient)),
        *_judge_layers(seen, "layers", EVALUATION, forward),
        *_judge_layers(seen, "layers in training", TRAINING, gradient),
        *_judge_rounding(seen),
    ]


def _judge_rounding(seen: Comparison) -> list[Finding]:
    """Who says that it rounds the factors of all products, and departs no more than float32 does, does not.

    Not asked of TensorFloat-32, which small products may do without.
    """
    if seen.arithmetic != "bf16" or not seen.one_rounds:
        return []
    departure = relative_to_largest(seen.candidate["logits"], seen.reference["logits"])
    least = FORWARD_BOUND["float32"]
    if departure > least:
        return [Finding("rounding", least / departure, 1.0, "logits")]
    return [
        failed("rounding", f"logits depart by {departure:.1g}, as in float32: products are not in bfloat16", "logits")
    ]


def _departures_of_gradients(seen: Comparison) -> dict[str, float]:
    """Each tensor's; in coarser arithmetic those of the batch that has the least."""
    names = ["gradient"]
    if seen.arithmetic and is_kinked(seen.case):
        names += [f"{FURTHER} {offset}" for offset in FURTHER_BATCHES]
    each = [gradient_departures(under(seen.candidate, name), under(seen.reference, name)) for name in names]
    return min(each, key=lambda departures: max(departures.values()))


def _judge_layers(seen: Comparison, stage: str, mode: str, bound: float) -> list[Finding]:
    """Every layer by its name, where both show theirs: later ones may hide what is wrong with one."""
    ours, theirs = under(seen.candidate, mode), under(seen.reference, mode)
    if not ours or not theirs:
        return []
    # A candidate may show more than the reference. What the reference alone shows may be a layer that its framework
    # needs to reshape, and nothing that computes.
    if missing := [name for name in theirs if name not in ours and not _reshapes(name, theirs)]:
        return [failed(stage, f"does not show {', '.join(missing)}", missing[0])]
    common = [name for name in theirs if name in ours]
    departures = {name: relative_to_largest(_shaped(ours[name], theirs[name]), theirs[name]) for name in common}
    return [worst_of(stage, departures, bound, first_departing_layer(seen.reference, seen.candidate, mode, bound))]


def _reshapes(name: str, outputs: Arrays) -> bool:
    """Whether the layer has the numbers of the layer before it, in their order."""
    names = list(outputs)
    place = names.index(name)
    return place > 0 and np.array_equal(outputs[name].ravel(), outputs[names[place - 1]].ravel())


def _shaped(ours: Array, theirs: Array) -> Array:
    """Ours in the shape of theirs, where they differ in axes of one element alone."""
    if [extent for extent in ours.shape if extent > 1] != [extent for extent in theirs.shape if extent > 1]:
        return ours
    return ours.reshape(theirs.shape)


def _measure_batched_prediction(subject: Subject) -> dict[str, Array]:
    model = subject.conditioned_model()
    inputs = subject.batch.inputs
    return {
        "at once": model.predict(inputs),
        "in batches": model.predict(inputs, batch_size=PREDICTION_BATCH),
        "one by one": model.predict(inputs, batch_size=1),
        "in one large batch": model.predict(inputs, batch_size=2 * BATCH_SIZE),
    }


def _judge_batched_prediction(seen: Comparison) -> list[Finding]:
    whole = seen.candidate["at once"]
    departures = {name: relative_to_largest(array, whole) for name, array in seen.candidate.items()}
    return [worst_of("batched prediction", departures, FORWARD_BOUND[seen.precision])]


FUNCTION_STAGES = (
    Stage("parameters", _measure_parameters, _judge_parameters, alone=("parameters",)),
    Stage("function", _measure_function, _judge_function),
    Stage(
        "batched prediction",
        _measure_batched_prediction,
        _judge_batched_prediction,
        alone=("batched prediction",),
    ),
)
