"""What the estimators do in every implementation; a process of each framework goes through all of it."""

import copy
import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

from impls.cnn import CNN
from impls.estimators import NetworkClassifier, NetworkFeatures, NetworkRegressor
from tests.test_project import PROJECT

#: Small and quick, and good enough for what scikit-learn's checks ask.
QUICK = {"hidden": (16,), "epochs": 40, "learning_rate": 0.01}


def estimators(implementation, **settings):
    """One of each kind."""
    return [
        NetworkClassifier(implementation=implementation, **settings),
        NetworkRegressor(implementation=implementation, **settings),
        NetworkFeatures(NetworkClassifier(implementation=implementation, **settings)),
        NetworkFeatures(NetworkRegressor(implementation=implementation, **settings)),
    ]


#: Of scikit-learn's checks, those that depend on the framework: on its sums, its copies and its randomness. The others
#: are about what is done with the arguments, which is the same code in each, and always run with NumPy.
CHECKS_OF_THE_FRAMEWORK = (
    "check_methods_subset_invariance",
    "check_methods_sample_order_invariance",
    "check_estimators_pickle",
    "check_fit_idempotent",
    "check_dict_unchanged",
)


def check_by_name(name, implementation):
    """One of scikit-learn's checks of the classifier."""
    estimator = estimators(implementation, **QUICK)[0]
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


def iris():
    """A table with names, and labels that are text."""
    data = load_iris(as_frame=True)
    return data.data, data.target.map(dict(enumerate(data.target_names)))


def classifier(implementation, **settings):
    return NetworkClassifier(implementation=implementation, random_state=0, **(QUICK | settings))


def works_in_a_pipeline_with_tables_and_text_labels(implementation):
    table, labels = iris()
    pipeline = make_pipeline(StandardScaler().set_output(transform="pandas"), classifier(implementation))
    pipeline.fit(table, labels)
    assert pipeline.score(table, labels) > 0.95
    assert list(pipeline.classes_) == ["setosa", "versicolor", "virginica"]
    network = pipeline[-1]
    assert list(network.feature_names_in_) == list(table.columns)
    assert network.n_features_in_ == 4
    assert network.n_iter_ == len(network.loss_curve_) == 40
    assert network.loss_curve_[-1] < 0.2 * network.loss_curve_[0]
    probabilities = pipeline.predict_proba(table)
    assert np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-12)
    assert (pipeline.predict(table) == pipeline.classes_[probabilities.argmax(axis=1)]).all()
    assert np.allclose(np.exp(pipeline.predict_log_proba(table)), probabilities)
    reordered = table[table.columns[::-1]]
    with pytest.raises(ValueError, match="feature names"):
        pipeline.predict(reordered)


def works_in_searches_scores_and_importances(implementation):
    table, labels = iris()
    pipeline = make_pipeline(StandardScaler(), classifier(implementation, epochs=15))
    grid = {"networkclassifier__hidden": [(), (16,)], "networkclassifier__learning_rate": [1e-6, 0.02]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(table, labels)
    assert search.best_params_["networkclassifier__learning_rate"] == 0.02
    assert search.best_score_ > 0.9
    assert search.best_estimator_[-1].model_.architecture.hidden == search.best_params_["networkclassifier__hidden"]
    scores = cross_val_score(search.best_estimator_, table, labels, cv=2)
    assert scores.min() > 0.85
    importance = permutation_importance(search.best_estimator_, table, labels, n_repeats=2, random_state=0)
    assert set(np.argsort(importance.importances_mean)[-2:]) == {2, 3}, "petals tell irises apart"


def copies_and_pickles_predict_and_go_on_alike(implementation):
    table, labels = iris()
    network = classifier(implementation, dropout=0.2, epochs=3).fit(table, labels)
    expected = network.predict_proba(table)
    copies = [copy.deepcopy(network), pickle.loads(pickle.dumps(network))]
    for each in copies:
        assert np.array_equal(each.predict_proba(table), expected)
    network.partial_fit(table, labels)
    for each in copies:
        assert not np.array_equal(each.predict_proba(table), network.predict_proba(table))
        each.partial_fit(table, labels)
        assert np.array_equal(each.predict_proba(table), network.predict_proba(table))
    fresh = clone(network)
    assert fresh.get_params() == network.get_params()
    assert not hasattr(fresh, "model_")


def pickles_are_opened_in_a_fresh_process(implementation):
    """Which has imported nothing yet, and whose user prefers another back end of Keras."""
    table, labels = iris()
    network = classifier(implementation, epochs=1).fit(table.to_numpy(), labels)
    script = (
        "import pickle, sys; network, inputs = pickle.load(sys.stdin.buffer); "
        "sys.stdout.buffer.write(pickle.dumps(network.predict_proba(inputs)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps((network, table.to_numpy())),
        env=os.environ | {"PYTHONPATH": str(PROJECT), "KERAS_BACKEND": "none"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert np.array_equal(pickle.loads(done.stdout), network.predict_proba(table.to_numpy()))


def partial_fits_are_epochs(implementation):
    table, labels = iris()
    network = classifier(implementation)
    numbers = table.to_numpy()
    for start in (0, 50, 100, 0, 50, 100):  # each part has one class alone
        part = slice(start, start + 50)
        network.partial_fit(numbers[part], labels[part], classes=np.unique(labels))
    assert network.n_iter_ == len(network.loss_curve_) == 6
    assert list(network.classes_) == ["setosa", "versicolor", "virginica"]
    whole, parts = classifier(implementation, epochs=4).fit(table, labels), classifier(implementation)
    for _ in range(4):
        parts.partial_fit(table, labels)
    assert np.array_equal(parts.predict_proba(table), whole.predict_proba(table))
    with pytest.raises(ValueError, match="'tulip', which is not among the classes"):
        network.partial_fit(numbers[:1], ["tulip"])


def early_stopping_keeps_the_best_epoch(implementation):
    table, labels = iris()
    settings = {"early_stopping": True, "validation_fraction": 0.3, "patience": 4, "epochs": 60, "batch_size": 8}
    network = classifier(implementation, **settings).fit(table, labels)
    scores = network.validation_scores_
    assert network.n_iter_ == len(scores) < 60
    assert scores[network.best_epoch_ - 1] == network.best_validation_score_ == max(scores)
    assert network.n_iter_ == network.best_epoch_ + 4
    # The parameters are the best epoch's: with as many epochs and no more, the same network.
    shorter = classifier(implementation, **settings | {"epochs": network.best_epoch_}).fit(table, labels)
    assert np.array_equal(shorter.predict_proba(table), network.predict_proba(table))


def regressors_predict_one_or_several_numbers(implementation):
    table, target = load_diabetes(return_X_y=True, as_frame=True)
    network = NetworkRegressor(implementation=implementation, random_state=0, **QUICK)
    scaled = TransformedTargetRegressor(make_pipeline(StandardScaler(), network), transformer=StandardScaler())
    assert scaled.fit(table, target).score(table, target) > 0.5
    both = np.stack([table["bmi"], -table["bmi"]], axis=1)
    two = clone(network).fit(table, both)
    assert two.predict(table).shape == both.shape
    assert clone(network).fit(table, both[:, 0]).predict(table).shape == (len(table),)


def features_are_a_layers_outputs(implementation):
    table, labels = iris()
    features = NetworkFeatures(classifier(implementation)).set_output(transform="pandas")
    frame = features.fit(table, labels).transform(table)
    assert frame.shape == (150, 16)
    assert list(frame.columns[:2]) == [f"{features.layer_}_0", f"{features.layer_}_1"]
    assert features.layer_ == "activation_0"
    assert (frame.to_numpy() >= 0).all(), "after a ReLU"
    parameters = features.estimator_.model_.parameters()
    logits = frame.to_numpy() @ parameters["output/kernel"] + parameters["output/bias"]
    assert (features.estimator_.classes_[logits.argmax(axis=1)] == features.estimator_.predict(table)).all()
    frozen = NetworkFeatures(FrozenEstimator(features.estimator_), layer="hidden_0")
    pipeline = make_pipeline(frozen, LogisticRegression(max_iter=2000)).fit(table, labels)
    assert pipeline.score(table, labels) > 0.95
    assert (pipeline[0].transform(table) < 0).any(), "before the ReLU"


def rows_of_a_table_are_cut_into_images(implementation):
    generator = np.random.default_rng(0)
    images = generator.standard_normal((40, 6, 6, 1))
    labels = (images[:, :3].mean(axis=(1, 2, 3)) > images[:, 3:].mean(axis=(1, 2, 3))).astype(int)
    cnn = CNN(inputs=(6, 6, 1), channels=(4,), outputs=10)
    settings = {"implementation": implementation, "epochs": 2, "random_state": 0}
    by_image = NetworkClassifier(cnn, **settings).fit(images, labels)
    assert by_image.model_.architecture.outputs == 2
    by_row = NetworkClassifier(cnn, **settings).fit(pd.DataFrame(images.reshape(40, -1)), labels)
    assert np.array_equal(by_image.predict_proba(images), by_row.predict_proba(pd.DataFrame(images.reshape(40, -1))))


BEHAVIOUR = (
    works_in_a_pipeline_with_tables_and_text_labels,
    works_in_searches_scores_and_importances,
    copies_and_pickles_predict_and_go_on_alike,
    pickles_are_opened_in_a_fresh_process,
    partial_fits_are_epochs,
    early_stopping_keeps_the_best_epoch,
    regressors_predict_one_or_several_numbers,
    features_are_a_layers_outputs,
    rows_of_a_table_are_cut_into_images,
)
