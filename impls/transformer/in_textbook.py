"""The Transformer as in the paper (Vaswani et al. 2017, section 3; pre-norm: Xiong et al. 2020)."""

from typing import Any

import numpy as np

from impls.protocol import Array
from impls.spec.tokens import PADDING
from impls.textbook import network
from impls.textbook.activations import ACTIVATIONS
from impls.textbook.dense import Dense
from impls.textbook.embedding import Embedding
from impls.textbook.layer import Identity
from impls.textbook.multi_head_attention import MultiHeadAttention
from impls.textbook.normalization import LayerNormalization
from impls.textbook.pooling import MeanPooling
from impls.textbook.positions import Positions
from impls.transformer.architecture import Transformer


class Residual:
    """norm(x + dropout(sublayer(x))), or, with pre-norm, x + dropout(sublayer(norm(x)))."""

    def __init__(self, network: "Network", name: str, index: int, sublayer: Any) -> None:
        self.sublayer = sublayer
        self.pre_norm = network.architecture.pre_norm
        self.dropout = network.add_dropout(f"{name}_dropout_{index}", network.architecture.dropout)
        self.norm = network.add(f"{name}_norm_{index}", LayerNormalization())

    def forward(self, x: Array, *memory: Array) -> Array:
        """`memory` and where it is real, for attention to another sequence."""
        y: Array = x + self.dropout(self.sublayer(self.norm(x) if self.pre_norm else x, *memory))
        return y if self.pre_norm else self.norm(y)

    def backward(self, dy: Array) -> tuple[Array, Array | None]:
        """The gradients for x and, of attention to another sequence, for the memory."""
        dy = dy if self.pre_norm else self.norm.backward(dy)
        through, dmemory = self.sublayer.backward(self.dropout.backward(dy))
        return dy + (self.norm.backward(through) if self.pre_norm else through), dmemory


class SelfAttention:
    """Attention whose memory is the sequence itself."""

    def __init__(self, attention: MultiHeadAttention) -> None:
        self.attention = attention

    def __call__(self, x: Array, real: Array) -> Array:
        outputs: Array = self.attention(x, x, real)
        return outputs

    def backward(self, dy: Array) -> tuple[Array, None]:
        dx, dmemory = self.attention.backward(dy)
        return dx + dmemory, None


class FeedForward:
    """Two dense layers with an activation between, at each position by itself."""

    def __init__(self, network: "Network", stack: str, index: int) -> None:
        self.expand = network.add(f"{stack}_expand_{index}", Dense())
        self.activation = network.add(f"{stack}_activation_{index}", ACTIVATIONS[network.architecture.activation]())
        self.contract = network.add(f"{stack}_contract_{index}", Dense())

    def __call__(self, x: Array) -> Array:
        outputs: Array = self.contract(self.activation(self.expand(x)))
        return outputs

    def backward(self, dy: Array) -> tuple[Array, None]:
        return self.expand.backward(self.activation.backward(self.contract.backward(dy))), None


class Embedded:
    """Embeddings, or a series' projected steps, times √width, plus positions."""

    def __init__(self, network: "Network", stack: str) -> None:
        self.embedding: Dense | Embedding
        if network.architecture.source_features:
            self.embedding = network.add(f"{stack}_projection", Dense())
        else:
            self.embedding = network.add(f"{stack}_embedding", Embedding())
        learned = network.architecture.positions == "learned"
        self.positions = network.add(f"{stack}_positions", Positions(learned))
        self.dropout = network.add_dropout(f"{stack}_dropout", network.architecture.dropout)

    def forward(self, tokens: Array) -> Array:
        x: Array = self.dropout(self.positions(self.embedding(tokens)))
        return x

    def backward(self, dy: Array) -> None:
        self.embedding.backward(self.positions.backward(self.dropout.backward(dy)))


class EncoderLayer:
    """Self-attention, then a feed-forward network, each with its residual connection."""

    def __init__(self, network: "Network", index: int) -> None:
        attention = network.add(f"encoder_attention_{index}", MultiHeadAttention(network.architecture.heads))
        self.attention = Residual(network, "encoder_attention", index, SelfAttention(attention))
        feedforward = FeedForward(network, "encoder", index)
        self.feedforward = Residual(network, "encoder_feedforward", index, feedforward)

    def forward(self, x: Array, real: Array) -> Array:
        return self.feedforward.forward(self.attention.forward(x, real))

    def backward(self, dy: Array) -> Array:
        dy, _ = self.feedforward.backward(dy)
        dx, _ = self.attention.backward(dy)
        return dx


class DecoderLayer:
    """Self-attention to no later position, attention to a source (if any), then a feed-forward network.

    Each has its residual connection.
    """

    def __init__(self, network: "Network", index: int) -> None:
        heads, self.attends_source = network.architecture.heads, network.architecture.attends_source
        attention = network.add(f"decoder_attention_{index}", MultiHeadAttention(heads, causal=True))
        self.attention = Residual(network, "decoder_attention", index, SelfAttention(attention))
        if self.attends_source:
            attention = network.add(f"decoder_cross_attention_{index}", MultiHeadAttention(heads))
            self.cross_attention = Residual(network, "decoder_cross_attention", index, attention)
        feedforward = FeedForward(network, "decoder", index)
        self.feedforward = Residual(network, "decoder_feedforward", index, feedforward)

    def forward(self, x: Array, *memory: Array) -> Array:
        # No mask for the target's padding: it follows everything that counts.
        x = self.attention.forward(x, np.full(x.shape[:2], True))
        if self.attends_source:
            x = self.cross_attention.forward(x, *memory)
        return self.feedforward.forward(x)

    def backward(self, dy: Array) -> tuple[Array, Array | None]:
        """The gradients for x and for the memory."""
        (dy, _), dmemory = self.feedforward.backward(dy), None
        if self.attends_source:
            dy, dmemory = self.cross_attention.backward(dy)
        dx, _ = self.attention.backward(dy)
        return dx, dmemory


class Network(network.Network):
    """An encoder that classifies, a decoder that continues, or both (see `Transformer`).

    Maps tokens (examples, source length + target length) to (examples, outputs) or (examples, target length, tokens);
    series (examples, source length, features) to (examples, outputs).
    """

    def __init__(self, architecture: Transformer, generator: np.random.Generator) -> None:
        super().__init__(architecture, generator)
        if "encoder" in architecture.stacks:
            self.source = Embedded(self, "encoder")
            self.encoder = [EncoderLayer(self, index) for index in range(architecture.layers)]
            self.encoder_norm = self.last_norm("encoder_norm")
        if "decoder" in architecture.stacks:
            self.target = Embedded(self, "decoder")
            self.decoder = [DecoderLayer(self, index) for index in range(architecture.layers)]
            self.decoder_norm = self.last_norm("decoder_norm")
        else:
            self.pooling_0 = self.add("pooling_0", MeanPooling())
        self.output = self.add("output", Dense())

    def forward(self, inputs: Array) -> Array:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        memory = self.encode(source) if length else ()
        x = self.decode(target, *memory) if self.architecture.decodes else self.pooling_0(*memory)
        outputs: Array = self.output(x)
        return outputs

    def encode(self, source: Array) -> tuple[Array, Array]:
        """The encoder's outputs (examples, source length, width), and where the source (examples, length) is real."""
        series = self.architecture.source_features > 0
        x, real = self.source.forward(source), np.full(source.shape[:2], True) if series else source != PADDING
        for layer in self.encoder:
            x = layer.forward(x, real)
        return self.encoder_norm(x), real

    def decode(self, target: Array, *memory: Array) -> Array:
        """The decoder's outputs (examples, length, width) for the target's tokens (examples, length)."""
        x = self.target.forward(target)
        for layer in self.decoder:
            x = layer.forward(x, *memory)
        outputs: Array = self.decoder_norm(x)
        return outputs

    def backward(self, gradient: Array) -> None:
        gradient = self.output.backward(gradient)
        if not self.architecture.decodes:
            self.encoder_backward(self.pooling_0.backward(gradient))
            return
        gradient, dmemories = self.decoder_norm.backward(gradient), []
        for layer in reversed(self.decoder):
            gradient, dmemory = layer.backward(gradient)
            dmemories.append(dmemory)
        self.target.backward(gradient)
        if self.architecture.attends_source:
            self.encoder_backward(np.sum([each for each in dmemories if each is not None], axis=0))

    def encoder_backward(self, gradient: Array) -> None:
        gradient = self.encoder_norm.backward(gradient)
        for layer in reversed(self.encoder):
            gradient = layer.backward(gradient)
        self.source.backward(gradient)

    def last_norm(self, name: str) -> LayerNormalization | Identity:
        """With pre-norm, the norm at the end of a stack."""
        return self.add(name, LayerNormalization()) if self.architecture.pre_norm else Identity()
