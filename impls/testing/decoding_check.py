"""The check of what a model writes: shapes, the same again, and a clear error where it cannot."""

import numpy as np

from impls.errors import BatchError, DecodingError
from impls.protocol import Array, Decodes, Model
from impls.spec.tokens import PADDING, Field
from impls.testing.checking import require, require_equal, require_error
from impls.testing.sequences import random_tokens
from impls.testing.subject import BATCH_SEED, Subject

SEQUENCES, STEPS = 3, 4


def write_something(subject: Subject, model: Model) -> dict[str, Array]:
    """What the model writes in every way that it has; nothing where its architecture does not decode."""
    if not subject.case.architecture.decodes or not isinstance(model, Decodes):
        return {}
    first, *others = subject.case.architecture.fields
    tokens = random_tokens(np.random.default_rng(BATCH_SEED), first, SEQUENCES, padded=bool(others))
    if others:
        return {"decode": model.decode(tokens), "decode by beams": model.decode(tokens, beams=2)}
    prompts, steps = tokens[:, :1], min(STEPS, first.length)
    return {
        "generate": model.generate(prompts, steps),
        "generate by drawing": model.generate(prompts, steps, temperature=0.7, seed=subject.seed),
    }


def check_decoding(subject: Subject) -> None:
    """Sequences come as whole numbers of the vocabulary, the same each time; what cannot be decoded is refused."""
    model, architecture = subject.model(), subject.case.architecture
    written = write_something(subject, model)
    for way, tokens in written.items():
        field = architecture.fields[-1]
        steps = min(STEPS, field.length) if len(architecture.fields) == 1 else field.length
        require(tokens.shape == (SEQUENCES, steps), f"{way} gives shape {tokens.shape}, not {(SEQUENCES, steps)}")
        require(tokens.dtype == np.int64, f"{way} gives {tokens.dtype}, not int64")
        known = tokens.min() >= PADDING and tokens.max() < field.vocabulary
        require(bool(known), f"{way} gives tokens that are not of the vocabulary")
    require_equal(write_something(subject, model), written, "writing the same again must give the same tokens")
    if isinstance(model, Decodes):
        _check_refusals(model, architecture.fields if architecture.decodes else ())


def _check_refusals(model: Decodes, fields: tuple[Field, ...]) -> None:
    tokens = np.ones((1, fields[0].length if fields else 1), np.int64)
    if len(fields) != 1:
        require_error(DecodingError, "generating without a language model", lambda: model.generate(tokens, 1))
    if len(fields) != 2:
        require_error(DecodingError, "decoding without an encoder-decoder", lambda: model.decode(tokens))
    if len(fields) == 1:
        wrong = np.full((1, 1), fields[0].vocabulary)
        require_error(BatchError, "a prompt beyond the vocabulary", lambda: model.generate(wrong, 1))
        require_error(DecodingError, "a negative temperature", lambda: model.generate(tokens[:, :1], 1, -1.0))
    if len(fields) == 2:
        wrong = np.full((1, fields[0].length), fields[0].vocabulary)
        require_error(BatchError, "a source beyond the vocabulary", lambda: model.decode(wrong))
        require_error(DecodingError, "a search without a hypothesis", lambda: model.decode(tokens, beams=0))
