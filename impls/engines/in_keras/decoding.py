"""Sequences written by a Keras network; what it has read is a nest of tensors that goes through a compiled step."""

from typing import Any, Protocol

from impls.engines.in_keras.backends import Programs
from impls.protocol import Array


class DecodingNetwork(Protocol):
    """What a network has whose architecture `decodes`."""

    def begin(self, sources: Any) -> Any:
        """The state before the first token: a nest of tensors (sequences, ...).

        Args:
            sources: (sequences, source length), int64; for a network without a source the length is 0.
        """
        ...

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Logits (sequences, vocabulary) after one more token (sequences,) each, and the state that follows."""
        ...


class KerasDecoder:
    """`impls.protocol.Decoder` by a model's compiled functions."""

    def __init__(self, programs: Programs, sources: Array) -> None:
        self.programs = programs
        self.state = programs.begin(sources)

    def step(self, tokens: Array) -> Array:
        logits, self.state = self.programs.step(tokens, self.state)
        return logits

    def reorder(self, sequences: Array) -> None:
        self.state = self.programs.reorder(self.state, sequences)
