"""Looks at one trained network: what it writes, where its attention lies, how far back its gradients reach."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from benchmarks.kinds import TaskError
from benchmarks.measure.prediction import decode
from benchmarks.metrics.tokens import real_tokens
from benchmarks.records.inspection import AttentionMap, DecodedWord, GeneratedText, HiddenGradients
from benchmarks.tasks.base import Task
from benchmarks.tasks.encodings.vocabularies import RESERVED, UNKNOWN, Vocabulary
from benchmarks.tasks.split import Split
from impls import Array, Batch, Model, Parameters, build
from impls.protocol import Decodes, Transparent
from impls.spec.tokens import END, START

TEMPERATURES = (0.5, 0.8, 1.0)
#: Characters that a language model writes, as far as its positions reach.
WRITTEN = 300
#: Held-out words that are shown decoded, and of how many of them the attention.
DECODED, ATTENDED = 20, 4
#: Examples over which gradients are averaged.
GRADIENT_EXAMPLES = 128
#: Significant digits of what is stored.
DIGITS = 4


def look_inside(model: Model, task: Task, split: Split, start: Parameters) -> dict[str, Any]:
    """The fields of `SplitResult` that this task and network have; none for most.

    Attention and gradients are read off the NumPy implementation, into which the trained parameters are loaded: it runs
    the same mathematics (its certificate says so), and shows what the frameworks' fast layers keep to themselves.

    Args:
        model: trained.
        task: what on.
        split: with the inputs in the network's shape.
        start: the weights that training began with.
    """
    if task.kind == "language model":
        return {"samples": _samples(model, task.prompt, split.symbols)}
    if task.kind == "transduction":
        return _decoded(model, split)
    if task.kind in ("recall", "regression") and model.architecture.has_hidden_states:
        return {"hidden_gradients": gradients_by_position(model, split, start)}
    return {}


def gradients_by_position(model: Model, split: Split, start: Parameters) -> HiddenGradients:
    """The loss's gradient with respect to what each position holds, before and after training.

    Of a recurrent network by the last layer's state. Of attention by the embedded token: where positions are learned,
    one example's gradient of their embeddings is that, row by row.

    Args:
        model: trained.
        split: with the inputs in the network's shape; its first training examples are taken.
        start: the weights that training began with.

    Raises:
        TaskError: the network has neither states nor learned positions.
    """
    twin = _twin(model)
    if model.architecture.has_hidden_states:
        batch = Batch(split.train_inputs[:GRADIENT_EXAMPLES], split.train_targets[:GRADIENT_EXAMPLES])
        norms = partial(_gradient_norms, twin, batch)
    else:
        norms = partial(_position_norms, twin, split)
    end = norms()
    twin.load_parameters(start)
    return HiddenGradients(start=norms(), end=end)


def _position_norms(twin: Model, split: Split) -> tuple[float, ...]:
    names = [name for name in twin.parameters() if name.endswith("_positions/embeddings")]
    if not names:
        raise TaskError("gradients against the lag need hidden states, or learned positions (positions = 'learned')")
    totals: Array = np.zeros(())
    for row in range(GRADIENT_EXAMPLES):
        one = slice(row, row + 1)
        _, gradients = twin.loss_and_gradients(Batch(split.train_inputs[one], split.train_targets[one]))
        totals = totals + np.linalg.norm(gradients[names[0]], axis=-1)
    return _rounded(totals / GRADIENT_EXAMPLES)


def _samples(model: Model, prompt: str, symbols: Sequence[str]) -> tuple[GeneratedText, ...]:
    assert isinstance(model, Decodes)
    tokens = np.array([[START, *Vocabulary(symbols[len(RESERVED) :]).numbers(prompt)]])
    # Windows were so long in training, and a Transformer has no positions beyond.
    steps = min(WRITTEN, model.architecture.fields[0].length + 1 - tokens.shape[1])
    return tuple(
        GeneratedText(
            temperature=temperature,
            prompt=prompt,
            text="".join(_name(token, symbols) for token in model.generate(tokens, steps, temperature, seed=0)[0]),
        )
        for temperature in TEMPERATURES
    )


def _decoded(model: Model, split: Split) -> dict[str, Any]:
    length = model.architecture.fields[0].length
    inputs = split.test_inputs[:DECODED]
    decoded = decode(model, inputs)
    words = tuple(
        DecodedWord(
            source="".join(_named(source, split.source_symbols)),
            references=tuple(" ".join(_named(each, split.symbols)) for each in references if each.any()),
            decoded=" ".join(_named(tokens, split.symbols)),
        )
        for source, references, tokens in zip(inputs[:, :length], split.test_targets, decoded, strict=False)
    )
    return {"decoded": words, "attention": _attention(model, split, inputs[:ATTENDED, :length], decoded[:ATTENDED])}


def _attention(model: Model, split: Split, sources: Array, decoded: Array) -> tuple[AttentionMap, ...]:
    """Of each source's real tokens, for each token that was written and the end."""
    if not model.architecture.attends_source:
        return ()
    given = np.concatenate([np.full((len(decoded), 1), START), decoded[:, :-1]], axis=1)
    weights = cast(Transparent, _twin(model)).attention_weights(np.concatenate([sources, given], axis=1))
    maps = []
    for source, tokens, matrix in zip(sources, decoded, weights, strict=True):
        letters = _named(source, split.source_symbols)
        written = _named([*real_tokens(tokens), END], split.symbols)[: len(tokens)]
        rows = matrix[: len(written), : len(letters)]
        rounded = tuple(tuple(round(float(value), DIGITS) for value in row) for row in rows)
        maps.append(AttentionMap(source=tuple(letters), target=tuple(written), weights=rounded))
    return tuple(maps)


def _gradient_norms(twin: Model, batch: Batch) -> tuple[float, ...]:
    norms = cast(Transparent, twin).hidden_gradients(batch)
    return _rounded(norms)


def _rounded(norms: Array) -> tuple[float, ...]:
    return tuple(float(f"{norm:.{DIGITS}g}") for norm in norms)


def _twin(model: Model) -> Model:
    """The same network by NumPy, with the same parameters."""
    twin = build(model.architecture, "numpy", model.training, dtype=model.dtype)
    twin.load_parameters(model.parameters())
    return twin


def _named(tokens: Array | Sequence[int], symbols: Sequence[str]) -> list[str]:
    """What the real tokens mean."""
    return [_name(token, symbols) for token in real_tokens(np.asarray(tokens))]


def _name(token: int, symbols: Sequence[str]) -> str:
    """The token's symbol; a vocabulary may be smaller than there is room for, and the rest stands for nothing."""
    return symbols[token] if token < len(symbols) else RESERVED[UNKNOWN]
