"""Sequence to sequence in Keras."""

from typing import Any, TypeAlias

import keras
from keras import ops

from impls.engines.in_keras.layers import network
from impls.engines.in_keras.layers.activations import ACTIVATIONS
from impls.engines.in_keras.layers.bidirectional import Directions
from impls.engines.in_keras.layers.recurrent import State, recurrent_layer
from impls.engines.in_keras.layers.source_attention import ATTENTIONS, Memory
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING

#: What the decoder attends to, and the state of each of its layers.
DecoderState: TypeAlias = tuple[Memory | tuple[()], list[State]]


class Network(network.Network):
    """A recurrent encoder, a recurrent decoder that starts from its states, and attention between them (optional).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq) -> None:
        self.architecture = architecture
        cell, units, rate = architecture.cell, architecture.units, architecture.dropout
        embedding = keras.layers.Embedding(architecture.source_tokens, architecture.embedding)
        self.source_embedding = self.add("source_embedding", embedding)
        self.source_dropout = self.add_dropout("source_dropout", rate)
        self.encoder: list[Directions] = []
        for index in range(architecture.layers):
            half = architecture.encoder_units
            layers = [self.add(f"encoder_{index}", recurrent_layer(cell, half))]
            if architecture.bidirectional:
                reverse = recurrent_layer(cell, half, reverse=True)
                layers.append(self.add(f"encoder_reverse_{index}", reverse))
            self.encoder.append(Directions(layers))
        embedding = keras.layers.Embedding(architecture.target_tokens, architecture.embedding)
        self.target_embedding = self.add("target_embedding", embedding)
        self.target_dropout = self.add_dropout("target_dropout", rate)
        self.decoder: list[Directions] = []
        for index in range(architecture.layers):
            layers = [self.add(f"decoder_{index}", recurrent_layer(cell, units))]
            self.decoder.append(Directions(layers))
        if architecture.attention:
            self.attention = self.add("attention", ATTENTIONS[architecture.attention](units))
            self.combine = self.add("combine", keras.layers.Dense(units))
            self.activation_0 = self.add("activation_0", ACTIVATIONS["tanh"]())
        self.output_dropout = self.add_dropout("output_dropout", rate)
        self.output_layer = self.add("output", keras.layers.Dense(architecture.target_tokens))
        inputs = network.network_input(architecture)
        super().__init__(inputs, self.forward(inputs))

    def forward(self, inputs: Any) -> Any:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        logits, _ = self.decode(target, self.encode(source))
        return logits

    def encode(self, source: Any) -> DecoderState:
        """What the decoder attends to in the source (examples, source length), and its first states."""
        real = source != PADDING
        x = self.source_dropout(self.source_embedding(source))
        states = []
        for layer in self.encoder:
            x, state = layer.forward(x, real)
            states.append(state)
        return (self.attention.remember(x, real) if self.architecture.attention else ()), states

    def decode(self, target: Any, state: DecoderState) -> tuple[Any, DecoderState]:
        """Logits (examples, length, tokens) for the target's tokens (examples, length), and the state after them."""
        memory, states = state
        x = self.target_dropout(self.target_embedding(target))
        finals = []
        for layer, start in zip(self.decoder, states, strict=True):
            x, final = layer.forward(x, start=start)
            finals.append(final)
        if memory:
            context = self.attention(x, *memory)
            x = self.activation_0(self.combine(ops.concatenate([context, x], axis=-1)))
        return self.output_layer(self.output_dropout(x)), (memory, finals)

    def begin(self, sources: Any) -> DecoderState:
        """The state before the first token."""
        return self.encode(sources)

    def step(self, tokens: Any, state: DecoderState) -> tuple[Any, DecoderState]:
        """Logits (sequences, tokens) after one more token of each sequence, and the state after it."""
        logits, state = self.decode(tokens[:, None], state)
        return logits[:, 0], state
