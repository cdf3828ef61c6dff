"""An implementation as a newcomer might add it: perceptrons by `np.einsum`, put through the contract in a test.

The README shows it. It has the hidden activation tanh and neither dropout nor normalization; its optimizers are those
of `impls.scratch`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from impls import Array, Batch, Masks, Parameters, Training, initial_parameters
from impls.engines.validation import (
    check_batch,
    check_batch_size,
    check_batches,
    check_inputs,
    check_masks,
    check_parameters,
)
from impls.mlp import MLP
from impls.scratch.losses import loss_and_gradient
from impls.scratch.optimizers import make_optimizer


class EinsumModel:
    """`impls.protocol.Model`."""

    implementation = "einsum"
    device = "cpu"

    def __init__(self, architecture: MLP, training: Training, dtype: str, seed: int) -> None:
        self.architecture, self.training, self.dtype = architecture, training, dtype
        self.layers = [f"hidden_{index}" for index in range(len(architecture.hidden))] + ["output"]
        self.load_parameters(initial_parameters(architecture, seed, dtype))

    def parameters(self) -> Parameters:
        return {name: array.copy() for name, array in self.weights.items()}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        checked = check_parameters(self.architecture, parameters, self.dtype)
        self.weights = {name: array.copy() for name, array in checked.items()}
        self.optimizer = make_optimizer(self.training, self.architecture.parameter_count, self.dtype)

    def train_step(self, batch: Batch) -> float:
        loss, gradients = self.loss_and_gradients(batch)
        weights = np.concatenate([array.ravel() for array in self.weights.values()])
        self.optimizer.step(weights, np.concatenate([gradients[name].ravel() for name in self.weights]))
        for array in self.weights.values():
            array.flat, weights = weights[: array.size], weights[array.size :]
        return loss

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        checked = check_batches(self.architecture, self.training, batches, self.dtype)
        losses = [self.train_step(batch) for batch in checked]
        return float(np.average(losses, weights=[len(batch.inputs) for batch in checked]))

    def loss_and_gradients(self, batch: Batch, masks: Masks | str | None = None) -> tuple[float, Parameters]:
        batch = check_batch(self.architecture, self.training, batch, self.dtype)
        if masks is not None and masks != "draw":
            check_masks(self.architecture, masks, len(batch.inputs), self.dtype)
        activations = self.forward(batch.inputs)
        loss, delta = loss_and_gradient(self.training, activations[-1], batch.targets)
        gradients = {}
        for layer, inputs in zip(reversed(self.layers), reversed(activations[:-1]), strict=True):
            gradients[f"{layer}/kernel"] = np.einsum("ni,no->io", inputs, delta)
            gradients[f"{layer}/bias"] = np.einsum("no->o", delta)
            delta = np.einsum("no,io->ni", delta, self.weights[f"{layer}/kernel"]) * (1 - inputs**2)
        return loss, {name: gradients[name] for name in self.weights}

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        inputs = check_inputs(self.architecture, inputs, self.dtype)
        size = check_batch_size(batch_size, len(inputs))
        return np.concatenate([self.forward(inputs[at : at + size])[-1] for at in range(0, len(inputs), size)])

    def synchronize(self) -> None:
        pass

    def forward(self, inputs: Array) -> list[Array]:
        """The inputs and every layer's outputs."""
        outputs = [inputs]
        for layer in self.layers:
            affine = np.einsum("ni,io->no", outputs[-1], self.weights[f"{layer}/kernel"])
            affine += self.weights[f"{layer}/bias"]
            outputs.append(affine if layer == "output" else np.tanh(affine))
        return outputs


def build_einsum(architecture: MLP, training: Training, device: str, dtype: str, seed: int) -> EinsumModel:
    return EinsumModel(architecture, training, dtype, seed)
