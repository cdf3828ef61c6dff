"""The stage about writing token by token: step by step the same as at once, and the same tokens as the reference."""

import numpy as np

from impls.protocol import Array, Decoder, Decodes
from impls.testing.findings import (
    FORWARD_BOUND,
    Finding,
    prefixed,
    relative_to_largest,
    under,
    worst_of,
)
from impls.testing.sequences import random_tokens
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import BATCH_SEED, Case, Subject

#: Of the prompts that are continued, and numbers of hypotheses of beam searches.
PROMPT, BEAMS = 2, (2, 3)

#: Tokens to write, at most: enough for a difference in state to show, few enough for long sequences to stay quick.
MOST_STEPS = 80


def _measure_decoding(subject: Subject) -> dict[str, Array]:
    model = subject.conditioned_model()
    if not isinstance(model, Decodes):
        raise TypeError("the model has no decoder, generate and decode, although its architecture decodes")
    inputs = subject.batch.inputs
    positions = subject.case.architecture.output_shape[0]
    tokens, sources = inputs[:, -positions:], inputs[:, :-positions]
    at_once = model.predict(inputs)
    half = positions // 2
    order = np.random.default_rng(BATCH_SEED).integers(0, len(inputs), len(inputs))

    decoder = _decoder(model, sources)
    beginning = _read(decoder, tokens[:, :half])
    decoder.reorder(order)
    end = _read(decoder, tokens[order, half:])
    return {
        "at once": at_once,
        "step by step": np.stack(_read(_decoder(model, sources), tokens), axis=1),
        "reordered": np.stack(end, axis=1),
        "reordered, expected": at_once[order, half:],
        "before": np.stack(beginning, axis=1) if beginning else at_once[:, :0],
        "before, expected": at_once[:, :half],
        **prefixed("tokens", _written(subject, model, sources)),
    }


def _decoder(model: Decodes, sources: Array) -> Decoder:
    return model.decoder(len(sources), np.ascontiguousarray(sources) if sources.shape[1] else None)


def _read(decoder: Decoder, tokens: Array) -> list[Array]:
    """The logits after each token, as they were returned: a buffer that is used again would show."""
    return [decoder.step(np.ascontiguousarray(column)) for column in tokens.T]


def _written(subject: Subject, model: Decodes, sources: Array) -> dict[str, Array]:
    """What the model writes: from its sources, or after prompts."""
    field = subject.case.architecture.fields[-1]
    if sources.shape[1]:
        beams = {f"{number} beams": model.decode(sources, beams=min(number, field.vocabulary)) for number in BEAMS}
        return {"greedy": model.decode(sources)} | beams
    length = min(PROMPT, field.length)
    prompts = random_tokens(np.random.default_rng(BATCH_SEED), field, len(sources), padded=False)[:, :length]
    steps = min(MOST_STEPS, field.length + 1 - length)
    return {
        "greedy": model.generate(prompts, steps),
        "drawn": model.generate(prompts, steps, temperature=1.0, seed=subject.seed),
    }


def _judge_decoding(seen: Comparison) -> list[Finding]:
    ours = seen.candidate
    departures = {
        "step by step": relative_to_largest(ours["step by step"], ours["at once"]),
        "after reordering": relative_to_largest(ours["reordered"], ours["reordered, expected"]),
        "before reordering": relative_to_largest(ours["before"], ours["before, expected"]),
    }
    bound = FORWARD_BOUND[seen.precision]
    findings = [worst_of("decoding", departures, bound, "the decoder departs from the full forward pass")]
    if seen.arithmetic is None:  # else rounding decides between tokens that are about as likely
        written, expected = under(ours, "tokens"), under(seen.reference, "tokens")
        differing = {name: float(np.sum(written[name] != tokens)) for name, tokens in expected.items()}
        findings.append(worst_of("decoded tokens", differing, 0.0, "tokens differ from the reference's"))
    return findings


def _decodes(case: Case) -> bool:
    return case.architecture.decodes


DECODING_STAGES = (Stage("decoding", _measure_decoding, _judge_decoding, _decodes, ("decoding",)),)
