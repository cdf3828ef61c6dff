"""Sequence networks: the same function as NumPy's, padding that does not matter, and nothing traced twice."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from impls import Batch, Training, build
from impls.engines.in_keras import model
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import PADDING, Field
from impls.testing.sequences import random_tokens
from impls.transformer import Transformer
from tests.impls.keras_process.material import (
    FORWARD,
    GRADIENT,
    KERAS,
    XLA,
    assert_near,
    assert_same,
    compare,
    pair,
    random_batch,
    random_masks,
)

EXAMPLES = {
    f"{name} {example}": setting
    for name in ("recurrent", "seq2seq", "transformer")
    for example, setting in importlib.import_module(f"impls.{name}.examples").EXAMPLES.items()
}

CLASSIFIERS = {
    "rnn": Recurrent(length=7, tokens=9, embedding=3, cell="rnn", units=(4,), outputs=3),
    "gru": Recurrent(length=7, tokens=9, embedding=3, cell="gru", units=(4, 5), bidirectional=True, outputs=3),
    "mean": Recurrent(length=7, tokens=9, embedding=3, units=(4,), pooling="mean", outputs=3),
    "transformer": Transformer(source_length=7, source_tokens=9, outputs=3, width=6, heads=2, layers=2, feedforward=5),
}

LANGUAGE_MODEL = Recurrent(length=6, tokens=8, embedding=3, units=(4,), pooling=None, outputs=8)
ATTENTIVE = Seq2Seq(5, 7, 4, 8, embedding=3, units=4, cell="gru", attention="additive", bidirectional=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name):
    compare(*EXAMPLES[name], "float64")


@pytest.mark.parametrize("name", ["recurrent LSTM language model, two layers, dropout", "transformer encoder-decoder"])
def test_examples_in_float32(name):
    compare(*EXAMPLES[name], "float32")


@pytest.mark.parametrize("name", ["recurrent RNN on tokens, both directions", "transformer classifier"])
def test_examples_compiled_by_xla(name):
    compare(*EXAMPLES[name], "float64", XLA)


def test_steps_with_embeddings_and_exchanged_gates():
    training = Training("momentum", 0.1, l2=0.1, weight_decay=0.1, clip_norm=0.3)
    models = pair(ATTENTIVE, training)
    batches = [random_batch(ATTENTIVE, training, size, seed=size) for size in (4, 4, 3)]
    losses = [each.train_epoch(batches) for each in models]
    assert losses[0] == pytest.approx(losses[1], rel=1e-10)
    assert_near(models[0].parameters(), models[1].parameters(), 1e-9)


@pytest.mark.parametrize("name", ["seq2seq LSTM, additive, both directions, dropout", "transformer classifier"])
def test_layer_outputs(name):
    ours, numpy = pair(*EXAMPLES[name])
    inputs = random_batch(*EXAMPLES[name]).inputs
    found, expected = ours.layer_outputs(inputs), numpy.layer_outputs(inputs)
    assert_near({name: found[name] for name in expected}, expected, FORWARD["float64"])
    assert set(found) == set(expected)
    assert list(found)[-1] == "output"


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_padding_is_as_if_it_were_not_there(name):
    longer = CLASSIFIERS[name]
    length = replace(longer, **{"source_length" if name == "transformer" else "length": 4})
    tokens = random_tokens(np.random.default_rng(0), Field(4, 9), 5)
    masked, short = pair(longer)[0], pair(length)[0]
    padded = np.pad(tokens, ((0, 0), (0, 3)), constant_values=PADDING)
    classes = np.arange(5) % 3
    assert_near({"": masked.predict(padded)}, {"": short.predict(tokens)}, FORWARD["float64"])
    gradients = masked.loss_and_gradients(Batch(padded, classes))[1]
    assert_near(gradients, short.loss_and_gradients(Batch(tokens, classes))[1], GRADIENT["float64"])


def test_padding_is_not_counted():
    built = build(LANGUAGE_MODEL, KERAS, Training(learning_rate=1e-9), dtype="float64")
    inputs, targets = random_batch(LANGUAGE_MODEL, Training(), examples=2)
    targets[0], targets[1] = [3, 4, 0, 0, 0, 0], [5, 6, 7, 1, 2, 3]
    logits = built.predict(inputs)
    shares = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    losses = -np.take_along_axis(shares, targets[..., None], axis=-1)[..., 0]
    counted = [losses[0, :2].mean(), losses[1].mean()]
    assert built.loss_and_gradients(Batch(inputs, targets))[0] == pytest.approx(np.average(counted, weights=(2, 6)))
    batches = [Batch(inputs[:1], targets[:1]), Batch(inputs[1:], targets[1:])]
    assert built.train_epoch(batches) == pytest.approx(np.average(counted, weights=(2, 6)), rel=1e-6)


def test_dropout_masks_reach_the_layers_inside():
    architecture = Transformer(target_length=4, target_tokens=6, width=4, heads=2, layers=1, feedforward=3, dropout=0.5)
    built = pair(architecture)[0]
    batch, masks = random_batch(architecture, Training()), random_masks(architecture, 6)
    loss = built.loss_and_gradients(batch, masks)[0]
    for name in masks:
        assert built.loss_and_gradients(batch, masks | {name: 1.0 - masks[name]})[0] != loss, name


def test_each_function_is_traced_once(monkeypatch):
    traces = []
    mean_loss = model.mean_loss
    monkeypatch.setattr(
        model, "mean_loss", lambda training: lambda *arrays: traces.append("loss") or mean_loss(training)(*arrays)
    )
    built = build(ATTENTIVE, KERAS)
    for name in ("begin", "step"):
        monkeypatch.setattr(built.network, name, _noting(traces, name, getattr(built.network, name)))
    for size in (1, 5, 3):
        batch = random_batch(ATTENTIVE, Training(), size, "float32")
        built.train_epoch([batch, batch, batch])
        built.train_step(batch)
        for beams in (1, 2):
            built.decode(batch.inputs[:, :5], beams)
    assert sorted(traces) == ["begin", "loss", "step"]


def _noting(traces, name, function):
    return lambda *arrays: traces.append(name) or function(*arrays)


def test_epoch_and_steps_agree_bit_for_bit():
    training = Training("adam", 1e-2)
    built = build(LANGUAGE_MODEL, KERAS, training)
    start = built.parameters()
    batches = [random_batch(LANGUAGE_MODEL, training, size, seed=seed) for seed, size in enumerate((8, 8, 8, 3))]
    mean = built.train_epoch(batches)
    after_epoch = built.parameters()
    built.load_parameters(start)
    losses = [built.train_step(batch) for batch in batches]
    assert_same(built.parameters(), after_epoch)
    weights = [np.count_nonzero(batch.targets) for batch in batches]
    assert mean == pytest.approx(np.average(losses, weights=weights), rel=1e-6)
