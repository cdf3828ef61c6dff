"""The NumPy engine: a network of `impls.scratch` with its parameters in one vector, its loss and its optimizer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

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
from impls.engines.in_numpy.packing import pack
from impls.protocol import Array, Batch, Masks, Model, Parameters
from impls.scratch.dropout import Dropout
from impls.scratch.losses import loss_and_gradient
from impls.scratch.optimizers import make_optimizer
from impls.scratch.sequential import Sequential
from impls.training import Training


def build_model(
    found: Implementation,
    architecture: Architecture,
    network: Callable[..., Sequential],
    training: Training,
    device: str,
    dtype: str,
    seed: int,
) -> Model:
    """A model whose parameters are still to be loaded."""
    return NumpyModel(found.name, architecture, network, training, device, dtype, seed)


class NumpyModel:
    """A `Model` (see `impls.protocol`) in NumPy."""

    def __init__(
        self,
        implementation: str,
        architecture: Architecture,
        network: Callable[..., Sequential],
        training: Training,
        device: str,
        dtype: str,
        seed: int,
    ) -> None:
        self.implementation = implementation
        self.architecture = architecture
        self.training = training
        self.device = device
        self.dtype = dtype
        self._generator = np.random.default_rng(seed)
        self._generator_start = self._generator.bit_generator.state
        self._network = network(architecture, dtype, self._generator)
        self._dropouts = {name: layer for name, layer in self._network.layers.items() if isinstance(layer, Dropout)}
        self._packed = pack(self._network, architecture, dtype)
        self._optimizer = make_optimizer(training, self._packed.weights.size, dtype)

    def parameters(self) -> Parameters:
        return {name: array.copy() for name, array in self._packed.parameters.items()}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        checked = check_parameters(self.architecture, parameters, self.dtype)
        for name, array in self._packed.parameters.items():
            array[...] = checked[name]
        self._optimizer.reset()
        self._generator.bit_generator.state = self._generator_start

    def train_step(self, batch: Batch) -> float:
        return self._train_step(check_batch(self.architecture, self.training, batch, self.dtype))

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        examples = sum(len(batch.inputs) for batch in checked)
        return sum(self._train_step(batch) * len(batch.inputs) for batch in checked) / examples

    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        batch = check_batch(self.architecture, self.training, batch, self.dtype)
        if masks is not None and not isinstance(masks, str):
            masks = check_masks(self.architecture, masks, len(batch.inputs), self.dtype)
        with self._unchanged(masks):
            loss = self._forward_and_backward(batch)
        return loss, {name: gradient.copy() for name, gradient in self._packed.gradient_views.items()}

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        inputs = check_inputs(self.architecture, inputs, self.dtype)
        at_once = check_batch_size(batch_size, len(inputs))
        outputs = np.empty((len(inputs), *self.architecture.output_shape), self.dtype)
        with _quiet_divergence():
            for start in range(0, len(inputs), at_once):
                outputs[start : start + at_once] = self._network.forward(inputs[start : start + at_once])
        return outputs

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        features = check_inputs(self.architecture, inputs, self.dtype)
        outputs = {}
        with self._unchanged(masks=None), _quiet_divergence():
            for name, layer in self._network.layers.items():
                layer.training = training
                features = layer.forward(features)
                outputs[name] = features.copy()
        return {name: output for name, output in outputs.items() if name not in self._dropouts}

    def synchronize(self) -> None:
        """Nothing to wait for: NumPy returns when it has finished."""

    def _train_step(self, batch: Batch) -> float:
        loss = self._forward_and_backward(batch)
        with _quiet_divergence():
            self._optimizer.step(self._packed.weights, self._packed.gradients)
        return loss

    def _forward_and_backward(self, batch: Batch) -> float:
        with _quiet_divergence():
            outputs = self._network.forward(batch.inputs, training=True)
            loss, gradient = loss_and_gradient(self.training, outputs, batch.targets)
            self._network.backward(gradient)
        return loss

    @contextmanager
    def _unchanged(self, masks: Masks | Literal["draw"] | None) -> Iterator[None]:
        """Use these masks, and put back afterwards what a training pass moves."""
        statistics, generator_state = self._packed.statistics.copy(), self._generator.bit_generator.state
        self._use_masks(masks)
        try:
            yield
        finally:
            self._use_masks("draw")
            self._packed.statistics[...] = statistics
            self._generator.bit_generator.state = generator_state

    def _use_masks(self, masks: Masks | Literal["draw"] | None) -> None:
        for name, dropout in self._dropouts.items():
            dropout.mask = masks[name] if isinstance(masks, Mapping) else masks


def _quiet_divergence() -> np.errstate:
    """A training that diverges shows it in its loss; NumPy's warnings would say it again at each operation."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")
