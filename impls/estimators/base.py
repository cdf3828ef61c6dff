"""What the estimators share: parameters, validation of the data, training, and outputs."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, NoReturn, Self, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

from impls.building import build
from impls.errors import TrainingError
from impls.estimators.architectures import MLP_DEFAULTS, ArchitectureChoice, as_inputs, chosen_architecture
from impls.fitting import fit
from impls.protocol import Array, Model
from impls.spec.activations import Activation
from impls.spec.normalization import Normalization
from impls.training import Loss, Optimizer, Training

#: Examples that are predicted in one call. A call always has this many (the last one is filled up), since products of
#: other sizes are summed in another order, and an example's outputs would depend on its neighbours in the last digit.
BLOCK = 128

Outputs = TypeVar("Outputs")


class StoredModel(NamedTuple):
    """A model in a pickle."""

    #: The arguments of `build`.
    built_from: tuple[Any, ...]
    training_state: dict[str, Array]

    def restored(self) -> Model:
        """The model, which goes on where it stood."""
        model = build(*self.built_from)
        model.resume(self.training_state)  # type: ignore[attr-defined]  # every implementation of ours is `Resumes`
        return model


class NetworkEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type information
    """Base of `NetworkClassifier` and `NetworkRegressor`.

    Parameters of the same names are those of `impls.mlp.MLP`, for architecture "mlp" (hidden, activation, dropout,
    normalization), and of the update, `impls.Training` (optimizer, learning_rate, momentum, beta_1, beta_2, rho,
    epsilon, weight_decay, l2, clip_norm). The others are:

    Args:
        architecture: "mlp"; an architecture such as `CNN(inputs=(8, 8, 1), channels=(16,))`, whose `outputs` is set to
            the number of classes or targets; or a function of (shape of an example, outputs) that makes one. X may be
            a table in each case: its rows are cut into the architecture's shape.
        implementation: a name of `impls.implementations`.
        batch_size: examples of an update.
        epochs: how often each example is seen; at most, with early stopping.
        early_stopping: whether to hold out a part of the examples, score it after each epoch (accuracy, or R²), stop
            when it has not improved for long, and take the parameters of the best epoch.
        validation_fraction: the share that is held out then, drawn at random (of each class alike).
        patience: the epochs in a row without improvement after which it stops.
        tol: an improvement is more than this.
        dtype: "float32" or "float64".
        device: "cpu" or "cuda".
        random_state: of starting weights, dropout, order of the examples and held-out part; a number gives the same
            starting weights and batches in every implementation.
        progress: whether `fit` shows a bar.
    """

    #: Set by `fit`.
    model_: Model
    n_features_in_: int

    def __init__(
        self,
        architecture: ArchitectureChoice = "mlp",
        *,
        hidden: tuple[int, ...] = (100,),
        activation: Activation = "relu",
        dropout: float = 0.0,
        normalization: Normalization | None = None,
        implementation: str = "numpy",
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
        self.architecture = architecture
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
        self.normalization = normalization
        self.implementation = implementation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.rho = rho
        self.epsilon = epsilon
        self.weight_decay = weight_decay
        self.l2 = l2
        self.clip_norm = clip_norm
        self.batch_size = batch_size
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.tol = tol
        self.dtype = dtype
        self.device = device
        self.random_state = random_state
        self.progress = progress

    @property
    @abstractmethod
    def _loss(self) -> Loss:
        """The loss to train with."""

    @abstractmethod
    def _targets(self, y: Array) -> Array:
        """Checked y as the loss takes it."""

    @abstractmethod
    def _score(self, outputs: Array, targets: Array) -> float:
        """Of the held-out part; the higher the better."""

    def _stratification(self, targets: Array) -> Array | None:  # noqa: ARG002 (a classifier has one)
        """What the held-out part has like shares of."""
        return None

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled and copied: in the model's place, what it is built from and the state of its training.

        A process that opens the pickle then loads the framework as `build` does, Keras with the right back end.
        """
        state: dict[str, Any] = dict(super().__getstate__())
        model = state.get("model_")
        if isinstance(model, Model):
            built_from = (
                model.architecture, model.implementation, model.training, model.device, model.dtype, self._seed,
            )  # fmt: skip
            state["model_"] = StoredModel(built_from, model.training_state())  # type: ignore[attr-defined]  # Resumes
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        stored = state.get("model_")
        if isinstance(stored, StoredModel):
            state = state | {"model_": stored.restored()}
        super().__setstate__(state)

    def _fit(self, inputs: Array, targets: Array, outputs: int) -> Self:
        """Start afresh, and train for all epochs."""
        self._start(inputs, outputs)
        inputs = as_inputs(inputs, self.model_.architecture, self.dtype)
        validation = None
        if self.early_stopping:
            if not 0.0 < self.validation_fraction < 1.0:
                raise TrainingError(
                    f"validation_fraction={self.validation_fraction!r} is not possible; give a number between 0 and 1"
                )
            inputs, held_inputs, targets, held_targets = train_test_split(
                inputs,
                targets,
                test_size=self.validation_fraction,
                stratify=self._stratification(targets),
                random_state=int(self._generator.integers(2**31)),
            )
            validation = held_inputs, held_targets
        history = fit(
            self.model_,
            inputs,
            targets,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=self._generator,
            validation=validation,
            score=self._score,
            patience=self.patience if self.early_stopping else None,
            tolerance=self.tol,
            progress=self.progress,
        )
        self.loss_curve_ = history.losses
        self.n_iter_ = len(history.losses)
        if self.early_stopping:
            self.validation_scores_ = history.scores
            self.best_validation_score_ = max(history.scores)
            self.best_epoch_ = history.best_epoch
        return self

    def _partial_fit(self, inputs: Array, targets: Array, outputs: int, first: bool) -> Self:
        """One epoch over these examples; `first` starts afresh."""
        if self.early_stopping:
            raise TrainingError(
                f"{type(self).__name__}.partial_fit has no part to hold out; set early_stopping=False, or call fit"
            )
        if first:
            self._start(inputs, outputs)
            self.loss_curve_, self.n_iter_ = [], 0
        history = fit(
            self.model_,
            as_inputs(inputs, self.model_.architecture, self.model_.dtype),
            targets,
            epochs=1,
            batch_size=self.batch_size,
            seed=self._generator,
        )
        self.loss_curve_ = [*self.loss_curve_, *history.losses]
        self.n_iter_ += 1
        return self

    def _start(self, inputs: Array, outputs: int) -> None:
        """A new model and a new order of examples, both from `random_state`."""
        settings = {name: getattr(self, name) for name in MLP_DEFAULTS}
        architecture = chosen_architecture(self.architecture, settings, inputs.shape[1:], outputs)
        random = check_random_state(self.random_state)
        seeds = random.randint(np.iinfo(np.int32).max, size=2)
        recipe = self._training()
        self._seed = int(seeds[0])
        self.model_ = build(architecture, self.implementation, recipe, self.device, self.dtype, self._seed)
        self._generator = np.random.default_rng(seeds[1])

    def _training(self) -> Training:
        return Training(
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            loss=self._loss,
            momentum=self.momentum,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            rho=self.rho,
            epsilon=self.epsilon,
            weight_decay=self.weight_decay,
            l2=self.l2,
            clip_norm=self.clip_norm,
        )

    def _validated(self, X: Any, y: Any, reset: bool, **y_settings: Any) -> tuple[Array, Array]:
        """X and y as arrays; `reset` records how many features there are and what they are called."""
        return validate_data(  # type: ignore[no-any-return]  # scikit-learn has no types
            self, X, y, reset=reset, dtype=self._dtypes(), allow_nd=self.architecture != "mlp", **y_settings
        )

    def _network_inputs(self, X: Any) -> Array:
        """X as the fitted network takes it."""
        check_is_fitted(self)
        checked = validate_data(self, X, reset=False, dtype=self._dtypes(), allow_nd=self.architecture != "mlp")
        return as_inputs(checked, self.model_.architecture, self.model_.dtype)

    def _dtypes(self) -> list[Any]:
        """What X may have; else it is converted to the first."""
        return [np.float32 if self.dtype == "float32" else np.float64]

    def _outputs(self, X: Any) -> Array:
        """The network's outputs (examples, outputs); of an example the same whatever the others are."""
        inputs = self._network_inputs(X)
        return np.concatenate([outputs[:examples] for examples, outputs in in_blocks(self.model_.predict, inputs)])

    def _refuse(self, method: str, unsupported: dict[str, Any]) -> None:
        """Say why what was given cannot be used."""
        if "sample_weight" in unsupported:
            _refuse_weights(f"{type(self).__name__}.{method}")
        if unsupported:
            raise TypeError(f"{type(self).__name__}.{method} takes no argument {next(iter(unsupported))!r}")


def in_blocks(function: Callable[[Array], Outputs], inputs: Array) -> Iterator[tuple[int, Outputs]]:
    """What the function makes of each `BLOCK` of examples, with how many of them count."""
    for start in range(0, len(inputs), BLOCK):
        block = inputs[start : start + BLOCK]
        filling = np.repeat(block[:1], BLOCK - len(block), axis=0)
        yield len(block), function(np.concatenate([block, filling]) if len(filling) else block)


def _refuse_weights(where: str) -> NoReturn:
    raise TypeError(
        f"{where} takes no sample_weight: the loss is the plain mean over examples in every implementation; "
        "repeat or resample examples instead"
    )
