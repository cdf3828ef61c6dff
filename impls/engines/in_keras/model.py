"""A Keras network as a `Model`: steps, parameters, device."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Literal, TypeAlias

import keras
import numpy as np

from impls.engines import Implementation
from impls.engines.decoding import Decoding
from impls.engines.in_keras.backends import Parts, find_backend, keeps_float64
from impls.engines.in_keras.decoding import KerasDecoder
from impls.engines.in_keras.layers.bidirectional import in_order
from impls.engines.in_keras.layers.dropout import Dropout, dropout_masks
from impls.engines.in_keras.losses import mean_loss
from impls.engines.in_keras.optimizers import OPTIMIZERS
from impls.engines.in_keras.parameters import load_arrays, named_arrays, named_variables, to_array
from impls.engines.state import Copyable, open_state, seal_state
from impls.engines.validation import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
    counted_targets,
)
from impls.errors import ImplementationError
from impls.protocol import Array, Batch, Masks, Parameters
from impls.spec.architecture import Architecture
from impls.training import Training

#: An architecture's network.
NetworkClass: TypeAlias = Callable[[Architecture], keras.Model]

#: Batches that one compiled call takes: enough for its own cost to vanish, few enough to copy a large epoch in parts.
STEPS_PER_CALL = 128


class KerasModel(Copyable, Decoding):
    """`impls.protocol.Model` in Keras 3, on whichever backend this process has."""

    def __init__(
        self,
        implementation: Implementation,
        architecture: Architecture,
        network: NetworkClass,
        training: Training,
        device: str,
        dtype: str,
        seed: int,
    ) -> None:
        self.architecture = architecture
        self.implementation = implementation.name
        self.training = training
        self.device = device
        self.dtype = dtype
        self.seed = seed
        self.backend = find_backend()
        if dtype == "float64" and not keeps_float64():
            raise ImplementationError(
                f"implementation {implementation.name!r}: Keras {keras.__version__} rounds float64 to float32 on this "
                "backend; give dtype='float32', or install the keras of constraints.txt"
            )
        self.backend.prepare_device(device)
        with self.backend.on_device(device), _layer_defaults(dtype), _zeros_to_start_from():
            self.network = network(architecture)
            self.variables = named_variables(architecture, self.network)
            trainable = [self.variables[name] for name, spec in architecture.parameters().items() if spec.trainable]
            self.optimizer = {**OPTIMIZERS, **self.backend.OPTIMIZERS}[training.optimizer](training)
            self.optimizer.build(trainable)
        self.dropouts: dict[str, Dropout] = {name: self.network.get_layer(name) for name in architecture.dropouts()}
        masks = {name: np.ones((1, *shape), dtype) for name, shape in architecture.dropouts().items()}
        batch = _one_example(architecture, training, dtype)
        loss, source_length = mean_loss(training), sum(field.length for field in architecture.fields[:-1])
        parts = Parts(self.network, trainable, self.dropouts, loss, self.optimizer, batch, masks, source_length)
        self.programs = self.backend.make_programs(parts, device, compiler=implementation.name.partition("+")[2])

    def parameters(self) -> Parameters:
        return named_arrays(self.variables, self.variables)

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        self._start_from(check_parameters(self.architecture, parameters, self.dtype))

    def _start_from(self, checked: Parameters) -> None:
        load_arrays(self.variables, checked)
        self.optimizer.reset()
        for index, layer in enumerate(self.dropouts.values()):
            layer.reseed(self.seed, index)

    def training_state(self) -> dict[str, Array]:
        return seal_state(self, self.parameters(), {name: to_array(each) for name, each in self._memory().items()})

    def resume(self, state: Mapping[str, Array]) -> None:
        parameters, others = open_state(self, state)
        self._start_from(check_parameters(self.architecture, parameters, self.dtype, diverged=True))
        for name, variable in self._memory().items():
            variable.assign(np.array(others[name]))  # a copy, as in `load_arrays`

    def train_step(self, batch: Batch) -> float:
        return self.programs.train_step(check_batch(self.architecture, self.training, batch, self.dtype))

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        losses: list[float] = []
        for _, alike in groupby(checked, key=lambda batch: len(batch.inputs)):
            losses += self._train_steps(list(alike))
        weights = [counted_targets(self.architecture, self.training, batch) for batch in checked]
        with np.errstate(all="ignore"):
            return float(np.average(losses, weights=weights))

    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        checked = check_batch(self.architecture, self.training, batch, self.dtype)
        if masks is not None and masks != "draw":
            masks = check_masks(self.architecture, masks, len(checked.inputs), self.dtype)
        loss, gradients = self.programs.loss_and_gradients(checked, masks)
        trainable = (name for name, spec in self.architecture.parameters().items() if spec.trainable)
        return loss, named_arrays(self.variables, dict(zip(trainable, gradients, strict=True)))

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        checked = check_inputs(self.architecture, inputs, self.dtype)
        size = check_batch_size(batch_size, len(checked))
        parts = [self.programs.predict(part) for part in np.split(checked, range(size, len(checked), size))]
        return np.concatenate(parts)

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        checked = check_inputs(self.architecture, inputs, self.dtype)
        hidden = keras.layers.InputLayer | Dropout
        shown = {layer.name: _output(layer) for layer in self.network.layers if not isinstance(layer, hidden)}
        network = keras.Model(self.network.inputs, shown)
        with self.backend.on_device(self.device), keras.StatelessScope(), dropout_masks(self.dropouts, None):
            outputs = network([checked], training=training)
            return {name: to_array(outputs[name]) for name in shown}  # some back ends sort them by name

    def synchronize(self) -> None:
        self.programs.synchronize()

    def _make_decoder(self, sources: Array) -> KerasDecoder:
        return KerasDecoder(self.programs, sources)

    def _memory(self) -> dict[str, Any]:
        """The variables besides the network's that a training moves: the optimizer's and the dropout generators'."""
        optimizer = {f"optimizer/{index}": variable for index, variable in enumerate(self.optimizer.variables)}
        return optimizer | {f"generator/{name}": layer.seed_generator.state for name, layer in self.dropouts.items()}

    def _train_steps(self, batches: list[Batch]) -> list[float]:
        """Updates with batches of one size; returns their losses."""
        losses: list[float] = []
        for start in range(0, len(batches), STEPS_PER_CALL):
            call = batches[start : start + STEPS_PER_CALL]
            # One step alone has its own function, which is compiled sooner.
            losses += [self.programs.train_step(call[0])] if len(call) == 1 else self.programs.train_steps(call)
        return losses


def _output(layer: keras.layers.Layer) -> Any:
    """A layer's output by position, without last states."""
    return in_order(layer, layer.output[0]) if isinstance(layer, keras.layers.RNN) else layer.output


@contextmanager
def _layer_defaults(dtype: str) -> Iterator[None]:
    """What Keras takes for layers that are made while the context lasts, whatever its user has configured."""
    policy, data_format = keras.config.dtype_policy(), keras.config.image_data_format()
    keras.config.set_dtype_policy(dtype)
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
        keras.config.set_image_data_format(data_format)


@contextmanager
def _zeros_to_start_from() -> Iterator[None]:
    """Let layers that are made while the context lasts begin with zeros in place of draws.

    `load_parameters` brings the starting weights. Drawing others first would compile a generator for each shape of a
    kernel on JAX, a second or two for a network. Other constants stay what they are.
    """
    add_weight = keras.Layer.add_weight

    def add_zeros(layer: keras.Layer, shape: Any = None, initializer: Any = None, **settings: Any) -> Any:
        return add_weight(layer, shape, initializer=_zeros if _may_be_zeros(initializer) else initializer, **settings)

    keras.Layer.add_weight = add_zeros
    try:
        yield
    finally:
        keras.Layer.add_weight = add_weight


def _zeros(shape: tuple[int, ...], dtype: str) -> Array:
    return np.zeros(shape, dtype)


def _may_be_zeros(initializer: Any) -> bool:
    """Whether it gives zeros, or random numbers, as Keras's own do that have a seed and a layer's that names none."""
    known = keras.initializers.get(initializer)
    return known is None or hasattr(known, "seed") or isinstance(known, keras.initializers.Zeros)


def _one_example(architecture: Architecture, training: Training, dtype: str) -> Batch:
    inputs = np.zeros((1, *architecture.input_shape), np.int64 if architecture.fields else dtype)
    if training.loss == "softmax_cross_entropy":
        return Batch(inputs, np.zeros((1, *architecture.output_shape[:-1]), np.int64))
    return Batch(inputs, np.zeros((1, *architecture.output_shape), dtype))
