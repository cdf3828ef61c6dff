"""A network that predicts numbers."""

from typing import Any, Literal, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from impls.estimators.architectures import ArchitectureChoice
from impls.estimators.base import NetworkEstimator
from impls.protocol import Array
from impls.spec.activations import Activation
from impls.spec.normalization import Normalization
from impls.training import Loss, Optimizer


class NetworkRegressor(RegressorMixin, NetworkEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A regressor of one or several numbers for each example.

    Targets are taken as they are: scale those that are far from 0 or 1 (`sklearn.compose.TransformedTargetRegressor`).
    For the other parameters see `NetworkEstimator`.

    Args:
        loss: "mean_squared_error", "mean_absolute_error" or "huber" (with a δ of 1).

    Attributes:
        model_: the trained `impls.Model`.
        loss_curve_: the mean training loss of each epoch.
        n_iter_: epochs trained.
        validation_scores_, best_validation_score_, best_epoch_: with early stopping: R² of the held-out part after
            each epoch, the best of them, and the epoch (from 1) whose parameters the model has.
        n_features_in_, feature_names_in_: of X.
    """

    def __init__(
        self,
        architecture: ArchitectureChoice = "mlp",
        *,
        hidden: tuple[int, ...] = (100,),
        activation: Activation = "relu",
        dropout: float = 0.0,
        normalization: Normalization | None = None,
        implementation: str = "numpy",
        loss: Literal["mean_squared_error", "mean_absolute_error", "huber"] = "mean_squared_error",
        optimizer: Optimizer = "adam",
        learning_rate: float = 1e-3,
        momentum: float = 0.9,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        rho: float = 0.9,
        epsilon: float = 1e-8,
        weight_decay: float | None = None,
        l2: float = 0.0,
        clip_norm: float | None = None,
        batch_size: int = 32,
        epochs: int = 100,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        tol: float = 1e-4,
        dtype: Literal["float32", "float64"] = "float32",
        device: str = "cpu",
        random_state: int | np.random.RandomState | None = None,
        progress: bool = False,
    ) -> None:
        super().__init__(
            architecture,
            hidden=hidden,
            activation=activation,
            dropout=dropout,
            normalization=normalization,
            implementation=implementation,
            optimizer=optimizer,
            learning_rate=learning_rate,
            momentum=momentum,
            beta_1=beta_1,
            beta_2=beta_2,
            rho=rho,
            epsilon=epsilon,
            weight_decay=weight_decay,
            l2=l2,
            clip_norm=clip_norm,
            batch_size=batch_size,
            epochs=epochs,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            patience=patience,
            tol=tol,
            dtype=dtype,
            device=device,
            random_state=random_state,
            progress=progress,
        )
        self.loss = loss

    def fit(self, X: Any, y: Any, **unsupported: Any) -> Self:
        """Train on X (examples, features), a table or array of real numbers, and y (examples,) or (examples, outputs).

        Raises:
            ValueError: X or y is not usable: missing or infinite values, other lengths.
            TypeError: sample weights are given, which no implementation takes.
            ThreefoldError: a parameter is out of range, or the training diverged.
        """
        self._refuse("fit", unsupported)
        X, targets = self._checked(X, y, reset=True)
        return self._fit(X, targets, targets.shape[1])

    def partial_fit(self, X: Any, y: Any, **unsupported: Any) -> Self:
        """Go on for one epoch over these examples.

        Raises:
            ValueError: as in `fit`, or y has another number of outputs than in the first call.
            TypeError: sample weights are given, which no implementation takes.
            ThreefoldError: a parameter is out of range, early stopping is on, or the training diverged.
        """
        self._refuse("partial_fit", unsupported)
        first = not hasattr(self, "model_")
        X, targets = self._checked(X, y, reset=first)
        if not first and targets.shape[1:] != self.model_.architecture.output_shape:
            raise ValueError(
                f"y has {targets.shape[1]} outputs, and {self.model_.architecture.output_shape[0]} in the first call"
            )
        return self._partial_fit(X, targets, targets.shape[1], first)

    def predict(self, X: Any) -> Array:
        """(examples,), or (examples, outputs) where y had columns; float64."""
        outputs = self._outputs(X).astype(np.float64)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know of it."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @property
    def _loss(self) -> Loss:
        return self.loss

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Array]:
        X, y = self._validated(X, y, reset, multi_output=True, y_numeric=True)
        if reset:
            self._flat = y.ndim == 1
        return X, self._targets(y)

    def _targets(self, y: Array) -> Array:
        return np.ascontiguousarray(y.reshape(len(y), -1), dtype=self.dtype)

    def _score(self, outputs: Array, targets: Array) -> float:
        return float(r2_score(targets, outputs))
