"""A Keras network as a `Model`: steps, parameters, device."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Literal, TypeAlias

import keras
import numpy as np

from impls.architecture import Architecture
from impls.engines import Implementation
from impls.engines.checking import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
)
from impls.engines.in_keras.backends import Parts, find_backend
from impls.engines.in_keras.layers import Dropout, dropout_masks
from impls.engines.in_keras.losses import mean_loss
from impls.engines.in_keras.optimizers import OPTIMIZERS
from impls.engines.in_keras.parameters import load_arrays, named_variables, to_array
from impls.protocol import Array, Batch, Masks, Parameters
from impls.training import Training

#: An architecture's network.
NetworkClass: TypeAlias = Callable[[Architecture], keras.Sequential]

#: Batches that one compiled call takes: enough for its own cost to vanish, few enough to copy a large epoch in parts.
STEPS_PER_CALL = 128


class KerasModel:
    """`impls.protocol.Model` in Keras 3, on whichever backend this process has."""

    def __init__(
        self,
        found: Implementation,
        architecture: Architecture,
        network: NetworkClass,
        training: Training,
        device: str,
        dtype: str,
        seed: int,
    ) -> None:
        self.architecture = architecture
        self.implementation = found.name
        self.training = training
        self.device = device
        self.dtype = dtype
        self.seed = seed
        self.backend = find_backend()
        self.backend.prepare_device(device)
        with self.backend.on_device(device), _layer_defaults(dtype):
            self.network = network(architecture)
            self.network.build((None, *architecture.input_shape))
            self.variables = named_variables(architecture, self.network)
            trainable = [self.variables[name] for name, spec in architecture.parameters().items() if spec.trainable]
            self.optimizer = {**OPTIMIZERS, **self.backend.OPTIMIZERS}[training.optimizer](training)
            self.optimizer.build(trainable)
        self.dropouts: dict[str, Dropout] = {name: self.network.get_layer(name) for name in architecture.dropouts()}
        masks = {name: np.ones((1, *shape), dtype) for name, shape in architecture.dropouts().items()}
        batch = _one_example(architecture, training, dtype)
        parts = Parts(self.network, trainable, self.dropouts, mean_loss(training), self.optimizer, batch, masks)
        self.programs = self.backend.make_programs(parts, device, compiler=found.name.partition("+")[2])

    def parameters(self) -> Parameters:
        return {name: to_array(variable) for name, variable in self.variables.items()}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        load_arrays(self.variables, check_parameters(self.architecture, parameters, self.dtype))
        self.optimizer.reset()
        for index, layer in enumerate(self.dropouts.values()):
            layer.reseed(self.seed, index)

    def train_step(self, batch: Batch) -> float:
        return self.programs.train_step(check_batch(self.architecture, self.training, batch, self.dtype))

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        total = 0.0
        for examples, alike in groupby(checked, key=lambda batch: len(batch.inputs)):
            total += examples * self._train_steps(list(alike))
        return total / sum(len(batch.inputs) for batch in checked)

    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        checked = check_batch(self.architecture, self.training, batch, self.dtype)
        if masks is not None and masks != "draw":
            masks = check_masks(self.architecture, masks, len(checked.inputs), self.dtype)
        loss, gradients = self.programs.loss_and_gradients(checked, masks)
        trainable = (name for name, spec in self.architecture.parameters().items() if spec.trainable)
        return loss, dict(zip(trainable, gradients, strict=True))

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        checked = check_inputs(self.architecture, inputs, self.dtype)
        size = check_batch_size(batch_size, len(checked))
        parts = [self.programs.predict(part) for part in np.split(checked, range(size, len(checked), size))]
        return np.concatenate(parts)

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        features = check_inputs(self.architecture, inputs, self.dtype)
        outputs = {}
        with self.backend.on_device(self.device), keras.StatelessScope(), dropout_masks(self.dropouts, None):
            for layer in self.network.layers:
                features = layer(features, training=training)
                outputs[layer.name] = to_array(features)
        return {name: output for name, output in outputs.items() if name not in self.dropouts}

    def synchronize(self) -> None:
        self.programs.synchronize()

    def _train_steps(self, batches: list[Batch]) -> float:
        """Updates with batches of one size; returns the sum of their losses."""
        calls = [batches[start : start + STEPS_PER_CALL] for start in range(0, len(batches), STEPS_PER_CALL)]
        # One step alone has its own function, which is compiled sooner.
        return sum(
            self.programs.train_step(call[0]) if len(call) == 1 else self.programs.train_steps(call) for call in calls
        )


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


def _one_example(architecture: Architecture, training: Training, dtype: str) -> Batch:
    inputs = np.zeros((1, *architecture.input_shape), dtype)
    if training.loss == "softmax_cross_entropy":
        return Batch(inputs, np.zeros((1, *architecture.output_shape[:-1]), np.int64))
    return Batch(inputs, np.zeros((1, *architecture.output_shape), dtype))
