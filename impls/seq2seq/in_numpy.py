"""Sequence to sequence in NumPy."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch import network
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.bidirectional import Directions, recurrent_layer
from impls.scratch.dense import Dense
from impls.scratch.embedding import Embedding
from impls.scratch.recurrent import State
from impls.scratch.source_attention import ATTENTIONS, Memory
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING

#: What the decoder attends to, and the state of each of its layers.
DecoderState: TypeAlias = tuple[Memory | tuple[()], list[State]]


class Network(network.Network):
    """A recurrent encoder, a recurrent decoder that starts from its states, and attention between them (optional).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__(dtype, generator)
        self.architecture = architecture
        cell, units, rate = architecture.cell, architecture.units, architecture.dropout
        widths = [architecture.embedding, *[units] * (architecture.layers - 1)]
        embedding = Embedding(architecture.source_tokens, architecture.embedding, dtype)
        self.source_embedding = self.add("source_embedding", embedding)
        self.source_dropout = self.add_dropout("source_dropout", rate)
        self.encoder: list[Directions] = []
        for index, inputs in enumerate(widths):
            half = architecture.encoder_units
            layers = [self.add(f"encoder_{index}", recurrent_layer(cell, inputs, half, dtype=dtype))]
            if architecture.bidirectional:
                reverse = recurrent_layer(cell, inputs, half, reverse=True, dtype=dtype)
                layers.append(self.add(f"encoder_reverse_{index}", reverse))
            self.encoder.append(Directions(layers))
        embedding = Embedding(architecture.target_tokens, architecture.embedding, dtype)
        self.target_embedding = self.add("target_embedding", embedding)
        self.target_dropout = self.add_dropout("target_dropout", rate)
        self.decoder: list[Directions] = []
        for index, inputs in enumerate(widths):
            layers = [self.add(f"decoder_{index}", recurrent_layer(cell, inputs, units, dtype=dtype))]
            self.decoder.append(Directions(layers))
        if architecture.attention:
            self.attention = self.add("attention", ATTENTIONS[architecture.attention](units, dtype))
            self.combine = self.add("combine", Dense(2 * units, units, dtype))
            self.activation_0 = self.add("activation_0", ACTIVATIONS["tanh"](dtype))
        self.output_dropout = self.add_dropout("output_dropout", rate)
        self.output = self.add("output", Dense(units, architecture.target_tokens, dtype))

    def forward(self, inputs: Array) -> Array:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        logits, _ = self.decode(target, self.encode(source))
        return logits

    def encode(self, source: Array) -> DecoderState:
        """What the decoder attends to in the source (examples, source length), and its first states."""
        real = source != PADDING
        x = self.source_dropout(self.source_embedding(source))
        states = []
        for layer in self.encoder:
            x, state = layer.forward(x, real)
            states.append(state)
        return (self.attention.remember(x, real) if self.architecture.attention else ()), states

    def decode(self, target: Array, state: DecoderState) -> tuple[Array, DecoderState]:
        """Logits (examples, length, tokens) for the target's tokens (examples, length), and the state after them."""
        memory, states = state
        x = self.target_dropout(self.target_embedding(target))
        finals = []
        for layer, start in zip(self.decoder, states, strict=True):
            x, final = layer.forward(x, start=start)
            finals.append(final)
        if memory:
            context = self.attention(x, *memory)
            x = self.activation_0(self.combine(np.concatenate([context, x], axis=-1)))
        return self.output(self.output_dropout(x)), (memory, finals)

    def backward(self, gradient: Array) -> None:
        gradient = self.output_dropout.backward(self.output.backward(gradient))
        memory_gradient = None
        if self.architecture.attention:
            gradient = self.combine.backward(self.activation_0.backward(gradient))
            context_gradient, direct_gradient = np.split(gradient, 2, axis=2)
            gradient = self.attention.backward(context_gradient)
            gradient += direct_gradient
            memory_gradient = self.attention.memory_gradient
        state_gradients = []
        for layer in reversed(self.decoder):
            gradient = layer.backward(gradient)
            state_gradients.append(layer.start_gradient)
        self.target_embedding.backward_to_parameters(self.target_dropout.backward(gradient))
        through = memory_gradient
        for layer, state_gradient in zip(reversed(self.encoder), state_gradients, strict=True):
            through = layer.backward(through, state_gradient)
        if through is not None:
            self.source_embedding.backward_to_parameters(self.source_dropout.backward(through))

    def begin(self, sources: Array) -> DecoderState:
        """The state before the first token."""
        return self.encode(sources)

    def step(self, tokens: Array, state: DecoderState) -> tuple[Array, DecoderState]:
        """Logits (sequences, tokens) after one more token of each sequence, and the state after it."""
        logits, state = self.decode(tokens[:, None], state)
        return logits[:, 0], state

    def attention_weights(self, inputs: Array) -> Array:
        if not self.architecture.attends_source:
            return super().attention_weights(inputs)
        self(inputs)
        return self.attention.weights
