"""The estimators in PyTorch: scikit-learn's checks, and what every implementation does."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators.behaviour import BEHAVIOUR, QUICK, estimators


@parametrize_with_checks(estimators("torch", **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("behaviour", BEHAVIOUR, ids=named)
def test_behaviour(behaviour):
    behaviour("torch")
