"""The textbook engine: forward, loss, backward, update, each as it is said."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np

from impls.engines import Implementation
from impls.engines.decoding import Decoding
from impls.engines.in_numpy.complaints import without_complaints
from impls.engines.in_textbook.decoding import TextbookDecoder
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
from impls.protocol import Array, Batch, Masks, Model, Parameters
from impls.spec.architecture import Architecture
from impls.textbook.dropout import Dropout
from impls.textbook.losses import loss_and_gradient
from impls.textbook.network import Network
from impls.textbook.optimizers import make_optimizer
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
    model = TextbookModel(implementation.name, architecture, network, training, device, dtype, seed)
    return model.made_by(build_model, implementation, architecture, network, training, device, dtype, seed)


class TextbookModel(Copyable, Decoding):
    """A `Model` (see `impls.protocol`) whose layers are those of `impls.textbook`."""

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
        self._network = network(architecture, self._generator)
        self._dropouts = {name: layer for name, layer in self._network.layers.items() if isinstance(layer, Dropout)}
        self._trainable = [name for name, spec in architecture.parameters().items() if spec.trainable]

    def parameters(self) -> Parameters:
        return {name: array.copy() for name, array in self._parameters().items()}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        self._start_from(check_parameters(self.architecture, parameters, self.dtype))

    def _start_from(self, checked: Parameters) -> None:
        self._put({name: array.copy() for name, array in checked.items()})
        self._optimizer = make_optimizer(self.training)
        self._generator.bit_generator.state = self._generator_start

    def train_step(self, batch: Batch) -> float:
        return self._train_step(check_batch(self.architecture, self.training, batch, self.dtype))

    def _train_step(self, batch: Batch) -> float:
        with without_complaints():
            loss, gradients = self._forward_and_backward(batch)
            self._put(self._optimizer.step(self._parameters(), gradients))
        return loss

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        counts = [counted_targets(self.architecture, self.training, batch) for batch in checked]
        losses = [self._train_step(batch) for batch in checked]
        with without_complaints():
            return float(np.average(losses, weights=counts))

    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        batch = check_batch(self.architecture, self.training, batch, self.dtype)
        if masks is not None and not isinstance(masks, str):
            masks = check_masks(self.architecture, masks, len(batch.inputs), self.dtype)
        with self._unchanged(masks), without_complaints():
            loss, gradients = self._forward_and_backward(batch)
        return loss, gradients

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        inputs = check_inputs(self.architecture, inputs, self.dtype)
        at_once = check_batch_size(batch_size, len(inputs))
        self._network.set_training(False)
        with without_complaints():
            parts = [self._network.forward(inputs[at : at + at_once]) for at in range(0, len(inputs), at_once)]
        return np.concatenate(parts)

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        inputs = check_inputs(self.architecture, inputs, self.dtype)
        with self._unchanged(masks=None), without_complaints():
            self._network.set_training(training)
            self._network.forward(inputs)
        shown = {name: layer.outputs for name, layer in self._network.layers.items() if name not in self._dropouts}
        # Of a recurrent layer without its last state.
        return {name: (each[0] if isinstance(each, tuple) else each).copy() for name, each in shown.items()}

    def training_state(self) -> dict[str, Array]:
        others = {name: array.copy() for name, array in self._optimizer.memory.items()}
        others["t"] = np.array(self._optimizer.t)
        others["generator"] = text_array(json.dumps(self._generator.bit_generator.state))
        return seal_state(self, self.parameters(), others)

    def resume(self, state: Mapping[str, Array]) -> None:
        parameters, others = open_state(self, state)
        self._start_from(check_parameters(self.architecture, parameters, self.dtype, diverged=True))
        self._optimizer.t = int(others.pop("t"))
        self._generator.bit_generator.state = json.loads(array_text(others.pop("generator")))
        self._optimizer.memory = {name: array.copy() for name, array in others.items()}

    def synchronize(self) -> None:
        """Nothing to wait for: NumPy returns when it has finished."""

    def _make_decoder(self, sources: Array) -> TextbookDecoder:
        return TextbookDecoder(self._network, sources)

    def _forward_and_backward(self, batch: Batch) -> tuple[float, Parameters]:
        self._network.set_training(True)
        outputs = self._network.forward(batch.inputs)
        loss, gradient = loss_and_gradient(self.training, outputs, batch.targets)
        self._network.backward(gradient)
        return loss, {name: self._network.gradient(name) for name in self._trainable}

    def _parameters(self) -> Parameters:
        """The layers' own arrays, in the architecture's order."""
        return {name: self._network.parameter(name) for name in self.architecture.parameters()}

    def _put(self, parameters: Parameters) -> None:
        """Put these arrays into the layers."""
        for name, array in parameters.items():
            layer, kind = name.split("/", 1)
            self._network.layers[layer].parameters[kind] = array

    @contextmanager
    def _unchanged(self, masks: Masks | Literal["draw"] | None) -> Iterator[None]:
        """Use these masks, and put back afterwards what a training pass moves: statistics and generator."""
        parameters, generator_state = self._parameters(), self._generator.bit_generator.state
        for name, dropout in self._dropouts.items():
            dropout.mask = masks[name] if isinstance(masks, Mapping) else masks
        try:
            yield
        finally:
            for dropout in self._dropouts.values():
                dropout.mask = "draw"
            self._put(parameters)
            self._generator.bit_generator.state = generator_state
