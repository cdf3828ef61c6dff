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
from impls.testing.subject import BATCH_SIZE, Subject, weights

#: Leaves a remainder of one example.
PREDICTION_BATCH = 5


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
    return {
        "logits": model.predict(subject.batch.inputs),
        "loss": scalar(loss),
        **prefixed("gradient", gradients),
        **outputs_of_layers(subject),
    }


def _judge_function(seen: Comparison) -> list[Finding]:
    forward, gradient = FORWARD_BOUND[seen.dtype], GRADIENT_BOUND[seen.dtype]
    departures = gradient_departures(under(seen.candidate, "gradient"), under(seen.reference, "gradient"))
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
    ]


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
    return [worst_of("batched prediction", departures, FORWARD_BOUND[seen.dtype])]


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
