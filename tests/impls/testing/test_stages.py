"""What the stages are given and how they judge: material, drift, dropout."""

from dataclasses import replace

import numpy as np
import pytest

from impls import Training, build
from impls.errors import ArchitectureError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.discovery import architectures
from impls.testing import COMBINED, STAGES, Case, Subject, covering, example_cases, judge, measured
from impls.testing.dropout_rate_stage import WIDTH, number_of_steps
from impls.testing.extremes_stage import FEATURES, SENSITIVITY, SUMS, UNITS
from impls.testing.horizon_stage import MARKS
from impls.testing.horizon_stage import trainings as horizon_trainings
from impls.testing.stage import Comparison
from impls.testing.subject import one_ulp_away, weights
from impls.testing.update_stages import clipping_extremes, optimizer_trainings
from impls.training import OPTIMIZERS
from impls.transformer import Transformer

DROPPED = MLP(inputs=4, hidden=(64, 32), outputs=3, dropout=0.3)


def subject(case, dtype="float32", build_function=None):
    def build_numpy(architecture, training, device, dtype, seed):
        return build(architecture, "numpy", training, device, dtype, seed)

    return Subject(build_function or build_numpy, case, "cpu", dtype)


def findings(case, dtype="float32", build_function=None):
    left, expected = measured(subject(case, dtype, build_function)), measured(subject(case, dtype))
    return {finding.stage: finding for finding in judge(case, dtype, expected, left)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "network",
    [
        MLP(inputs=4, hidden=(5,), outputs=3, normalization="batch"),
        Recurrent(length=3, tokens=5, embedding=2, cell="lstm", units=(3,), bidirectional=True, outputs=2),
        Recurrent(length=3, features=2, cell="gru", units=(3,), outputs=2),
        Transformer(target_length=4, target_tokens=5, width=4, heads=2, layers=1, feedforward=3, positions="learned"),
    ],
    ids=["mlp", "lstm", "gru", "transformer"],
)
def test_nothing_starts_at_zero_or_one(network, dtype):
    given = weights(network, dtype)
    assert list(given) == list(network.parameters())
    for name, array in given.items():
        assert array.dtype == dtype
        assert not np.any(np.isin(array, (0, 1))), name
        if name.endswith("moving_variance"):
            assert np.all(array > 0)
        if name.endswith("/embeddings"):
            assert np.std(array) > 0.3, f"{name}: too small for what stands behind it to leave its linear part"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_ulp_is_the_neighbouring_number(dtype):
    batches, given = subject(Case("x", DROPPED, Training()), dtype).batches((8,)), weights(DROPPED, dtype)
    (moved,), kept = one_ulp_away(DROPPED, batches, given, 0)
    away = np.abs(moved.inputs - batches[0].inputs)
    assert np.all((away > 0) & (away <= np.spacing(np.abs(batches[0].inputs))))
    assert moved.inputs.dtype == dtype
    assert kept is given


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_ulp_of_tokens_is_one_of_their_embeddings(dtype):
    network = Seq2Seq(source_length=4, source_tokens=6, target_length=4, target_tokens=6, embedding=3, units=4)
    batches, given = subject(Case("x", network, Training()), dtype).batches((8,)), weights(network, dtype)
    kept, moved = one_ulp_away(network, batches, given, 0)
    assert kept is batches
    assert list(moved) == list(given)
    changed = {name for name in given if not np.array_equal(moved[name], given[name])}
    assert changed == {"source_embedding/embeddings", "target_embedding/embeddings"}
    for name in changed:
        away = np.abs(moved[name] - given[name])
        assert np.all((away > 0) & (away <= np.spacing(np.abs(given[name]))))
        assert moved[name].dtype == dtype


def test_optimizers_are_tried_with_and_without_decay_and_clipping():
    case = Case("x", DROPPED, Training())
    trainings = optimizer_trainings(case, "float32")
    assert set(clipping_extremes(case, "float32")) < set(trainings)
    one = replace(case, optimizers=("adam",), variations=(COMBINED,))
    assert set(optimizer_trainings(one, "float32")) == {"adam + decay, L2, clipping"}
    for optimizer in OPTIMIZERS:
        tried = [training for training in trainings.values() if training.optimizer == optimizer]
        for decays, clips in ((False, False), (True, False), (False, True), (True, True)):
            assert any((each.decay > 0) == decays and (each.clip_norm is not None) == clips for each in tried)
        assert any(each.l2 > 0 for each in tried)


def test_dropout_stages_are_for_networks_with_dropout():
    stages = set(findings(Case("x", MLP(inputs=3, hidden=(4,), outputs=2), Training())))
    assert not any(name.startswith("dropout") for name in stages)
    assert any(name.startswith("dropout") for name in findings(Case("x", DROPPED, Training())))


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_drawn_rate_is_tested_in_standard_deviations(rate):
    """A rate that is a tenth off is far outside, the right one well inside."""

    def build_other(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        for layer in model._dropouts.values():
            layer._draw = lambda shape, layer=layer: (layer._generator.random(shape) >= layer.rate + 0.1).astype(dtype)
        return model

    case = Case("x", MLP(inputs=4, hidden=(128,), outputs=3, dropout=rate), Training(), ("dropout, drawn masks",))
    assert findings(case)["dropout, rate drawn"].worst < 4
    assert findings(case, build_function=build_other)["dropout, rate drawn"].worst > 8


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_drift_is_neither_slack_nor_brittle(dtype):
    """Rounding in another order stays a few units; a learning rate that is 1e-5 off goes far beyond the bound."""
    case = Case("x", MLP(inputs=4, hidden=(9,), outputs=3, activation="tanh"), Training("sgd", 0.1), ("drift",))

    def reordered(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        output = model._network.layers["output"]
        forward = output.forward

        def backwards(inputs):
            order = np.arange(inputs.shape[1])[::-1]
            outputs = forward(inputs)
            outputs[...] = inputs[:, order] @ output.parameters["kernel"][order] + output.parameters["bias"]
            return outputs

        output.forward = backwards
        return model

    def hasty(architecture, training, device, dtype, seed):
        faster = Training("sgd", training.learning_rate * (1 + (1e-3 if dtype == "float32" else 1e-9)))
        return build(architecture, "numpy", faster, device, dtype, seed)

    assert 0 < findings(case, dtype, reordered)["drift"].worst < 30
    slow = findings(case, dtype, hasty)["drift"]
    assert slow.worst > 100
    assert "beyond the bound since step" in slow.detail


def test_error_in_a_stage_is_a_finding_and_the_others_go_on():
    def build_broken(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        model.train_epoch = lambda batches: 1 / 0
        return model

    judged = findings(Case("x", MLP(inputs=3, hidden=(4,), outputs=2), Training()), build_function=build_broken)
    assert not judged["train_epoch"].passed
    assert "ZeroDivisionError" in judged["train_epoch"].detail
    assert judged["gradients"].passed


CNN_AND_MLP = {
    "activation": {"sigmoid", "relu", "leaky_relu", "tanh", "gelu"},
    "normalization": {None, "batch", "layer"},
}

#: Architecture -> its settings, and which of their values the examples have to show.
SHOWN = {
    "mlp": CNN_AND_MLP,
    "cnn": CNN_AND_MLP | {"padding": {"same", "valid"}, "pooling": {None, "max", "average"}},
    "recurrent": {
        "cell": {"rnn", "lstm", "gru"},
        "pooling": {"last", "mean", None},
        "bidirectional": {True, False},
        "features": {0, 3, 4},
    },
    "seq2seq": {
        "cell": {"lstm", "gru"},
        "attention": {None, "additive", "multiplicative"},
        "bidirectional": {True, False},
        "layers": {1, 2},
    },
    "transformer": {"positions": {"sinusoidal", "learned"}, "pre_norm": {True, False}, "layers": {1, 2}},
}

#: Losses that fit what an architecture gives out.
LOSSES_SHOWN = {"mlp": 5, "cnn": 5, "recurrent": 2, "seq2seq": 1, "transformer": 2}


@pytest.mark.parametrize("name", architectures())
def test_every_architecture_has_examples_that_cover_its_settings(name):
    cases = example_cases(name)
    assert len({case.name for case in cases}) == len(cases)
    settings = [vars(case.architecture) for case in cases]
    for setting, values in SHOWN[name].items():
        assert {each[setting] for each in settings} >= values, setting
    assert len({case.training.loss for case in cases}) == LOSSES_SHOWN[name]
    assert len({case.training.optimizer for case in cases}) >= 4
    assert any(each["dropout"] for each in settings)


@pytest.mark.parametrize("name", architectures())
def test_fewer_cases_still_cover_every_word_among_the_settings(name):
    cases = example_cases(name)
    fewer = covering(cases)
    assert len(fewer) < len(cases)
    assert [case for case in cases if case in fewer] == fewer
    for setting, values in SHOWN[name].items():
        wanted = {value for value in values if value is None or isinstance(value, str | bool)}
        assert {getattr(case.architecture, setting) for case in fewer} >= wanted, setting
    assert any("large" in case.name for case in fewer)


@pytest.mark.parametrize("name", architectures())
def test_every_architecture_has_a_case_that_is_large(name):
    (large,) = (case for case in example_cases(name) if case.name.endswith(": large"))
    assert large.architecture.parameter_count > 16384, "more than an optimizer takes at once"
    positions = np.prod(list(large.architecture.lengths.values()) or [1])
    assert max(large.sizes) * positions > 2048 or name == "cnn", "more rows than a sum takes at once"


def test_every_optimizer_is_trained_with_for_long():
    cases = [case for name in architectures() for case in example_cases(name) if case.stages == ("horizon",)]
    assert [set(horizon_trainings(case)) for case in cases] == [set(OPTIMIZERS)]
    assert max(MARKS) >= 2000


def test_a_million_units_are_drawn_or_more_where_the_rate_asks_for_it():
    assert number_of_steps(0.9) * WIDTH >= 1_000_000
    for rate in (0.1, 0.3, 0.5):
        draws = number_of_steps(rate) * WIDTH
        assert 0.01 * rate / np.sqrt(rate * (1 - rate) / draws) >= 9


@pytest.mark.parametrize(
    "network",
    [
        pytest.param(MLP(inputs=377, hidden=(128,), outputs=9, dropout=0.5), id="it learns", marks=pytest.mark.nightly),
        pytest.param(MLP(inputs=150, hidden=(128, 64), outputs=2, dropout=0.2), id="it saturates"),
    ],
)
def test_the_rate_is_read_where_a_wide_layer_learns_an_example_in_a_few_steps(network):
    """After which nothing moves any more, and all units looked dropped; or else they saturate, and some did."""
    case = Case("x", network, Training(), ("dropout rate",))
    assert findings(case, "float32")["dropout rate"].passed


@pytest.mark.parametrize(
    ("architecture", "situation"),
    [
        (Recurrent(length=3, features=2, cell="gru", units=(3,), outputs=2), SUMS),
        (Transformer(source_length=3, source_tokens=5, outputs=2, width=4, heads=2, layers=1, feedforward=3), FEATURES),
    ],
)
def test_rounding_that_grows_is_excused_by_the_references_and_only_so_far(architecture, situation):
    case = Case("x", architecture, Training(), ("extremes",))
    sound = measured(subject(case, "float32"))
    logits, unit = f"{situation}/logits", f"{situation}/{SENSITIVITY}"
    assert unit in sound["extremes"]

    def passes(departure, references, candidates):
        expected = {"extremes": sound["extremes"] | {unit: np.array(references)}}
        moved = sound["extremes"][logits] * (1 + departure)
        left = {"extremes": sound["extremes"] | {logits: moved, unit: np.array(candidates)}}
        return next(each for each in judge(case, "float32", expected, left) if each.stage == "extremes").passed

    assert passes(8e-6, 0.0, 0.0)
    assert not passes(2e-5, 5e-7, 5e-7), "one unit does little: the usual bound holds"
    assert passes(2e-5, 5e-5 / UNITS[situation], 0.0)
    assert not passes(2e-5, 0.0, 5e-6), "what the candidate says of itself excuses nothing"
    assert not passes(2e-4, 1.0, 1.0), "ten times the usual bound at most"


def test_a_long_recipe_departs_only_by_rounding_and_is_left_out_in_float32():
    case = Case("x", MLP(inputs=4, hidden=(5,), outputs=3), Training(), ("horizon",), ("momentum",))

    def hasty(architecture, training, device, dtype, seed):
        return build(architecture, "numpy", replace(training, learning_rate=0.002000001), device, dtype, seed)

    assert findings(case, "float32") == {}
    assert findings(case, "float64")["horizon"].worst == 0
    assert not findings(case, "float64", hasty)["horizon"].passed


def test_unknown_architecture_is_answered():
    with pytest.raises(ArchitectureError, match=r"perceptron.*mlp"):
        example_cases("perceptron")


def test_every_stage_has_a_name_of_its_own():
    assert all(name == stage.name for name, stage in STAGES.items())


@pytest.mark.parametrize(("dtype", "fault"), [("float32", 2e-3), ("float64", 2e-8)])
def test_a_kink_in_a_large_batch_excuses_a_little_and_no_more(dtype, fault):
    """Whatever a change of the last place does to the network, a gradient that is wrong is noticed."""
    network = MLP(inputs=4, hidden=(5,), outputs=3, activation="relu")
    case = Case("kinked", network, Training(), ("batch sizes",), sizes=(32,))
    (left,) = measured(subject(case, dtype)).values()
    bound = STAGES["batch sizes"].judge(Comparison(case, dtype, left, left))[1].bound

    def judged(share, moved):
        moves = {name: np.asarray(moved) for name in left if "/sensitivity/" in name}
        wrong = {name: left[name] * (1 + share) for name in left if "/gradient/" in name}
        findings = STAGES["batch sizes"].judge(Comparison(case, dtype, {**left, **moves}, {**left, **moves, **wrong}))
        return next(finding for finding in findings if finding.stage == "batch sizes, gradients")

    assert not judged(2 * bound, moved=0.0).passed
    assert judged(2 * bound, moved=bound).passed
    assert not judged(20 * bound, moved=bound).passed
    assert not judged(fault, moved=0.5).passed
