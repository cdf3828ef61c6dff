"""What is Keras's own about sequence networks: exchanged gates under an optimizer, and nothing traced twice."""

import pytest

from impls import Training, build
from impls.engines.in_keras import model
from impls.seq2seq import Seq2Seq
from tests.impls.keras_process.material import KERAS, assert_near, pair, random_batch

ATTENTIVE = Seq2Seq(5, 7, 4, 8, embedding=3, units=4, cell="gru", attention="additive")


def test_steps_with_embeddings_and_exchanged_gates():
    training = Training("momentum", 0.1, l2=0.1, weight_decay=0.1, clip_norm=0.3)
    models = pair(ATTENTIVE, training)
    batches = [random_batch(ATTENTIVE, training, size, seed=size) for size in (4, 4, 3)]
    losses = [each.train_epoch(batches) for each in models]
    assert losses[0] == pytest.approx(losses[1], rel=1e-10)
    assert_near(models[0].parameters(), models[1].parameters(), 1e-9)


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
