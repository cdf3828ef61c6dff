"""Sequence to sequence as in the papers (Sutskever et al. 2014; Bahdanau et al. 2015; Luong et al. 2015)."""

from typing import TypeAlias

import numpy as np

from impls.protocol import Array
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING
from impls.textbook import network
from impls.textbook.activations import Tanh
from impls.textbook.bidirectional import CELLS, Directions
from impls.textbook.dense import Dense
from impls.textbook.embedding import Embedding
from impls.textbook.recurrent import State
from impls.textbook.source_attention import ATTENTIONS

#: The encoder's outputs (examples, source length, units), where the source is real, and each layer's last state.
Encoded: TypeAlias = tuple[Array, Array, list[State]]


class Network(network.Network):
    """A recurrent encoder, a recurrent decoder that starts from its states, and attention between them (optional).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq, generator: np.random.Generator) -> None:
        super().__init__(architecture, generator)
        cell, rate, layers = CELLS[architecture.cell], architecture.dropout, range(architecture.layers)
        self.source_embedding = self.add("source_embedding", Embedding())
        self.source_dropout = self.add_dropout("source_dropout", rate)
        self.encoder = []
        for index in layers:
            directions = [self.add(f"encoder_{index}", cell())]
            if architecture.bidirectional:
                directions.append(self.add(f"encoder_reverse_{index}", cell(reverse=True)))
            self.encoder.append(Directions(directions))
        self.target_embedding = self.add("target_embedding", Embedding())
        self.target_dropout = self.add_dropout("target_dropout", rate)
        self.decoder = [self.add(f"decoder_{index}", cell()) for index in layers]
        if architecture.attention:
            self.attention = self.add("attention", ATTENTIONS[architecture.attention]())
            self.combine = self.add("combine", Dense())
            self.activation_0 = self.add("activation_0", Tanh())
        self.output_dropout = self.add_dropout("output_dropout", rate)
        self.output = self.add("output", Dense())

    def forward(self, inputs: Array) -> Array:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        return self.decode(target, self.encode(source))

    def encode(self, source: Array) -> Encoded:
        """What the decoder is given of the source (examples, source length)."""
        real, states = source != PADDING, []
        x = self.source_dropout(self.source_embedding(source))
        for layer in self.encoder:
            x, state = layer.forward(x, real)
            states.append(state)
        self.memory = x
        return x, real, states

    def decode(self, target: Array, encoded: Encoded) -> Array:
        """Logits (examples, length, tokens) for the target's tokens (examples, length)."""
        memory, real, states = encoded
        x = self.target_dropout(self.target_embedding(target))
        for layer, start in zip(self.decoder, states, strict=True):
            x, _ = layer(x, np.full(target.shape, True), start)
        if self.architecture.attention:
            context = self.attention(x, memory, real)
            x = self.activation_0(self.combine(np.concatenate([context, x], axis=-1)))
        logits: Array = self.output(self.output_dropout(x))
        return logits

    def backward(self, gradient: Array) -> None:
        gradient = self.output_dropout.backward(self.output.backward(gradient))
        dmemory = np.zeros_like(self.memory)
        if self.architecture.attention:
            dcontext, dqueries = np.split(self.combine.backward(self.activation_0.backward(gradient)), 2, axis=2)
            gradient, dmemory = self.attention.backward(dcontext)
            gradient = gradient + dqueries
        dstates = []
        for decoder_layer in reversed(self.decoder):
            gradient, dstate = decoder_layer.backward(gradient)
            dstates.append(dstate)
        self.target_embedding.backward(self.target_dropout.backward(gradient))
        for encoder_layer, dstate in zip(reversed(self.encoder), dstates, strict=True):
            dmemory, _ = encoder_layer.backward(dmemory, dstate)
        self.source_embedding.backward(self.source_dropout.backward(dmemory))
