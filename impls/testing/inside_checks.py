"""Checks of what a model shows of its inside, where it offers that: layers, attention, and gradients of time steps."""

import numpy as np

from impls.errors import ArchitectureError
from impls.protocol import Array, Model, Parameters, ShowsLayers, Transparent
from impls.spec.tokens import PADDING
from impls.testing.checking import Check, require, require_close, require_equal, require_error
from impls.testing.subject import Subject

#: Name of the last layer that a model shows.
LAST_LAYER = "output"


def check_layers(subject: Subject) -> None:
    """The last layer shown is what `predict` gives; in training other layers are shown only by batch normalization."""
    model, inputs = subject.model(), subject.batch.inputs
    if not isinstance(model, ShowsLayers):
        return
    shown = model.layer_outputs(inputs)
    require(list(shown)[-1:] == [LAST_LAYER], f"the last of layer_outputs must be {LAST_LAYER!r}: {', '.join(shown)}")
    require_close(
        {LAST_LAYER: shown[LAST_LAYER]},
        {LAST_LAYER: model.predict(inputs)},
        subject.dtype,
        "the last of layer_outputs must be what predict gives",
    )
    require_equal(model.layer_outputs(inputs, False), shown, "layer_outputs must show prediction unless told otherwise")
    in_training = model.layer_outputs(inputs, True)
    require(list(in_training) == list(shown), "layer_outputs must show the same layers in training")
    if not any(not spec.trainable for spec in subject.case.architecture.parameters().values()):
        require_close(
            in_training, shown, subject.dtype, "without dropout, layers in training are as in prediction", 1e3
        )


def check_attention(subject: Subject) -> None:
    """What a target position attends to is a share of each real source position; other networks say they have none."""
    model, architecture = subject.model(), subject.case.architecture
    if not isinstance(model, Transparent):
        return
    inputs = subject.batch.inputs
    if not architecture.attends_source:
        require_error(ArchitectureError, "attention of none", lambda: model.attention_weights(inputs))
        return
    source, target = (field.length for field in architecture.fields)
    weights = model.attention_weights(inputs)
    wanted = (len(inputs), target, source)
    require(weights.shape == wanted, f"attention_weights gives shape {weights.shape}, not {wanted}")
    require_close(
        {"sums": weights.sum(axis=2)}, {"sums": np.ones(wanted[:2])}, subject.dtype, "shares of a source add up to 1"
    )
    padding = np.broadcast_to((inputs[:, :source] == PADDING)[:, np.newaxis], wanted)
    require(not weights[padding].any(), "nothing attends to padding")
    require(weights.min() >= 0, "shares are not negative")
    blind = _without_queries(model)
    if blind is not None:
        given = model.parameters()
        model.load_parameters(blind)
        real = inputs[:, :source] != PADDING
        even = np.broadcast_to((real / np.count_nonzero(real, axis=1)[:, np.newaxis])[:, np.newaxis], wanted)
        require_close(
            {"shares": model.attention_weights(inputs)},
            {"shares": even},
            subject.dtype,
            "without queries, the last layer attends to all real positions alike",
        )
        model.load_parameters(given)


def _without_queries(model: Model) -> Parameters | None:
    """The parameters with the last layer's queries for the source all zero; None where a layer has none of its own."""
    given = model.parameters()
    layers = sorted(name.partition("/")[0] for name in given if "cross_attention" in name and "/query/" in name)
    if not layers:
        return None
    return {
        name: np.zeros_like(array) if name.startswith(f"{layers[-1]}/query/") else array
        for name, array in given.items()
    }


def check_gradients_of_steps(subject: Subject) -> None:
    """The gradient that reaches the last step comes through the output layer alone; networks without steps say so."""
    model, architecture = subject.model(), subject.case.architecture
    if not isinstance(model, Transparent):
        return
    if not architecture.has_hidden_states:
        require_error(ArchitectureError, "steps of none", lambda: model.hidden_gradients(subject.batch))
        return
    if architecture.is_encoder_decoder:  # whose steps are a decoder's, each with an answer of its own
        return
    norms = model.hidden_gradients(subject.batch)
    (length,) = norms.shape
    require(length == architecture.input_shape[0], f"hidden_gradients gives {length} steps")
    require_equal({"again": model.hidden_gradients(subject.batch)}, {"again": norms}, "a second look must be the same")
    inputs = subject.batch.inputs
    there = _there(subject)
    require(np.array_equal(np.isnan(norms), ~there.any(axis=0)), "steps that no example has are nan, and no others are")
    require(bool(np.all(norms[there.any(axis=0)] >= 0)), "norms are not negative")
    expected = _of_last_step(subject, model, there)
    if expected is not None and there[:, -1].any():
        require_close({"last": norms[-1:]}, {"last": np.array([expected])}, subject.dtype, "the last step's gradient")
    if architecture.fields:
        short = inputs.copy()
        short[:, -1:] = PADDING
        if length > 1 and getattr(architecture, "pooling", None):
            last = model.hidden_gradients(subject.batch._replace(inputs=short))[-1]
            require(bool(np.isnan(last)), "a step that no example has is nan")


def _there(subject: Subject) -> Array:
    """Which steps the examples have (examples, length): the real tokens, where padding is masked."""
    inputs, architecture = subject.batch.inputs, subject.case.architecture
    if architecture.fields and getattr(architecture, "pooling", None):
        there: Array = inputs != PADDING
        return there
    return np.ones(inputs.shape[:2], bool)


def _of_last_step(subject: Subject, model: Model, there: Array) -> float | None:
    """The mean norm of the last step's gradient, where one answer is read off all steps; otherwise None."""
    architecture, batch = subject.case.architecture, subject.batch
    if subject.case.training.loss != "softmax_cross_entropy" or getattr(architecture, "pooling", None) is None:
        return None
    logits = model.predict(batch.inputs).astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(shares)), batch.targets] -= 1.0
    # Of both directions the forward one comes first.
    kernel = model.parameters()["output/kernel"][: getattr(architecture, "units", (None,))[-1]].astype(np.float64)
    norms = np.linalg.norm(shares @ kernel.T, axis=1) / len(shares)
    if getattr(architecture, "pooling", None) == "mean":
        norms /= np.count_nonzero(there, axis=1)
    return float(norms[there[:, -1]].mean()) if there[:, -1].any() else None


INSIDE_CHECKS = (
    Check("layers", check_layers),
    Check("attention", check_attention),
    Check("gradients of steps", check_gradients_of_steps),
)
