"""The estimators in Keras: scikit-learn's checks, of which a few run always, and what every implementation does.

A network's graphs are traced anew at each fit, a second or two: all checks of all estimators take minutes.
"""

import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators import behaviour as shared
from tests.impls.estimators.behaviour import BEHAVIOUR, QUICK, estimators


@pytest.mark.nightly
@parametrize_with_checks(estimators("keras-tensorflow", **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


#: What depends on the framework: its sums, its copies and its randomness.
ALWAYS = (
    "check_methods_subset_invariance",
    "check_methods_sample_order_invariance",
    "check_estimators_pickle",
    "check_fit_idempotent",
    "check_dict_unchanged",
)


@pytest.mark.parametrize("name", ALWAYS)
def test_checks_that_depend_on_the_framework(name):
    estimator = estimators("keras-tensorflow", **QUICK)[0]
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


#: What scikit-learn does with an estimator is the same in each framework, and is tested with NumPy and PyTorch; how a
#: fresh process opens a pickle is tested with JAX, for which it has to choose the back end.
SLOW = (
    shared.works_in_searches_scores_and_importances,
    shared.regressors_predict_one_or_several_numbers,
    shared.pickles_are_opened_in_a_fresh_process,
)


@pytest.mark.parametrize("behaviour", [each for each in BEHAVIOUR if each not in SLOW], ids=named)
def test_behaviour(behaviour):
    behaviour("keras-tensorflow")


@pytest.mark.nightly
@pytest.mark.parametrize("behaviour", SLOW, ids=named)
def test_slow_behaviour(behaviour):
    behaviour("keras-tensorflow")
