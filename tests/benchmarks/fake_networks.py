"""Models that need no engine: they answer by a rule that a test knows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from impls import Architecture, Array, Batch, Parameters, Training
from impls.protocol import Decoder
from impls.spec.tokens import START


class FakeModel:
    """A `Model` that learns nothing; subclasses answer. It keeps how many examples each call was given."""

    implementation = "fake"
    device = "cpu"
    dtype = "float32"

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.training = Training()
        self.calls: list[int] = []
        self.loaded: Mapping[str, Array] = {}

    def parameters(self) -> Parameters:
        return {"weight": np.ones(1)}

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        self.loaded = parameters

    def train_step(self, batch: Batch) -> float:
        return 1.0

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        return 1.0

    def loss_and_gradients(self, batch: Batch, masks: Any = None) -> tuple[float, Parameters]:
        return 1.0, {}

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        """Logits that say the input token again, (examples, positions, vocabulary)."""
        self.calls.append(len(inputs))
        logits: Array = np.eye(self.architecture.output_shape[-1])[inputs] * 5.0
        return logits

    def synchronize(self) -> None:
        pass

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:
        raise NotImplementedError

    def generate(self, prompts: Array, steps: int, temperature: float = 0.0, seed: int = 0) -> Array:
        """The prompt's last token again and again."""
        assert prompts[0, 0] == START
        self.calls.append(steps)
        return np.repeat(prompts[:, -1:], steps, axis=1)

    def decode(self, sources: Array, beams: int = 1) -> Array:
        """The source itself, cut or filled up to the target's length."""
        self.calls.append(len(sources))
        length = self.architecture.output_shape[0]
        return np.pad(sources, ((0, 0), (0, max(0, length - sources.shape[1]))))[:, :length]

    def attention_weights(self, inputs: Array) -> Array:
        """All of it on the source's first token."""
        source, target = self.architecture.fields
        assert (inputs[:, source.length] == START).all()
        weights = np.zeros((len(inputs), target.length, source.length))
        weights[:, :, 0] = 1.0
        return weights

    def hidden_gradients(self, batch: Batch) -> Array:
        """As strong as the number of parameters loaded last."""
        return np.full(self.architecture.input_shape[0], len(self.loaded) + 0.123456)
