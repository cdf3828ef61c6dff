"""What is written token by token is what the whole network says, and what NumPy writes."""

import numpy as np
import pytest

from impls import Training
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.transformer import Transformer
from tests.impls.keras_process.material import FORWARD, KERAS, XLA, assert_near, pair, random_batch

LANGUAGE_MODELS = {
    cell: Recurrent(length=6, tokens=9, embedding=3, cell=cell, units=(4, 5), pooling=None, outputs=9, dropout=0.3)
    for cell in ("rnn", "lstm", "gru")
} | {
    "transformer": Transformer(target_length=6, target_tokens=9, width=6, heads=3, layers=2, feedforward=5),
    "pre-norm": Transformer(
        target_length=6, target_tokens=9, width=6, heads=2, layers=1, feedforward=5, positions="learned", pre_norm=True
    ),
}
ENCODER_DECODERS = {
    "lstm": Seq2Seq(5, 7, 6, 8, embedding=3, units=4, layers=2),
    "additive": Seq2Seq(5, 7, 6, 8, embedding=3, units=4, cell="gru", attention="additive", bidirectional=True),
    "multiplicative": Seq2Seq(5, 7, 6, 8, embedding=3, units=4, attention="multiplicative", dropout=0.3),
    "transformer": Transformer(5, 7, 6, 8, width=6, heads=2, layers=2, feedforward=5, positions="learned"),
}
NETWORKS = {f"language model, {name}": each for name, each in LANGUAGE_MODELS.items()} | {
    f"encoder-decoder, {name}": each for name, each in ENCODER_DECODERS.items()
}


def decoder_of(built, inputs, positions):
    sources = inputs[:, :-positions]
    return built.decoder(len(inputs), sources if sources.size else None)


@pytest.mark.parametrize("name", NETWORKS)
def test_steps_say_what_the_whole_pass_says(name):
    architecture, built = NETWORKS[name], pair(NETWORKS[name])[0]
    inputs, positions = random_batch(architecture, Training()).inputs, architecture.output_shape[0]
    expected = built.predict(inputs)
    decoder = decoder_of(built, inputs, positions)
    found = np.stack([decoder.step(tokens) for tokens in np.ascontiguousarray(inputs[:, -positions:].T)], axis=1)
    assert_near({"logits": found}, {"logits": expected}, FORWARD["float64"])


@pytest.mark.parametrize("name", ["language model, lstm", "language model, transformer", "encoder-decoder, additive"])
def test_reordered_sequences_go_on_from_their_own_past(name):
    architecture, built = NETWORKS[name], pair(NETWORKS[name])[0]
    inputs, positions = random_batch(architecture, Training()).inputs, architecture.output_shape[0]
    order = np.array([3, 3, 0, 5])
    decoder = decoder_of(built, inputs, positions)
    for tokens in inputs[:, -positions:-2].T:
        decoder.step(tokens)
    decoder.reorder(order)
    found = decoder.step(inputs[order, -2])
    assert_near({"logits": found}, {"logits": built.predict(inputs)[order, -2]}, FORWARD["float64"])


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_generated_tokens_are_those_of_numpy(name):
    ours, numpy = pair(LANGUAGE_MODELS[name])
    prompts = np.random.default_rng(0).integers(1, 9, (4, 2))
    for temperature in (0.0, 0.8):
        found = ours.generate(prompts, 4, temperature)
        assert np.array_equal(found, numpy.generate(prompts, 4, temperature))


@pytest.mark.parametrize("implementation", [KERAS, XLA])
@pytest.mark.parametrize("name", ENCODER_DECODERS)
def test_decoded_tokens_are_those_of_numpy(name, implementation):
    architecture = ENCODER_DECODERS[name]
    ours, numpy = pair(architecture, implementation=implementation)
    sources = random_batch(architecture, Training()).inputs[:, :5]
    for beams in (1, 3):
        assert np.array_equal(ours.decode(sources, beams), numpy.decode(sources, beams))
