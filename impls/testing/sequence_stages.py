"""The stages about sequences: that padding changes nothing, the future is not seen, and nothing is carried over.

All are judged by the implementation's own arrays: what is compared with the reference is the network's function.
"""

from collections.abc import Callable

import numpy as np

from impls.protocol import Array, Batch, Model, Parameters
from impls.spec.architecture import Architecture
from impls.spec.tokens import PADDING
from impls.testing.findings import (
    FORWARD_BOUND,
    GRADIENT_BOUND,
    Finding,
    gradient_departures,
    prefixed,
    relative_norm,
    relative_to_largest,
    scalar,
    under,
    worst_of,
)
from impls.testing.sequences import random_inputs
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import BATCH_SEED, BATCH_SIZE, Case, Subject, variant, weights

#: Positions by which sequences are lengthened with padding.
LONGER_BY = 3

#: At most this many of a sequence's positions, evenly spaced, are where a change begins.
CHANGES = BATCH_SIZE - 1


def _measure_padding(subject: Subject) -> dict[str, Array]:
    """The same examples, once as they are and once in a network for longer sequences."""
    architecture, batch = subject.case.architecture, subject.batch
    model = subject.conditioned_model()
    given = model.parameters()
    logits = model.predict(batch.inputs)
    loss, gradients = model.loss_and_gradients(batch)
    longer = variant(architecture, **{name: length + LONGER_BY for name, length in architecture.lengths.items()})
    other = subject.conditioned_model(longer)
    other.load_parameters(_extended(given, longer, subject.dtype))
    lengthened = _lengthened(batch, architecture)
    other_logits = other.predict(lengthened.inputs)
    if len(architecture.output_shape) > 1:
        other_logits = other_logits[:, : architecture.output_shape[0]]
    other_loss, other_gradients = other.loss_and_gradients(lengthened)
    return {
        **prefixed("short", {"logits": logits, "loss": scalar(loss), **prefixed("gradient", gradients)}),
        **prefixed("long", {"logits": other_logits, "loss": scalar(other_loss)}),
        **prefixed("long/gradient", {name: other_gradients[name][: len(each)] for name, each in gradients.items()}),
    }


def _extended(parameters: Parameters, longer: Architecture, dtype: str) -> Parameters:
    """The parameters with further rows for the further positions, where positions are learned."""
    drawn = weights(longer, dtype)
    return {name: np.concatenate([given, drawn[name][len(given) :]]) for name, given in parameters.items()}


def _lengthened(batch: Batch, architecture: Architecture) -> Batch:
    ends = np.cumsum([field.length for field in architecture.fields])[:-1]
    parts = [_padded(part) for part in np.split(batch.inputs, ends, axis=1)]
    targets = _padded(batch.targets) if len(architecture.output_shape) > 1 else batch.targets
    return Batch(np.concatenate(parts, axis=1), targets)


def _padded(tokens: Array) -> Array:
    return np.pad(tokens, ((0, 0), (0, LONGER_BY)), constant_values=PADDING)


def _judge_padding(seen: Comparison) -> list[Finding]:
    short, long = under(seen.candidate, "short"), under(seen.candidate, "long")
    forward = {
        "logits": relative_to_largest(long["logits"], short["logits"]),
        "loss": relative_norm(long["loss"], short["loss"]),
    }
    gradients = gradient_departures(under(long, "gradient"), under(short, "gradient"))
    detail = f"{LONGER_BY} more positions of padding make a difference"
    return [
        worst_of("padding", forward, FORWARD_BOUND[seen.precision], detail),
        worst_of("padding, gradients", gradients, GRADIENT_BOUND[seen.precision], detail),
    ]


def _measure_causality(subject: Subject) -> dict[str, Array]:
    """One example as it is, and with everything that is read from a position on changed, for several positions."""
    architecture = subject.case.architecture
    positions = architecture.output_shape[0]
    generator = np.random.default_rng([BATCH_SEED, 1])
    original, other = _two_examples(subject, generator)
    begins = np.unique(np.linspace(1, positions - 1, min(CHANGES, positions - 1)).round().astype(int))
    at = np.arange(architecture.input_shape[0]) - (architecture.input_shape[0] - positions)
    changed = at >= begins[:, np.newaxis]
    changed = changed.reshape(*changed.shape, *(1,) * (original.ndim - 1))
    examples = np.concatenate([original[np.newaxis], np.where(changed, other, original)])
    # As many as always, the first ones once more: another number would be compiled anew.
    whole = np.take(examples, np.arange(BATCH_SIZE) % len(examples), axis=0)
    logits = subject.conditioned_model().predict(whole)
    return {"begins": begins, "original": logits[0], "changed": logits[1 : len(examples)]}


def _two_examples(subject: Subject, generator: np.random.Generator) -> tuple[Array, Array]:
    """Unpadded inputs, of an example and of another one that has another token at every position."""
    architecture = subject.case.architecture
    if not architecture.fields:
        return tuple(generator.standard_normal((2, *architecture.input_shape)).astype(subject.dtype))
    (original,) = random_inputs(generator, architecture.fields, 1, padded=False)
    vocabularies = np.concatenate([np.full(field.length, field.vocabulary) for field in architecture.fields])
    # The next token, the last one followed by the first that is not padding.
    return original, original % (vocabularies - 1) + 1


def _judge_causality(seen: Comparison) -> list[Finding]:
    original = seen.candidate["original"]
    departures = {
        f"logits before position {begin}": relative_to_largest(changed[:begin], original[:begin])
        for begin, changed in zip(seen.candidate["begins"], seen.candidate["changed"], strict=True)
    }
    return [worst_of("causality", departures, FORWARD_BOUND[seen.precision], "what is read later reaches back")]


def _measure_state(subject: Subject) -> dict[str, Array]:
    """What a model answers at first, and what it answers to the same after it has seen something else."""
    first, other = subject.batches((BATCH_SIZE, BATCH_SIZE), offset=5)
    questions: dict[str, Callable[[Model], Array]] = {
        "logits": lambda model: model.predict(first.inputs),
        "loss": lambda model: scalar(model.loss_and_gradients(first)[0]),
        "loss of a step": lambda model: scalar(model.train_step(first)),
    }
    # What is carried over may survive a loading of parameters: so nothing else is seen before all were asked once.
    left = {f"alone/{name}": ask(subject.conditioned_model()) for name, ask in questions.items()}
    for name, ask in questions.items():
        model = subject.conditioned_model()
        model.predict(other.inputs)
        model.loss_and_gradients(other)
        left[f"in turn/{name}"] = ask(model)
    # The model of the last question has made a step.
    left["alone/logits after a step"] = model.predict(other.inputs)
    model.load_parameters(model.parameters())
    left["in turn/logits after a step"] = model.predict(other.inputs)
    return left


def _judge_state(seen: Comparison) -> list[Finding]:
    alone, in_turn = under(seen.candidate, "alone"), under(seen.candidate, "in turn")
    departures = {name: relative_to_largest(in_turn[name], array) for name, array in alone.items()}
    return [worst_of("state", departures, FORWARD_BOUND[seen.precision], "something is carried over between batches")]


def _has_sequences(case: Case) -> bool:
    return bool(case.architecture.lengths)


def _pads(case: Case) -> bool:
    return _has_sequences(case) and bool(case.architecture.fields)


def _has_a_future(case: Case) -> bool:
    return _has_sequences(case) and len(case.architecture.output_shape) > 1 and case.architecture.output_shape[0] > 1


SEQUENCE_STAGES = (
    Stage("padding", _measure_padding, _judge_padding, _pads, ("padding", "padding, gradients")),
    Stage("causality", _measure_causality, _judge_causality, _has_a_future, ("causality",)),
    Stage("state", _measure_state, _judge_state, _has_sequences, ("state",)),
)
