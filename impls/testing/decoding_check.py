"""The check of what a model writes: shapes, the same again, and a clear error where it cannot."""

import math

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
    if isinstance(model, Decodes) and architecture.is_language_model:
        _check_temperature(subject, model)
    if isinstance(model, Decodes):
        _check_refusals(model, architecture.fields if architecture.decodes else ())


def _check_temperature(subject: Subject, model: Decodes) -> None:
    """Half the temperature draws what logits twice as large do: doubling is exact; no temperature is next to none."""
    assert isinstance(model, Model)
    field = subject.case.architecture.fields[0]
    prompts = random_tokens(np.random.default_rng(BATCH_SEED), field, SEQUENCES, padded=False)[:, :1]
    steps = min(STEPS, field.length)
    given = model.parameters()
    cold = model.generate(prompts, steps, temperature=0.5, seed=subject.seed)
    coldest = model.generate(prompts, steps, temperature=math.ulp(0.0), seed=subject.seed)
    require_equal({"tokens": coldest}, {"tokens": model.generate(prompts, steps)}, "next to none takes the likeliest")
    model.load_parameters(
        {name: 2 * array if name.partition("/")[0] == "output" else array for name, array in given.items()}
    )
    doubled = model.generate(prompts, steps, temperature=1.0, seed=subject.seed)
    require_equal({"tokens": cold}, {"tokens": doubled}, "logits are divided by the temperature before a draw")
    model.load_parameters(given)


def _check_refusals(model: Decodes, fields: tuple[Field, ...]) -> None:
    tokens = np.ones((1, fields[0].length if fields else 1), np.int64)
    if len(fields) != 1:
        require_error(DecodingError, "generating without a language model", lambda: model.generate(tokens, 1))
    if len(fields) != 2:
        require_error(DecodingError, "decoding without an encoder-decoder", lambda: model.decode(tokens))
    if len(fields) == 1:
        wrong = np.full((1, 1), fields[0].vocabulary)
        require_error(BatchError, "a prompt beyond the vocabulary", lambda: model.generate(wrong, 1))
        for what, temperature in (("a negative temperature", -1.0), ("no temperature", np.nan), ("a sign", True)):
            require_error(
                DecodingError,
                what,
                lambda temperature=temperature: model.generate(tokens[:, :1], 1, temperature),  # type: ignore[misc]  # with a default
            )
        require_error(DecodingError, "a negative seed", lambda: model.generate(tokens[:, :1], 1, 1.0, -1))
        require_error(DecodingError, "fewer steps than none", lambda: model.generate(tokens[:, :1], -1))
        require(model.generate(tokens[:, :1], 0).shape == (1, 0), "no steps give no tokens")
        require_error(BatchError, "prompts without an axis", lambda: model.generate(tokens[0], 1))
        require_error(BatchError, "an empty prompt", lambda: model.generate(tokens[:, :0], 1))
        _check_room(model, tokens[:, :1])
    if len(fields) == 2:
        wrong = np.full((1, fields[0].length), fields[0].vocabulary)
        require_error(BatchError, "a source beyond the vocabulary", lambda: model.decode(wrong))
        require_error(DecodingError, "a search without a hypothesis", lambda: model.decode(tokens, beams=0))
        most = fields[1].vocabulary
        require_error(DecodingError, "more hypotheses than tokens", lambda: model.decode(tokens, beams=most + 1))
        require(len(model.decode(tokens, beams=most)) == 1, "as many hypotheses as there are tokens are possible")


def _check_room(model: Decodes, prompt: Array) -> None:
    """As many tokens as there are positions are written, since the last one is not read; one more is refused.

    A prompt that fills all positions leaves room for one; a longer one is refused, though nothing is to be written.
    """
    assert isinstance(model, Model)
    positions = model.architecture.max_positions
    if positions is not None:
        require(model.generate(prompt, positions).shape == (1, positions), "a network writes up to its last position")
        require_error(DecodingError, "one position too many", lambda: model.generate(prompt, positions + 1))
        full = np.repeat(prompt, positions, axis=1)
        for steps in (0, 1):
            require(model.generate(full, steps).shape == (1, steps), f"a full prompt leaves room for {steps} tokens")
        require_error(DecodingError, "two tokens after a full prompt", lambda: model.generate(full, 2))
        longer = np.repeat(prompt, positions + 1, axis=1)
        require_error(DecodingError, "a prompt beyond the last position", lambda: model.generate(longer, 0))
