"""The certificate's stages for sequences pass the sound implementation and fail one that breaks just what they see."""

import numpy as np
import pytest

from impls import Training, build
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.scratch.dropout import Dropout
from impls.seq2seq import Seq2Seq
from impls.spec.discovery import architectures
from impls.spec.tokens import PADDING
from impls.testing import Case, Subject, example_cases, judge, measured, stages_of
from impls.testing.dropout_reading import dropped_units, find_readings, masks_of, readable
from impls.transformer import Transformer

WRITES = Recurrent(length=6, tokens=7, embedding=3, cell="gru", units=(5,), pooling=None, outputs=7)
CLASSIFIES = Recurrent(length=6, tokens=7, embedding=3, cell="lstm", units=(4,), bidirectional=True, outputs=3)
TRANSLATES = Seq2Seq(source_length=5, source_tokens=8, target_length=4, target_tokens=7, embedding=3, units=4)
NUMBERS = Recurrent(length=5, features=2, units=(4,), pooling=None, outputs=1)
POSITIONS = Transformer(
    source_length=5, source_tokens=6, outputs=3, width=4, heads=2, layers=1, feedforward=5, positions="learned"
)
REGRESSION = Training("adam", 1e-3, loss="mean_squared_error")


def build_numpy(architecture, training, device, dtype, seed):
    return build(architecture, "numpy", training, device, dtype, seed)


def broken(breaking):
    def build_broken(*settings):
        model = build_numpy(*settings)
        breaking(model)
        return model

    return build_broken


def findings(architecture, stage, build_function=build_numpy, training=None, dtype="float32"):
    case = Case("x", architecture, training or Training("adam", 1e-3), (stage,))
    left = measured(Subject(build_function, case, "cpu", dtype))
    expected = measured(Subject(build_numpy, case, "cpu", dtype))
    return {finding.stage: finding for finding in judge(case, dtype, expected, left)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stage", ["padding", "causality", "state", "decoding"])
@pytest.mark.parametrize(
    "architecture", [WRITES, CLASSIFIES, TRANSLATES, NUMBERS, POSITIONS], ids=lambda each: each.name
)
def test_sound_implementation_passes(architecture, stage, dtype):
    judged = findings(architecture, stage, training=REGRESSION if architecture is NUMBERS else None, dtype=dtype)
    assert all(finding.passed for finding in judged.values()), judged


@pytest.mark.parametrize(
    ("architecture", "stages"),
    [
        (MLP(inputs=4), set()),
        (MLP(inputs=4, tokens=5, embedding=2), set()),
        (NUMBERS, {"causality", "state"}),
        (CLASSIFIES, {"padding", "state"}),
        (POSITIONS, {"padding", "state"}),
        (WRITES, {"padding", "causality", "state", "decoding"}),
        (TRANSLATES, {"padding", "causality", "state", "decoding"}),
    ],
)
def test_stages_are_for_whom_they_concern(architecture, stages):
    applied = {stage.name for stage in stages_of(Case("x", architecture, Training()))}
    assert applied & {"padding", "causality", "state", "decoding"} == stages


def _sees_padding(model):
    predict = model.predict
    model.predict = lambda inputs: predict(inputs) + 1e-3 * (inputs == PADDING).sum(axis=1).max()


def _trains_on_padding(model):
    loss_and_gradients = model.loss_and_gradients

    def with_padding(batch):
        loss, gradients = loss_and_gradients(batch)
        longer = 1 + 1e-3 * np.size(batch[0], axis=1)
        return loss, {name: gradient * longer for name, gradient in gradients.items()}

    model.loss_and_gradients = with_padding


def _sees_the_end(model):
    predict = model.predict

    def peeking(inputs):
        logits = predict(inputs).copy()
        logits[:, 2] += 1e-3 * inputs[:, -1:].reshape(len(inputs), -1)[:, :1]
        return logits

    model.predict = peeking


def _remembers_the_last_prediction(model):
    predict, last = model.predict, [0.0]

    def carrying(inputs):
        logits = predict(inputs) + 1e-3 * last[0]
        last[0] = float(inputs.sum())
        return logits

    model.predict = carrying


def _remembers_the_last_loss(model):
    loss_and_gradients, last = model.loss_and_gradients, [0.0]

    def carrying(batch, masks=None):
        loss, gradients = loss_and_gradients(batch, masks)
        last[0], before = loss, last[0]
        return loss + 1e-3 * before, gradients

    model.loss_and_gradients = carrying


def _carries_into_a_step(model):
    loss_and_gradients, train_step, last = model.loss_and_gradients, model.train_step, [0.0]

    def remembering(batch, masks=None):
        last[0] = 1e-3 * float(batch[0].sum())
        return loss_and_gradients(batch, masks)

    model.loss_and_gradients = remembering
    model.train_step = lambda batch: train_step(batch) + last[0]


def _carries_out_of_a_step(model):
    train_step, load, predict, last = model.train_step, model.load_parameters, model.predict, [0.0]

    def stepping(batch):
        last[0] = 1e-3
        return train_step(batch)

    def loading(parameters):
        last[0] = 0.0
        load(parameters)

    model.train_step, model.load_parameters = stepping, loading
    model.predict = lambda inputs: predict(inputs) + last[0]


def _decoder_with(change):
    """Breaks what the model's decoders do, by a function of the decoder."""

    def breaking(model):
        decoder = model.decoder

        def other(sequences, sources=None):
            made = decoder(sequences, sources)
            change(made)
            return made

        model.decoder = other

    return breaking


def _drifting(decoder):
    step, steps = decoder.step, [0]

    def departing(tokens):
        steps[0] += 1
        return step(tokens) * (1.0 if steps[0] < 4 else 1.001)

    decoder.step = departing


def _never_reordered(decoder):
    decoder.reorder = lambda sequences: None


def _one_buffer(decoder):
    step, buffer = decoder.step, []

    def overwriting(tokens):
        buffer[:] = buffer or [np.empty_like(step(tokens * 0 + 1))]
        buffer[0][...] = step(tokens)
        return buffer[0]

    decoder.step = overwriting


def _second_best(model):
    for name in ("generate", "decode"):
        write = getattr(model, name)
        setattr(model, name, lambda *given, write=write, **settings: write(*given, **settings)[:, ::-1])


def _other_seed(model):
    generate = model.generate
    model.generate = lambda *given, seed=0, **settings: generate(*given, seed=seed + 1, **settings)


@pytest.mark.parametrize(
    ("breaking", "architecture", "figure"),
    [
        (_sees_padding, CLASSIFIES, "padding"),
        (_sees_padding, WRITES, "padding"),
        (_sees_padding, POSITIONS, "padding"),
        (_trains_on_padding, CLASSIFIES, "padding, gradients"),
        (_trains_on_padding, TRANSLATES, "padding, gradients"),
        (_sees_the_end, WRITES, "causality"),
        (_sees_the_end, TRANSLATES, "causality"),
        (_sees_the_end, NUMBERS, "causality"),
        (_remembers_the_last_prediction, CLASSIFIES, "state"),
        (_remembers_the_last_loss, NUMBERS, "state"),
        (_carries_into_a_step, WRITES, "state"),
        (_carries_out_of_a_step, WRITES, "state"),
        (_decoder_with(_drifting), WRITES, "decoding"),
        (_decoder_with(_drifting), TRANSLATES, "decoding"),
        (_decoder_with(_never_reordered), WRITES, "decoding"),
        (_decoder_with(_never_reordered), TRANSLATES, "decoding"),
        (_decoder_with(_one_buffer), WRITES, "decoding"),
        (_second_best, WRITES, "decoded tokens"),
        (_second_best, TRANSLATES, "decoded tokens"),
        (_other_seed, WRITES, "decoded tokens"),
    ],
)
def test_broken_implementation_fails(breaking, architecture, figure):
    stage = {"padding, gradients": "padding", "decoded tokens": "decoding"}.get(figure, figure)
    training = REGRESSION if architecture is NUMBERS else None
    judged = findings(architecture, stage, broken(breaking), training)
    assert not judged[figure].passed
    assert judged[figure].worst < 1e30, "a figure, not a crash"
    assert judged[figure].detail


def test_a_missing_decoder_is_reported():
    class Plain:
        def __init__(self, model):
            for name in ("predict", "loss_and_gradients", "train_step", "parameters", "load_parameters"):
                setattr(self, name, getattr(model, name))

    judged = findings(WRITES, "decoding", lambda *settings: Plain(build_numpy(*settings)))
    assert "no decoder" in judged["decoding"].detail


READ = [case for name in architectures() for case in example_cases(name) if case.architecture.dropouts()]


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_given_masks_are_read_back(case):
    """Whatever the masks of all layers together are, each is found in the gradient that was chosen for it."""
    subject = Subject(build_numpy, case, "cpu", "float32")
    network = readable(case.architecture)
    model = subject.model(network)
    (batch,) = subject.batches((1,), architecture=network, padded=False)
    readings = find_readings(model, batch)
    generator = np.random.default_rng(8)
    dropped = {name: generator.random(shape[-1]) < 0.3 for name, shape in network.dropouts().items()}
    _, gradients = model.loss_and_gradients(batch, masks_of(dropped, model))
    for name, units in dropped_units(gradients, readings).items():
        assert np.array_equal(units, dropped[name]), name


def test_masks_without_effect_are_reported():
    def deaf(model):
        loss_and_gradients = model.loss_and_gradients
        model.loss_and_gradients = lambda batch, masks=None: loss_and_gradients(batch)

    network = Recurrent(length=5, features=2, units=(40,), pooling=None, outputs=1, dropout=0.3)
    judged = findings(network, "dropout, drawn masks", broken(deaf), REGRESSION)
    assert any("dropout_0 do not show" in finding.detail for finding in judged.values())


SHARES = ("dropout, rate drawn", "dropout, draws differ", "dropout, examples differ", "dropout, positions differ")


@pytest.mark.parametrize(
    ("network", "training"),
    [
        (Recurrent(length=5, tokens=6, embedding=4, units=(40, 30), pooling=None, outputs=6, dropout=0.3), None),
        (Transformer(target_length=4, target_tokens=6, width=32, heads=2, layers=1, dropout=0.3), None),
    ],
    ids=["recurrent", "transformer"],
)
@pytest.mark.parametrize(
    ("figure", "shared_axes"),
    [(None, ()), ("dropout, examples differ", (0,)), ("dropout, positions differ", (1,))],
)
def test_masks_are_drawn_for_each_example_and_position(monkeypatch, network, training, figure, shared_axes):
    def draw(layer, shape):
        shape = tuple(1 if axis in shared_axes else extent for axis, extent in enumerate(shape))
        return (layer._generator.random(shape) >= layer.rate).astype("float32")

    if figure:
        original = Dropout._draw
        monkeypatch.setattr(
            Dropout, "_draw", lambda layer, shape: np.broadcast_to(draw(layer, shape), original(layer, shape).shape)
        )
    judged = findings(network, "dropout, drawn masks", training=training)
    assert {name for name in SHARES if not judged[name].passed} == ({figure} if figure else set())
