"""Sequence to sequence in NumPy."""

import numpy as np
import numpy.typing as npt

from impls.protocol import Array, Decoder
from impls.scratch import network
from impls.scratch.activations import Tanh
from impls.scratch.bidirectional import Directions
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.recurrent import State
from impls.scratch.source_attention import SCORE_ATTENTIONS, Memory, ScoreAttention
from impls.scratch.time_steps import lengths_of
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING


class Network(network.Network):
    """A recurrent encoder, a recurrent decoder that starts from its states, and attention between them (optional).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__()
        self.architecture = architecture
        cell, units, widths = architecture.cell, architecture.units, (architecture.embedding, architecture.units)
        self.add("source_embedding", Embedding(architecture.source_tokens, architecture.embedding, dtype))
        self._add_dropout("source_dropout", dtype, generator)
        self.encoder_layers: list[Directions] = []
        for index in range(architecture.layers):
            names = [f"encoder_{index}", f"encoder_reverse_{index}"][: 2 if architecture.bidirectional else 1]
            inputs = widths[min(index, 1)]
            self.encoder_layers.append(Directions(self, names, cell, inputs, architecture.encoder_units, dtype))
        self.add("target_embedding", Embedding(architecture.target_tokens, architecture.embedding, dtype))
        self._add_dropout("target_dropout", dtype, generator)
        self.decoder_layers = [
            Directions(self, [f"decoder_{index}"], cell, widths[min(index, 1)], units, dtype)
            for index in range(architecture.layers)
        ]
        if architecture.attention:
            self.attention: ScoreAttention = SCORE_ATTENTIONS[architecture.attention](units, dtype)
            self.add("attention", self.attention)
            self.add("combine", Dense(2 * units, units, dtype))
            self.add("activation_0", Tanh(dtype))
        self._add_dropout("output_dropout", dtype, generator)
        self.add("output", Dense(units, architecture.target_tokens, dtype))

    def forward(self, inputs: Array, training: bool = False) -> Array:
        self.set_training(training)
        source, target = np.split(inputs, [self.architecture.source_length], axis=1)
        memory, states = self.encode(source)
        queries, _ = self.decode(target, states)
        if not self.architecture.attention:
            return self.output(queries)
        return self.output(self.combine(self.run("attention", queries, memory, source == PADDING), queries))

    def encode(self, source: Array) -> tuple[Array, list[State]]:
        """The encoder's outputs (examples, source length, units), and each layer's final state."""
        lengths = lengths_of(source)
        x = self._drop("source_dropout", self.run("source_embedding", source))
        states = []
        for layer in self.encoder_layers:
            x = layer.forward(x, lengths)
            states.append(layer.final)
        return x, states

    def decode(self, target: Array, states: list[State]) -> tuple[Array, list[State]]:
        """The decoder's outputs (examples, length, units) from these states on, and its states after the last token."""
        x = self._drop("target_dropout", self.run("target_embedding", target))
        finals = []
        for layer, state in zip(self.decoder_layers, states, strict=True):
            x = layer.forward(x, start=state)
            finals.append(layer.final)
        return x, finals

    def combine(self, contexts: Array, queries: Array) -> Array:
        """tanh of a dense layer over both, side by side."""
        both = np.concatenate((contexts, queries), axis=2)
        return self.run("activation_0", self.run("combine", both))

    def output(self, features: Array) -> Array:
        """Logits (examples, length, target tokens)."""
        return self.run("output", self._drop("output_dropout", features))

    def backward(self, gradient: Array) -> None:
        gradient = self._drop_backward("output_dropout", self.layers["output"].backward(gradient))
        memory_gradient = None
        if self.architecture.attention:
            gradient, memory_gradient = self._attention_backward(gradient)
        state_gradients = []
        for layer in reversed(self.decoder_layers):
            gradient = layer.backward(gradient)
            state_gradients.append(layer.start_gradient)
        self.layers["target_embedding"].backward_to_parameters(self._drop_backward("target_dropout", gradient))
        through = memory_gradient
        for layer, state_gradient in zip(reversed(self.encoder_layers), state_gradients, strict=True):
            through = layer.backward(through, state_gradient)
        if through is not None:
            self.layers["source_embedding"].backward_to_parameters(self._drop_backward("source_dropout", through))

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:  # noqa: ARG002 (as many as sources)
        if sources is None:
            raise TypeError("an encoder-decoder needs sources")
        return Seq2SeqDecoder(self, sources)

    def attention_weights(self, inputs: Array) -> Array:
        if not self.architecture.attention:
            return super().attention_weights(inputs)
        self.forward(inputs)
        return self.attention.weights

    def _attention_backward(self, gradient: Array) -> tuple[Array, Array]:
        """The gradients for the queries, which go both ways, and for the memory."""
        gradient = self.layers["combine"].backward(self.layers["activation_0"].backward(gradient))
        contexts_gradient, queries_gradient = np.split(gradient, 2, axis=2)
        through = self.attention.backward(contexts_gradient)
        through += queries_gradient
        return through, self.attention.memory_gradient

    def _add_dropout(self, name: str, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        if self.architecture.dropout:
            self.add(name, Dropout(self.architecture.dropout, generator, dtype))

    def _drop(self, name: str, x: Array) -> Array:
        return self.run(name, x) if self.architecture.dropout else x

    def _drop_backward(self, name: str, gradient: Array) -> Array:
        return self.layers[name].backward(gradient) if self.architecture.dropout else gradient


class Seq2SeqDecoder:
    """Sequences that are being written (see `impls.protocol.Decoder`): the source is encoded once, states are kept."""

    def __init__(self, written_by: Network, sources: Array) -> None:
        self._network = written_by
        written_by.set_training(False)
        values, self._states = written_by.encode(sources)
        self._memory: Memory | None = None
        if written_by.architecture.attention:
            self._memory = written_by.attention.remember(values, sources == PADDING).copy()

    def step(self, tokens: Array) -> Array:
        self._network.set_training(False)
        features, self._states = self._network.decode(tokens[:, np.newaxis], self._states)
        if self._memory is not None:
            features = self._network.combine(self._network.attention.attend(features, self._memory), features)
        return self._network.output(features)[:, 0].copy()

    def reorder(self, sequences: Array) -> None:
        self._states = [tuple(array[sequences] for array in state) for state in self._states]
        if self._memory is not None:
            self._memory.reorder(sequences)
