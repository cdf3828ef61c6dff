"""Linear models from scikit-learn: what every network has to beat; imported where used."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.tasks.base import EstimatorFactory, Fitted
from benchmarks.tasks.split import Split
from impls import Array


def logistic_regression() -> Any:
    """Softmax regression with scikit-learn's default penalty, ½·‖w‖² against the summed loss."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=200)


def ridge_regression() -> Any:
    """Linear least squares with the penalty ‖w‖² against the summed squares."""
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0)


def forest() -> Any:
    """A random forest (Breiman 2001): boosting grows its trees anew for each class, which takes long for many."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=100, min_samples_leaf=2, random_state=0)


def bag_of_words() -> Any:
    """Softmax regression on the counts of words."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(CountVectorizer(), logistic_regression())


def weighted_bag_of_words() -> Any:
    """Softmax regression on the words' TF-IDF weights, each text's of norm 1; a tenth of the penalty."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=10.0, max_iter=500))


def bag_of_characters() -> Any:
    """Softmax regression on the counts of characters, whatever their order."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(CountVectorizer(analyzer="char"), logistic_regression())


def boosted_classification() -> Any:
    """Gradient boosting of trees with scikit-learn's defaults, one of each 100 trees a class."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=0)


def boosted_regression() -> Any:
    """Gradient boosting of 100 trees with scikit-learn's defaults."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(random_state=0)


#: Added to each probability of an estimator that calls classes impossible: none of its trees has seen one.
SMALLEST = 1e-3


@dataclass(frozen=True)
class Estimator:
    """A scikit-learn estimator, on the texts themselves where there are any, otherwise on the inputs, flattened."""

    make: EstimatorFactory
    implementation: str = "scikit-learn"

    def settings(self) -> str:
        return repr(self.make())

    def run(self, split: Split) -> Fitted:
        """Fit and apply it.

        A stop before convergence is no fault here: the table says what the model reached within its iterations.
        """
        from sklearn.exceptions import ConvergenceWarning

        train, test = split.texts if split.texts.train else map(_flat, (split.train_inputs, split.test_inputs))
        estimator = self.make()
        targets = split.train_targets
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            # Estimators of one number want them in a row.
            estimator.fit(train, targets[:, 0] if targets.ndim == 2 and targets.shape[1] == 1 else targets)
        last = estimator[-1] if hasattr(estimator, "steps") else estimator
        parameters = int(last.coef_.size + np.size(last.intercept_)) if hasattr(last, "coef_") else None
        if not hasattr(estimator, "decision_function") and hasattr(estimator, "predict_proba"):
            likely = np.asarray(estimator.predict_proba(test))
            return Fitted(np.log((likely + SMALLEST) / (1 + SMALLEST * likely.shape[1])), parameters)
        if not hasattr(estimator, "decision_function"):
            return Fitted(np.asarray(estimator.predict(test)).reshape(len(test), -1), parameters)
        logits = np.asarray(estimator.decision_function(test))
        if logits.ndim == 1:  # two classes: the decision is the second's logit, the first's being 0
            logits = np.column_stack([np.zeros_like(logits), logits])
        return Fitted(logits, parameters)


#: The baselines of most tasks.
LOGISTIC_REGRESSION = Estimator(logistic_regression)
RIDGE_REGRESSION = Estimator(ridge_regression)
#: Further baselines of tables and images.
FOREST = Estimator(forest)
BOOSTED_CLASSIFICATION = Estimator(boosted_classification)
BOOSTED_REGRESSION = Estimator(boosted_regression)


def _flat(inputs: Array) -> Array:
    return inputs.reshape(len(inputs), -1)
