"""The estimators in NumPy: scikit-learn's checks, what every implementation does, and parameters that make no sense."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.utils.estimator_checks import parametrize_with_checks

from impls.errors import ArchitectureError, ImplementationError, TrainingError
from impls.estimators import NetworkClassifier, NetworkFeatures, NetworkRegressor
from impls.recurrent import Recurrent
from tests.impls.answers import named
from tests.impls.estimators.behaviour import BEHAVIOUR, QUICK, estimators

#: Features of a classifier and of a regressor are the same code: those of the regressor are nightly.
ALWAYS, NIGHTLY = estimators("numpy", **QUICK)[:3], estimators("numpy", **QUICK)[3:]


@parametrize_with_checks(ALWAYS)
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.nightly
@parametrize_with_checks(NIGHTLY)
def test_check_features_of_a_regressor(estimator, check):
    check(estimator)


@pytest.mark.parametrize("behaviour", BEHAVIOUR, ids=named)
def test_behaviour(behaviour):
    behaviour("numpy")


X, Y = load_iris(return_X_y=True)

WRONG = {
    "optimizer='fast'": ({"optimizer": "fast"}, TrainingError, "optimizer='fast' is not possible"),
    "implementation": ({"implementation": "cupy"}, ImplementationError, "'cupy' is unknown; there are keras"),
    "epochs": ({"epochs": 0}, TrainingError, "epochs=0 is not possible"),
    "batch_size": ({"batch_size": "auto"}, TrainingError, "batch_size='auto' is not possible"),
    "patience": ({"early_stopping": True, "patience": 1.5}, TrainingError, "patience=1.5 is not possible"),
    "validation_fraction": (
        {"early_stopping": True, "validation_fraction": 2},
        TrainingError,
        "validation_fraction=2 is not possible; give a number between 0 and 1",
    ),
    "hidden": ({"hidden": (0,)}, ArchitectureError, "hidden=(0,) is not possible"),
    "hidden as a fraction": ({"hidden": 5.0}, ArchitectureError, "hidden=(5.0,) is not possible"),
    "architecture": ({"architecture": "cnn"}, ArchitectureError, "architecture='cnn' is not possible; give 'mlp'"),
    "no architecture": ({"architecture": 3}, ArchitectureError, "architecture=3 makes no architecture"),
    "other size": (
        {"architecture": Recurrent(length=3, features=1, units=(2,))},
        ArchitectureError,
        "X has 4 values for each example, the architecture 'recurrent' takes (3, 1)",
    ),
    "each position": (
        {"architecture": Recurrent(length=4, features=1, units=(2,), pooling=None)},
        ArchitectureError,
        "give a network with one answer for each example",
    ),
    "settings of the MLP": (
        {"architecture": Recurrent(length=4, features=1, units=(2,)), "hidden": (3,)},
        ArchitectureError,
        "hidden=(3,) is for architecture='mlp' alone",
    ),
    "tokens": (
        {"architecture": Recurrent(length=4, tokens=9, embedding=2, units=(2,))},
        ArchitectureError,
        "an architecture over tokens takes whole numbers",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_parameters_are_one_clear_line(name):
    parameters, error, message = WRONG[name]
    with pytest.raises(error, match=re.escape(message)) as raised:
        NetworkClassifier(**{"epochs": 1} | parameters).fit(X, Y)
    assert "\n" not in str(raised.value)


def test_what_diverges_says_so():
    network = NetworkRegressor(learning_rate=1e6, optimizer="sgd", epochs=50)
    with pytest.raises(TrainingError, match=r"the loss became (nan|inf) in epoch \d+: the training diverged; give a"):
        network.fit(X * 1e3, Y.astype(float) * 1e6)


def test_sample_weights_are_refused_with_the_reason():
    for network in (NetworkClassifier(), NetworkRegressor()):
        for method in (network.fit, network.partial_fit):
            with pytest.raises(TypeError, match=r"takes no sample_weight: .* repeat or resample examples instead"):
                method(X, Y, sample_weight=np.ones(len(Y)))
            with pytest.raises(TypeError, match="takes no argument 'groups'"):
                method(X, Y, groups=Y)


def test_partial_fit_refuses_early_stopping_and_other_outputs():
    with pytest.raises(TrainingError, match="has no part to hold out; set early_stopping=False"):
        NetworkClassifier(early_stopping=True).partial_fit(X, Y)
    network = NetworkRegressor(**QUICK).partial_fit(X, np.stack([Y, Y], axis=1))
    with pytest.raises(ValueError, match="y has 1 outputs, and 2 in the first call"):
        network.partial_fit(X, Y)


def test_an_unknown_layer_is_named_with_the_known_ones():
    with pytest.raises(ArchitectureError, match="layer='middle' is unknown; there are hidden_0, activation_0, output"):
        NetworkFeatures(NetworkClassifier(**QUICK), layer="middle").fit(X, Y)


def test_a_network_without_hidden_layers_has_no_features():
    with pytest.raises(ArchitectureError, match="has no layer before its output layer"):
        NetworkFeatures(NetworkClassifier(hidden=(), epochs=1)).fit(X, Y)


def test_a_held_out_part_that_cannot_be_scored_is_refused():
    with pytest.raises(TrainingError, match="the validation score is nan in epoch 1: its part has too few examples"):
        NetworkRegressor(early_stopping=True, epochs=2).fit(X[:9], Y[:9])


def test_a_function_makes_the_architecture():
    shapes = []

    def series(shape, outputs):
        shapes.append((shape, outputs))
        return Recurrent(length=shape[0], features=1, units=(4,), outputs=outputs)

    network = NetworkClassifier(series, epochs=1, random_state=0).fit(X, Y)
    assert shapes == [((4,), 3)]
    assert network.predict(X).shape == (150,)


def test_tokens_may_come_as_a_table():
    tokens = np.random.default_rng(0).integers(1, 9, (60, 4))
    labels = tokens[:, 0] > 4
    network = NetworkClassifier(
        Recurrent(length=4, tokens=9, embedding=4, units=(8,)), learning_rate=0.02, epochs=30, random_state=0
    )
    assert network.fit(tokens.astype(float), labels).score(tokens, labels) > 0.95


def test_the_same_seed_gives_the_same_network_and_another_another():
    first, second, other = (
        NetworkClassifier(random_state=seed, **QUICK | {"epochs": 2}).fit(X, Y).predict_proba(X) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
