"""Sequences written by a Keras network; what it has read is a nest of tensors that goes through a compiled step."""

from impls.engines.in_keras.backends import Programs
from impls.protocol import Array


class KerasDecoder:
    """`impls.protocol.Decoder` by the compiled `begin` and `step` of a network."""

    def __init__(self, programs: Programs, sources: Array) -> None:
        self.programs = programs
        self.state = programs.begin(sources)

    def step(self, tokens: Array) -> Array:
        logits, self.state = self.programs.step(tokens, self.state)
        return logits

    def reorder(self, sequences: Array) -> None:
        self.state = self.programs.reorder(self.state, sequences)
