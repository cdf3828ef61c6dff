"""The network of a cell: one function makes it, for training, timing and proof alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.records.cells import Place
from impls import Architecture, Model, Parameters, Training, build, initial_parameters
from impls.spec.default_starts import DEFAULT_STARTS
from impls.spec.discovery import architectures


@dataclass(frozen=True)
class ModelSpec:
    """All that determines a network, but for who runs it."""

    architecture: Architecture
    training: Training
    device: str = "cpu"
    dtype: str = "float32"
    #: Of the starting weights and of the dropout masks.
    seed: int = 0
    #: A framework whose default starting weights take the place of the architecture's own.
    initialization: str | None = None

    def build(self, implementation: str) -> Model:
        """The network by that implementation, with its starting weights.

        Raises:
            ImplementationError, DeviceError, TrainingError: as `impls.build`.
        """
        return build(self.architecture, implementation, self.training, self.device, self.dtype, self.seed)

    def start(self, seed: int | None = None) -> Parameters:
        """The starting weights of another seed, or of its own."""
        seed = self.seed if seed is None else seed
        if self.initialization is None:
            return initial_parameters(self.architecture, seed, self.dtype)
        drawn = DEFAULT_STARTS[self.initialization](self.architecture, np.random.default_rng(seed))
        return {name: array.astype(self.dtype) for name, array in drawn.items()}


def network_of_settings(
    network: str, architecture: Mapping[str, Any], training: Mapping[str, Any]
) -> tuple[Architecture, Training]:
    """An architecture and a training from their stored fields.

    Args:
        network: name of the architecture's folder, such as "recurrent".
        architecture: its fields; JSON has made lists of tuples.
        training: the training's fields.
    """
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in architecture.items()}
    return architectures()[network](**fields), Training(**training)


def model_spec(cell: Place) -> ModelSpec:
    """The network that the cell's settings say."""
    architecture, training = network_of_settings(cell.network, cell.settings["architecture"], cell.settings["training"])
    initialization = cell.settings.get("initialization")
    return ModelSpec(architecture, training, cell.device, cell.dtype, initialization=initialization)
