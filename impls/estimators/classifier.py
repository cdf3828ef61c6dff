"""A network that names classes."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import column_or_1d

from impls.estimators.base import NetworkEstimator
from impls.protocol import Array
from impls.training import Loss


class NetworkClassifier(ClassifierMixin, NetworkEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier of one label for each example, trained on the softmax cross-entropy of its logits.

    For the parameters see `NetworkEstimator`.

    Attributes:
        classes_: (classes,), sorted.
        model_: the trained `impls.Model`.
        loss_curve_: the mean training loss of each epoch.
        n_iter_: epochs trained.
        validation_scores_, best_validation_score_, best_epoch_: with early stopping: the accuracy of the held-out part
            after each epoch, the best of them, and the epoch (from 1) whose parameters the model has.
        n_features_in_, feature_names_in_: of X.
    """

    classes_: Array

    _loss: Loss = "softmax_cross_entropy"

    def fit(self, X: Any, y: Any, **unsupported: Any) -> Self:
        """Train on X (examples, features), a table or array of real numbers, and labels y (examples,).

        Raises:
            ValueError: X or y is not usable: missing or infinite values, continuous labels, other lengths.
            TypeError: sample weights are given, which no implementation takes.
            ThreefoldError: a parameter is out of range, or the training diverged.
        """
        self._refuse("fit", unsupported)
        X, y = self._checked(X, y, reset=True)
        self.classes_ = unique_labels(y)
        return self._fit(X, self._targets(y), len(self.classes_))

    def partial_fit(self, X: Any, y: Any, classes: Any = None, **unsupported: Any) -> Self:
        """Go on for one epoch over these examples.

        Args:
            X: (examples, features).
            y: (examples,).
            classes: all labels that will ever come; the first call needs them, unless y has them all.
            **unsupported: refused.

        Raises:
            ValueError: as in `fit`, or a label is none of the classes.
            TypeError: sample weights are given, which no implementation takes.
            ThreefoldError: a parameter is out of range, early stopping is on, or the training diverged.
        """
        self._refuse("partial_fit", unsupported)
        first = not hasattr(self, "model_")
        X, y = self._checked(X, y, reset=first)
        if first:
            self.classes_ = unique_labels(y if classes is None else classes)
        elif classes is not None and not np.array_equal(self.classes_, unique_labels(classes)):
            raise ValueError(f"classes={classes!r} are not those of the first call to partial_fit, {self.classes_}")
        if unknown := set(np.unique(y)) - set(self.classes_):
            raise ValueError(f"y holds {str(next(iter(unknown)))!r}, which is not among the classes {self.classes_}")
        return self._partial_fit(X, self._targets(y), len(self.classes_), first)

    def predict(self, X: Any) -> Array:
        """The most probable label of each example: (examples,)."""
        best = self._outputs(X).argmax(axis=1)
        labels: Array = self.classes_[best]
        return labels

    def predict_proba(self, X: Any) -> Array:
        """Each class's probability, in the order of `classes_`: (examples, classes), float64; rows sum to 1."""
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, finite where a probability underflows."""
        logits = self._outputs(X).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        log_probabilities: Array = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return log_probabilities

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Array]:
        X, y = self._validated(X, y, reset)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        return X, y

    def _targets(self, y: Array) -> Array:
        return np.searchsorted(self.classes_, y)

    def _score(self, outputs: Array, targets: Array) -> float:
        return float((outputs.argmax(axis=1) == targets).mean())

    def _stratification(self, targets: Array) -> Array:
        return targets
