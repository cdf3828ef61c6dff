"""The estimators in PyTorch: scikit-learn's checks that a framework can fail, and what every implementation does."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators.behaviour import (
    BEHAVIOUR,
    CHECKS_OF_THE_FRAMEWORK,
    QUICK,
    check_by_name,
    estimators,
    pickles_are_opened_in_a_fresh_process,
)


@pytest.mark.nightly
@parametrize_with_checks(estimators("torch", **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", CHECKS_OF_THE_FRAMEWORK)
def test_checks_that_depend_on_the_framework(name):
    check_by_name(name, "torch")


@pytest.mark.parametrize(
    "behaviour",
    [
        # Always with JAX, for which the process has to choose the back end.
        pytest.param(each, marks=pytest.mark.nightly) if each is pickles_are_opened_in_a_fresh_process else each
        for each in BEHAVIOUR
    ],
    ids=named,
)
def test_behaviour(behaviour):
    behaviour("torch")
