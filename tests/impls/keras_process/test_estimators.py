"""The estimators in Keras: scikit-learn's checks, of which a few run always, and what every implementation does.

A network's graphs are traced anew at each fit, a second or two: all checks of all estimators take minutes.
"""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.impls.answers import named
from tests.impls.estimators import behaviour as shared
from tests.impls.estimators.behaviour import BEHAVIOUR, CHECKS_OF_THE_FRAMEWORK, QUICK, check_by_name, estimators


@pytest.mark.nightly
@parametrize_with_checks(estimators("keras-tensorflow", **QUICK))
def test_check_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", CHECKS_OF_THE_FRAMEWORK)
def test_checks_that_depend_on_the_framework(name):
    check_by_name(name, "keras-tensorflow")


#: What scikit-learn does with an estimator is the same in each framework, and is tested with NumPy and PyTorch; how a
#: fresh process opens a pickle is tested with JAX, for which it has to choose the back end.
SLOW = (
    shared.works_in_a_pipeline_with_tables_and_text_labels,
    shared.rows_of_a_table_are_cut_into_images,
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
