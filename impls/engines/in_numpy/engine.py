"""The NumPy engine: a network of `impls.scratch` with its parameters in one vector, its loss and its optimizer."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np

from impls.engines import Implementation
from impls.engines.decoding import Decoding
from impls.engines.in_numpy.complaints import without_complaints
from impls.engines.in_numpy.decoding import NumpyDecoder
from impls.engines.in_numpy.packing import pack
from impls.engines.state import Copyable, array_text, open_state, seal_state, text_array
from impls.engines.validation import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
    counted_targets,
)
from impls.errors import ArchitectureError
from impls.protocol import Array, Batch, Masks, Model, Parameters
from impls.scratch.dropout import Dropout
from impls.scratch.losses import loss_and_gradient
from impls.scratch.network import Network
from impls.scratch.optimizers import make_optimizer
from impls.scratch.recurrent import RecurrentLayer
from impls.spec.architecture import Architecture
from impls.training import Training


def build_model(
    implementation: Implementation,
    architecture: Architecture,
    network: Callable[..., Network],
    training: Training,
    device: str,
    dtype: str,
    seed: int,
) -> Model:
    """A model whose parameters are still to be loaded."""
    model = NumpyModel(implementation.name, architecture, network, training, device, dtype, seed)
    return model.made_by(build_model, implementation, architecture, network, training, device, dtype, seed)


class NumpyModel(Copyable, Decoding):
    """A `Model` (see `impls.protocol`) in NumPy, which decodes, and shows more of its inside than the others do."""

    def __init__(
        self,
        implementation: str,
        architecture: Architecture,
        network: Callable[..., Network],
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
        self._start_from(check_parameters(self.architecture, parameters, self.dtype))

    def _start_from(self, checked: Parameters) -> None:
        for name, array in self._packed.parameters.items():
            array[...] = checked[name]
        self._optimizer.reset()
        self._generator.bit_generator.state = self._generator_start

    def training_state(self) -> dict[str, Array]:
        generator = text_array(json.dumps(self._generator.bit_generator.state))
        return seal_state(self, self.parameters(), self._optimizer.memory() | {"generator": generator})

    def resume(self, state: Mapping[str, Array]) -> None:
        parameters, others = open_state(self, state)
        self._start_from(check_parameters(self.architecture, parameters, self.dtype, diverged=True))
        self._optimizer.remember(others)
        self._generator.bit_generator.state = json.loads(array_text(others["generator"]))

    def train_step(self, batch: Batch) -> float:
        return self._train_step(check_batch(self.architecture, self.training, batch, self.dtype))

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        counts = [counted_targets(self.architecture, self.training, batch) for batch in checked]
        losses = [self._train_step(batch) for batch in checked]
        return sum(loss * count for loss, count in zip(losses, counts, strict=True)) / sum(counts)

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
        with without_complaints():
            for start in range(0, len(inputs), at_once):
                outputs[start : start + at_once] = self._network(inputs[start : start + at_once])
        return outputs

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        inputs = check_inputs(self.architecture, inputs, self.dtype)
        with self._unchanged(masks=None), without_complaints():
            outputs = self._network.layer_outputs(inputs, training)
        return {name: output for name, output in outputs.items() if name not in self._dropouts}

    def attention_weights(self, inputs: Array) -> Array:
        """What each target position attends to in the source, of a network with attention over a source.

        Returns:
            (examples, target length, source length); a row's sum is 1, and padding has 0.

        Raises:
            ArchitectureError: the network has no such attention.
            BatchError: the inputs do not fit the architecture.
        """
        checked = check_inputs(self.architecture, inputs, self.dtype)
        with without_complaints():
            return self._network.attention_weights(checked).copy()

    def hidden_gradients(self, batch: Batch) -> Array:
        """How much of the loss's gradient reaches the outputs of each time step, dropout left out.

        Returns:
            (length,): the norm of dloss/dhₜ, through all later steps, of the last recurrent layer that reads forward;
            the mean over the examples that have a step t, nan where none has.

        Raises:
            ArchitectureError: the network is not recurrent.
            BatchError: the batch does not fit the architecture.
        """
        recurrent = [layer for layer in self._network.layers.values() if isinstance(layer, RecurrentLayer)]
        forward = [layer for layer in recurrent if not layer.reverse]
        if not forward:
            raise ArchitectureError(f"architecture {self.architecture.name!r} has no recurrent layer to look into")
        forward[-1].watch_gradients = True
        try:
            self.loss_and_gradients(batch)
        finally:
            forward[-1].watch_gradients = False
        norms = forward[-1].gradient_norms
        total, counts = np.nansum(norms, axis=0), np.count_nonzero(~np.isnan(norms), axis=0)
        means: Array = np.divide(total, counts, out=np.full(total.shape, np.nan), where=counts > 0)
        return means

    def synchronize(self) -> None:
        """Nothing to wait for: NumPy returns when it has finished."""

    def _make_decoder(self, sources: Array) -> NumpyDecoder:
        return NumpyDecoder(self._network, sources)

    def _train_step(self, batch: Batch) -> float:
        loss = self._forward_and_backward(batch)
        with without_complaints():
            self._optimizer.step(self._packed.weights, self._packed.gradients)
        return loss

    def _forward_and_backward(self, batch: Batch) -> float:
        with without_complaints():
            outputs = self._network(batch.inputs, training=True)
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
