"""The Transformer in NumPy."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch import network
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.dense import Dense
from impls.scratch.embedding import Embedding
from impls.scratch.layer import Identity
from impls.scratch.multi_head_attention import KeysAndValues, MultiHeadAttention
from impls.scratch.normalization import LayerNormalization
from impls.scratch.pooling import MeanPooling
from impls.scratch.positions import Positions
from impls.spec.tokens import PADDING
from impls.transformer.architecture import Transformer

#: What a decoder layer keeps, by "target" and "source".
Kept: TypeAlias = dict[str, KeysAndValues]
#: The position to be read next, and what each decoder layer keeps.
DecoderState: TypeAlias = tuple[int, list[Kept]]
#: A function of features, or of their gradient, (examples, length, width), that keeps their shape.
Function: TypeAlias = Callable[[Array], Array]


class Residual:
    """norm(x + dropout(sublayer(x))), or, with pre-norm, x + dropout(sublayer(norm(x)))."""

    def __init__(self, network: "Network", name: str, index: int) -> None:
        architecture = network.architecture
        self.pre_norm = architecture.pre_norm
        self.dropout = network.add_dropout(f"{name}_dropout_{index}", architecture.dropout)
        self.norm = network.add(f"{name}_norm_{index}", LayerNormalization(architecture.width, network.dtype))

    def forward(self, x: Array, sublayer: Function) -> Array:
        y: Array = self.dropout(sublayer(self.norm(x) if self.pre_norm else x))
        y += x
        return y if self.pre_norm else self.norm(y)

    def backward(self, gradient: Array, sublayer: Function) -> Array:
        """The gradient takes both ways: past the sublayer, and through `sublayer`, its way backward."""
        gradient = gradient if self.pre_norm else self.norm.backward(gradient)
        through = sublayer(self.dropout.backward(gradient))
        through = self.norm.backward(through) if self.pre_norm else through
        through += gradient
        return through


class FeedForward:
    """Two dense layers with an activation between, at each position by itself."""

    def __init__(self, network: "Network", stack: str, index: int) -> None:
        architecture, dtype = network.architecture, network.dtype
        width, feedforward = architecture.width, architecture.feedforward
        self.expand = network.add(f"{stack}_expand_{index}", Dense(width, feedforward, dtype))
        self.activation = network.add(f"{stack}_activation_{index}", ACTIVATIONS[architecture.activation](dtype))
        self.contract = network.add(f"{stack}_contract_{index}", Dense(feedforward, width, dtype))

    def forward(self, x: Array) -> Array:
        outputs: Array = self.contract(self.activation(self.expand(x)))
        return outputs

    def backward(self, gradient: Array) -> Array:
        return self.expand.backward(self.activation.backward(self.contract.backward(gradient)))


class Embedded:
    """Embeddings, or a series' projected steps, times √width, plus positions."""

    def __init__(self, network: "Network", stack: str) -> None:
        architecture, dtype = network.architecture, network.dtype
        field, width, learned = architecture.stacks[stack], architecture.width, architecture.positions == "learned"
        self.embedding: Dense | Embedding
        if architecture.source_features:
            self.embedding = network.add(f"{stack}_projection", Dense(architecture.source_features, width, dtype))
        else:
            self.embedding = network.add(f"{stack}_embedding", Embedding(field.vocabulary, width, dtype))
        self.positions = network.add(f"{stack}_positions", Positions(field.length, width, learned, dtype))
        self.dropout = network.add_dropout(f"{stack}_dropout", architecture.dropout)

    def forward(self, tokens: Array, start: int = 0) -> Array:
        """The first of the tokens (examples, length) stands at position `start`."""
        x: Array = self.dropout(self.positions(self.embedding(tokens), start=start))
        return x

    def backward(self, gradient: Array) -> None:
        gradient = self.positions.backward(self.dropout.backward(gradient))
        self.embedding.backward_to_parameters(gradient)


class EncoderLayer:
    """Self-attention, then a feed-forward network, each with its residual connection."""

    def __init__(self, network: "Network", index: int) -> None:
        width, heads = network.architecture.width, network.architecture.heads
        attention = MultiHeadAttention(width, heads, dtype=network.dtype)
        self.attention = network.add(f"encoder_attention_{index}", attention)
        self.attention_residual = Residual(network, "encoder_attention", index)
        self.feedforward = FeedForward(network, "encoder", index)
        self.feedforward_residual = Residual(network, "encoder_feedforward", index)

    def forward(self, x: Array, real: Array) -> Array:
        x = self.attention_residual.forward(x, lambda y: self.attention(y, real=real))
        return self.feedforward_residual.forward(x, self.feedforward.forward)

    def backward(self, gradient: Array) -> Array:
        gradient = self.feedforward_residual.backward(gradient, self.feedforward.backward)
        return self.attention_residual.backward(gradient, self.attention.backward)


class DecoderLayer:
    """Self-attention to no later position, attention to a source (if any), then a feed-forward network.

    Each has its residual connection. Step by step, keys and values are kept.
    """

    def __init__(self, network: "Network", index: int) -> None:
        width, heads = network.architecture.width, network.architecture.heads
        attention = MultiHeadAttention(width, heads, causal=True, dtype=network.dtype)
        self.attention = network.add(f"decoder_attention_{index}", attention)
        self.attention_residual = Residual(network, "decoder_attention", index)
        self.attends_source = network.architecture.attends_source
        if self.attends_source:
            attention = MultiHeadAttention(width, heads, dtype=network.dtype)
            self.cross_attention = network.add(f"decoder_cross_attention_{index}", attention)
            self.cross_residual = Residual(network, "decoder_cross_attention", index)
        self.feedforward = FeedForward(network, "decoder", index)
        self.feedforward_residual = Residual(network, "decoder_feedforward", index)

    def forward(self, x: Array, memory: Array | None, real: Array | None) -> Array:
        x = self.attention_residual.forward(x, self.attention)
        if self.attends_source:
            x = self.cross_residual.forward(x, lambda y: self.cross_attention(y, memory, real))
        return self.feedforward_residual.forward(x, self.feedforward.forward)

    def backward(self, gradient: Array) -> Array:
        """Leaves the memory's gradient in `cross_attention.memory_gradient`."""
        gradient = self.feedforward_residual.backward(gradient, self.feedforward.backward)
        if self.attends_source:
            gradient = self.cross_residual.backward(gradient, self.cross_attention.backward)
        return self.attention_residual.backward(gradient, self.attention.backward)

    def begin(self, sequences: int, length: int, memory: Array | None, real: Array | None) -> Kept:
        """Room for the keys and values of `length` positions, and those of the memory."""
        kept = {"target": self.attention.room(sequences, length)}
        if memory is not None and real is not None:
            kept["source"] = self.cross_attention.remember(memory, real)
        return kept

    def step(self, x: Array, kept: Kept, position: int) -> tuple[Array, Kept]:
        """One more position (sequences, 1, width), whose keys and values are kept from then on."""
        kept = dict(kept)

        def attend_target(y: Array) -> Array:
            outputs, kept["target"] = self.attention.step(y, kept["target"], position)
            return outputs

        x = self.attention_residual.forward(x, attend_target)
        if self.attends_source:
            x = self.cross_residual.forward(x, lambda y: self.cross_attention.attend(y, kept["source"]))
        return self.feedforward_residual.forward(x, self.feedforward.forward), kept


class Network(network.Network):
    """An encoder that classifies, a decoder that continues, or both (see `Transformer`).

    Maps tokens (examples, source length + target length) to (examples, outputs) or (examples, target length, tokens);
    series (examples, source length, features) to (examples, outputs).
    """

    def __init__(self, architecture: Transformer, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__(dtype, generator)
        self.architecture = architecture
        if "encoder" in architecture.stacks:
            self.source = Embedded(self, "encoder")
            self.encoder = [EncoderLayer(self, index) for index in range(architecture.layers)]
            self.encoder_norm = self._last_norm("encoder_norm")
        if "decoder" in architecture.stacks:
            self.target = Embedded(self, "decoder")
            self.decoder = [DecoderLayer(self, index) for index in range(architecture.layers)]
            self.decoder_norm = self._last_norm("decoder_norm")
        else:
            self.pooling_0 = self.add("pooling_0", MeanPooling(dtype))
        self.output = self.add("output", Dense(architecture.width, architecture.output_shape[-1], dtype))

    def forward(self, inputs: Array) -> Array:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        memory, real = self.encode(source) if length else (None, None)
        if not self.architecture.decodes:
            outputs: Array = self.output(self.pooling_0(memory, real))
            return outputs
        return self.decode(target, memory, real)

    def encode(self, source: Array) -> tuple[Array, Array]:
        """The encoder's outputs (examples, source length, width), and where the source (examples, length) is real."""
        series = self.architecture.source_features > 0
        real = np.full(source.shape[:2], True) if series else source != PADDING
        x = self.source.forward(source)
        for layer in self.encoder:
            x = layer.forward(x, real)
        return self.encoder_norm(x), real

    def decode(self, target: Array, memory: Array | None, real: Array | None) -> Array:
        """Logits (examples, length, tokens) for the target's tokens (examples, length)."""
        x = self.target.forward(target)
        for layer in self.decoder:
            x = layer.forward(x, memory, real)
        logits: Array = self.output(self.decoder_norm(x))
        return logits

    def backward(self, gradient: Array) -> None:
        gradient = self.output.backward(gradient)
        if not self.architecture.decodes:
            self._encoder_backward(self.pooling_0.backward(gradient))
            return
        gradient = self.decoder_norm.backward(gradient)
        for layer in reversed(self.decoder):
            gradient = layer.backward(gradient)
        self.target.backward(gradient)
        if self.architecture.attends_source:
            memory_gradient, *others = (layer.cross_attention.memory_gradient for layer in self.decoder)
            for other in others:
                memory_gradient += other
            self._encoder_backward(memory_gradient)

    def begin(self, sources: Array) -> DecoderState:
        """The state before the first token."""
        architecture = self.architecture
        memory, real = self.encode(sources) if architecture.source_length else (None, None)
        sequences, length = len(sources), architecture.target_length
        kept = [layer.begin(sequences, length, memory, real) for layer in self.decoder]
        return 0, kept

    def step(self, tokens: Array, state: DecoderState) -> tuple[Array, DecoderState]:
        """Logits (sequences, tokens) after one more token of each sequence, and the state after it."""
        position, kept = state
        x, following = self.target.forward(tokens[:, None], position), []
        for layer, own in zip(self.decoder, kept, strict=True):
            x, own_following = layer.step(x, own, position)
            following.append(own_following)
        return self.output(self.decoder_norm(x))[:, 0], (position + 1, following)

    def attention_weights(self, inputs: Array) -> Array:
        """As `impls.protocol.Transparent`: of the last layer, averaged over its heads."""
        if not self.architecture.attends_source:
            return super().attention_weights(inputs)
        self(inputs)
        weights: Array = self.decoder[-1].cross_attention.weights.mean(axis=1)
        return weights

    def _last_norm(self, name: str) -> LayerNormalization | Identity:
        """With pre-norm, the norm at the end of a stack."""
        if not self.architecture.pre_norm:
            return Identity(self.dtype)
        return self.add(name, LayerNormalization(self.architecture.width, self.dtype))

    def _encoder_backward(self, gradient: Array) -> None:
        gradient = self.encoder_norm.backward(gradient)
        for layer in reversed(self.encoder):
            gradient = layer.backward(gradient)
        self.source.backward(gradient)
