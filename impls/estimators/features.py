"""A layer's outputs as features for other estimators."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from impls.errors import ArchitectureError
from impls.estimators.base import NetworkEstimator, in_blocks
from impls.protocol import Array, ShowsLayers


class NetworkFeatures(TransformerMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Trains a network on X and y, and transforms X to what one of its layers makes of it.

    Args:
        estimator: a `NetworkClassifier` or `NetworkRegressor`, of which a clone is trained; one that is trained already
            is used as it is in a `sklearn.frozen.FrozenEstimator`.
        layer: the layer's name, such as "hidden_0" or "activation_1" (`layer_names_` lists them); None is the last one
            before the output layer, dropout left out.
        random_state: given, it takes the place of the estimator's.

    Attributes:
        estimator_: the trained network.
        layer_: the layer's name.
        layer_names_: of all layers, in forward order.
        n_features_in_, feature_names_in_: of X.
    """

    estimator_: NetworkEstimator

    def __init__(
        self,
        estimator: NetworkEstimator,
        *,
        layer: str | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.layer = layer
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Train a clone of the estimator.

        Raises:
            ArchitectureError: the network has no such layer.
            ValueError, TypeError, ThreefoldError: as the estimator's `fit`.
        """
        estimator = clone(self.estimator)
        if self.random_state is not None:
            estimator.set_params(random_state=self.random_state)
        self.estimator_ = estimator.fit(X, y)
        self.n_features_in_ = self.estimator_.n_features_in_
        if hasattr(self.estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.estimator_.feature_names_in_
        _, outputs = next(self._blocks(self.estimator_._network_inputs(X)[:1]))
        self.layer_names_ = list(outputs)
        if self.layer is None and len(outputs) == 1:
            raise ArchitectureError("the network has no layer before its output layer; give hidden=(100,), say")
        self.layer_ = self.layer_names_[-2] if self.layer is None else self.layer
        if self.layer_ not in outputs:
            raise ArchitectureError(f"layer={self.layer!r} is unknown; there are {', '.join(outputs)}")
        self._n_features_out = int(np.prod(outputs[self.layer_].shape[1:]))
        return self

    def transform(self, X: Any) -> Array:
        """The layer's outputs for each example, flattened: (examples, features), of the network's dtype."""
        check_is_fitted(self)
        parts = self._blocks(self.estimator_._network_inputs(X))
        outputs = np.concatenate([part[self.layer_][:examples] for examples, part in parts])
        return outputs.reshape(len(outputs), -1)

    def get_feature_names_out(self, input_features: Any = None) -> Array:  # noqa: ARG002 (the layer's own are new)
        """The layer's name with a number: (features,)."""
        check_is_fitted(self)
        return np.asarray([f"{self.layer_}_{index}" for index in range(self._n_features_out)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know of it."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _blocks(self, inputs: Array) -> Iterator[tuple[int, dict[str, Array]]]:
        """Of the network's own inputs, block by block: how many examples count, and every layer's outputs."""
        model = self.estimator_.model_
        if not isinstance(model, ShowsLayers):
            raise ArchitectureError(f"implementation {model.implementation!r} shows no layers; take 'numpy'")
        return in_blocks(model.layer_outputs, inputs)
