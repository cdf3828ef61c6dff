"""The contract's checks on networks over sequences: the sound one keeps them, and what breaks one is reported."""

import numpy as np
import pytest

from impls import Training, build
from impls.engines.validation import check_batch, check_inputs
from impls.errors import BatchError
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import CHECKS, Case, ContractError, Subject
from impls.transformer import Transformer

WRITES = Recurrent(length=6, tokens=7, embedding=3, cell="gru", units=(5,), pooling=None, outputs=7)
CLASSIFIES = Recurrent(length=6, tokens=7, embedding=3, units=(40,), outputs=3, dropout=0.3)
TRANSLATES = Seq2Seq(
    source_length=5, source_tokens=8, target_length=4, target_tokens=7, embedding=3, units=4, attention="additive"
)
FORECASTS = Recurrent(length=5, features=2, cell="rnn", units=(4,), pooling=None, outputs=1)
ATTENDS = Transformer(source_length=5, source_tokens=6, outputs=3, width=8, heads=2, layers=1, feedforward=5)

TRAINING = {FORECASTS: Training("adam", 1e-3, loss="mean_squared_error")}


def subject_of(architecture, breaking=lambda model: None, dtype="float32"):
    def build_function(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        breaking(model)
        return model

    training = TRAINING.get(architecture, Training("adam", 1e-2))
    return Subject(build_function, Case("sequences", architecture, training), "cpu", dtype)


# The certificate of every architecture has its own tests.
@pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.name != "certificate"], ids=lambda check: check.name
)
@pytest.mark.parametrize(
    "architecture", [WRITES, CLASSIFIES, TRANSLATES, FORECASTS, ATTENDS], ids=lambda each: each.name
)
def test_numpy_keeps_the_contract(architecture, check):
    check(subject_of(architecture))


def _lacks_decoding(model):
    model.__class__ = type("Mute", (type(model),), {"decoder": None, "generate": None, "decode": None})


def _takes_any_tokens(change):
    """Puts tokens right before they are checked, as an implementation does that does not check them."""

    def breaking(model):
        for name in ("train_step", "loss_and_gradients"):
            call = getattr(model, name)
            setattr(model, name, lambda batch, *rest, call=call: call((_put_right(batch[0]), batch[1]), *rest))

    def _put_right(inputs):
        return change(inputs) if isinstance(inputs, np.ndarray) and inputs.shape[1:] == (9,) else inputs

    return breaking


def _refuses_late(model):
    predict = model.predict
    fields = model.architecture.fields

    def lenient(inputs, batch_size=None):
        inputs = np.clip(inputs, 0, fields[-1].vocabulary - 1)
        return predict(inputs, batch_size)

    model.predict = lenient


def _takes_uncounted_targets(model):
    train_step = model.train_step

    def lenient(batch):
        if isinstance(batch[1], np.ndarray) and batch[1].ndim == 2 and len(batch[1]) and not batch[1].any():
            return 0.0
        return train_step(batch)

    model.train_step = lenient


def _weighs_by_examples(model):
    def epoch(batches):
        if not batches:
            raise BatchError("none")
        for batch in batches:
            check_batch(model.architecture, model.training, batch, model.dtype)
        return float(np.average([model.train_step(batch) for batch in batches], weights=[len(b[0]) for b in batches]))

    model.train_epoch = epoch


def _writes(change):
    def breaking(model):
        for name in ("generate", "decode"):
            write = getattr(model, name)
            setattr(model, name, lambda *given, write=write, **named: change(write(*given, **named)))

    return breaking


def _ignores_refusals(model):
    generate = model.generate
    model.generate = lambda prompts, *given, **named: generate(np.minimum(prompts, 6), *given, **named)


def _learns_by_writing(model):
    generate = model.generate

    def learning(*given, **named):
        model._packed.parameters["output/bias"] += 1e-3
        return generate(*given, **named)

    model.generate = learning


RANDOM = np.random.default_rng(0)

BROKEN = {
    "no decoder": (_lacks_decoding, WRITES, "description", "Decodes"),
    "tokens of a real dtype": (
        _takes_any_tokens(lambda x: x.astype(int)),
        TRANSLATES,
        "wrong batches",
        "of a real dtype was taken",
    ),
    "negative tokens": (_takes_any_tokens(np.abs), TRANSLATES, "wrong batches", "a negative token in field 0"),
    "tokens beyond": (_refuses_late, TRANSLATES, "wrong batches", "prediction of a token beyond"),
    "padding alone": (
        _takes_any_tokens(
            lambda x: np.where(np.arange(9) == 0, np.maximum(x, 1), x) * (x[:, :1] > 0) + (x[:, :1] == 0)
        ),
        TRANSLATES,
        "wrong batches",
        "padding .* field 0 was taken",
    ),
    "targets of padding alone": (
        _takes_uncounted_targets,
        WRITES,
        "wrong batches",
        "targets of padding alone was taken",
    ),
    "weights of an epoch": (_weighs_by_examples, WRITES, "train_epoch", "targets that count"),
    "real numbers written": (_writes(lambda tokens: tokens * 1.0), WRITES, "decoding", "float64, not int64"),
    "too many written": (_writes(lambda tokens: tokens[:, :-1]), TRANSLATES, "decoding", "shape"),
    "unknown tokens written": (_writes(lambda tokens: tokens + 7), WRITES, "decoding", "not of the vocabulary"),
    "other tokens each time": (
        _writes(lambda tokens: RANDOM.integers(0, 7, tokens.shape)),
        TRANSLATES,
        "decoding",
        "the same tokens",
    ),
    "an unknown prompt": (_ignores_refusals, WRITES, "decoding", "a prompt beyond the vocabulary was taken"),
    "learning by writing": (_learns_by_writing, WRITES, "no change by looking", "must not change"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_implementation_fails_the_check(name):
    breaking, architecture, check_name, message = BROKEN[name]
    check = next(check for check in CHECKS if check.name == check_name)
    with pytest.raises(ContractError, match=message) as failure:
        check(subject_of(architecture, breaking))
    assert len(str(failure.value).splitlines()) == 1


def test_inputs_of_the_checks_are_sound():
    """What the subject draws is taken; so a refusal is one of what was made wrong."""
    subject = subject_of(TRANSLATES)
    assert check_inputs(TRANSLATES, subject.batch.inputs, "float32") is subject.batch.inputs
