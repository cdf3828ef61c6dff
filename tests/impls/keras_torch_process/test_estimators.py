"""An estimator in Keras on PyTorch: scikit-learn's checks, and what every implementation does.

All of it runs nightly; always, what depends on the back end: copies and pickles.
"""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators import behaviour as shared
from tests.impls.estimators.behaviour import BEHAVIOUR, QUICK, estimators

IMPLEMENTATION = "keras-torch"


def test_copies_and_pickles():
    shared.copies_and_pickles_predict_and_go_on_alike(IMPLEMENTATION)


@pytest.mark.nightly
@parametrize_with_checks(estimators(IMPLEMENTATION, **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.nightly
@pytest.mark.parametrize("behaviour", BEHAVIOUR, ids=named)
def test_behaviour(behaviour):
    behaviour(IMPLEMENTATION)
