"""An estimator in Keras on JAX: its pickle needs the back end that the process has which opens it."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators import behaviour as shared
from tests.impls.estimators.behaviour import BEHAVIOUR, QUICK, estimators


@pytest.mark.nightly  # two starts of JAX; copies are in the contract, and the same pickles are opened on TensorFlow
def test_pickles_are_opened_in_a_fresh_process():
    shared.pickles_are_opened_in_a_fresh_process("keras-jax")


@pytest.mark.nightly
@parametrize_with_checks(estimators("keras-jax", **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.nightly
@pytest.mark.parametrize("behaviour", BEHAVIOUR, ids=named)
def test_behaviour(behaviour):
    behaviour("keras-jax")
