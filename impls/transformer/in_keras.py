"""The Transformer in Keras."""

from collections.abc import Callable
from typing import Any, TypeAlias

import keras
from keras import ops

from impls.engines.in_keras.layers import network
from impls.engines.in_keras.layers.activations import ACTIVATIONS
from impls.engines.in_keras.layers.multi_head_attention import KeysAndValues, MultiHeadAttention
from impls.engines.in_keras.layers.normalization import NORMALIZATIONS
from impls.engines.in_keras.layers.pooling import MeanPooling
from impls.engines.in_keras.layers.positions import Positions
from impls.spec.tokens import PADDING
from impls.transformer.architecture import Transformer

#: What a decoder layer keeps, by "target" and "source".
Kept: TypeAlias = dict[str, KeysAndValues]
#: The position to be read next (sequences,), the same for all, and what each decoder layer keeps.
DecoderState: TypeAlias = tuple[Any, list[Kept]]
#: A function of features (examples, length, width) that keeps their shape.
Function: TypeAlias = Callable[[Any], Any]


class Residual:
    """norm(x + dropout(sublayer(x))), or, with pre-norm, x + dropout(sublayer(norm(x)))."""

    def __init__(self, network: "Network", name: str, index: int) -> None:
        architecture = network.architecture
        self.pre_norm = architecture.pre_norm
        self.dropout = network.add_dropout(f"{name}_dropout_{index}", architecture.dropout)
        self.norm = network.add(f"{name}_norm_{index}", NORMALIZATIONS["layer"]())

    def forward(self, x: Any, sublayer: Function) -> Any:
        y = x + self.dropout(sublayer(self.norm(x) if self.pre_norm else x))
        return y if self.pre_norm else self.norm(y)


class FeedForward:
    """Two dense layers with an activation between, at each position by itself."""

    def __init__(self, network: "Network", stack: str, index: int) -> None:
        architecture = network.architecture
        self.expand = network.add(f"{stack}_expand_{index}", keras.layers.Dense(architecture.feedforward))
        self.activation = network.add(f"{stack}_activation_{index}", ACTIVATIONS[architecture.activation]())
        self.contract = network.add(f"{stack}_contract_{index}", keras.layers.Dense(architecture.width))

    def forward(self, x: Any) -> Any:
        return self.contract(self.activation(self.expand(x)))


class Embedded:
    """Embeddings, or a series' projected steps, times √width, plus positions."""

    def __init__(self, network: "Network", stack: str) -> None:
        architecture = network.architecture
        field, width, learned = architecture.stacks[stack], architecture.width, architecture.positions == "learned"
        self.embedding: keras.layers.Layer
        if architecture.source_features:
            self.embedding = network.add(f"{stack}_projection", keras.layers.Dense(width))
        else:
            self.embedding = network.add(f"{stack}_embedding", keras.layers.Embedding(field.vocabulary, width))
        self.positions = network.add(f"{stack}_positions", Positions(field.length, learned))
        self.dropout = network.add_dropout(f"{stack}_dropout", architecture.dropout)

    def forward(self, tokens: Any, start: Any = None) -> Any:
        """The first of the tokens (examples, length) stands at position `start`; None is 0."""
        return self.dropout(self.positions(self.embedding(tokens), start=start))


class EncoderLayer:
    """Self-attention, then a feed-forward network, each with its residual connection."""

    def __init__(self, network: "Network", index: int) -> None:
        width, heads = network.architecture.width, network.architecture.heads
        attention = MultiHeadAttention(width, heads)
        self.attention = network.add(f"encoder_attention_{index}", attention)
        self.attention_residual = Residual(network, "encoder_attention", index)
        self.feedforward = FeedForward(network, "encoder", index)
        self.feedforward_residual = Residual(network, "encoder_feedforward", index)

    def forward(self, x: Any, real: Any) -> Any:
        x = self.attention_residual.forward(x, lambda y: self.attention(y, real=real))
        return self.feedforward_residual.forward(x, self.feedforward.forward)


class DecoderLayer:
    """Self-attention to no later position, attention to a source (if any), then a feed-forward network.

    Each has its residual connection. Step by step, keys and values are kept.
    """

    def __init__(self, network: "Network", index: int) -> None:
        width, heads = network.architecture.width, network.architecture.heads
        attention = MultiHeadAttention(width, heads, causal=True)
        self.attention = network.add(f"decoder_attention_{index}", attention)
        self.attention_residual = Residual(network, "decoder_attention", index)
        self.attends_source = network.architecture.attends_source
        if self.attends_source:
            attention = MultiHeadAttention(width, heads)
            self.cross_attention = network.add(f"decoder_cross_attention_{index}", attention)
            self.cross_residual = Residual(network, "decoder_cross_attention", index)
        self.feedforward = FeedForward(network, "decoder", index)
        self.feedforward_residual = Residual(network, "decoder_feedforward", index)

    def forward(self, x: Any, memory: Any, real: Any) -> Any:
        x = self.attention_residual.forward(x, self.attention)
        if self.attends_source:
            x = self.cross_residual.forward(x, lambda y: self.cross_attention(y, memory, real))
        return self.feedforward_residual.forward(x, self.feedforward.forward)

    def begin(self, sequences: Any, length: int, memory: Any, real: Any) -> Kept:
        """Room for the keys and values of `length` positions, and those of the memory."""
        kept = {"target": self.attention.room(sequences, length)}
        if memory is not None and real is not None:
            kept["source"] = self.cross_attention.remember(memory, real)
        return kept

    def step(self, x: Any, kept: Kept, position: Any) -> tuple[Any, Kept]:
        """One more position (sequences, 1, width), whose keys and values are kept from then on."""
        kept = dict(kept)

        def attend_target(y: Any) -> Any:
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

    def __init__(self, architecture: Transformer) -> None:
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
            self.pooling_0 = self.add("pooling_0", MeanPooling())
        self.output_layer = self.add("output", keras.layers.Dense(architecture.output_shape[-1]))
        inputs = network.network_input(architecture)
        super().__init__(inputs, self.forward(inputs))

    def forward(self, inputs: Any) -> Any:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        memory, real = self.encode(source) if length else (None, None)
        if not self.architecture.decodes:
            return self.output_layer(self.pooling_0(memory, mask=real))
        return self.decode(target, memory, real)

    def encode(self, source: Any) -> tuple[Any, Any]:
        """The encoder's outputs (examples, source length, width), and where the source (examples, length) is real."""
        series = self.architecture.source_features > 0
        real = ops.full_like(source[:, :, 0], True, dtype="bool") if series else source != PADDING
        x = self.source.forward(source)
        for layer in self.encoder:
            x = layer.forward(x, real)
        return self.encoder_norm(x), real

    def decode(self, target: Any, memory: Any, real: Any) -> Any:
        """Logits (examples, length, tokens) for the target's tokens (examples, length)."""
        x = self.target.forward(target)
        for layer in self.decoder:
            x = layer.forward(x, memory, real)
        return self.output_layer(self.decoder_norm(x))

    def begin(self, sources: Any) -> DecoderState:
        """The state before the first token."""
        architecture = self.architecture
        memory, real = self.encode(sources) if architecture.source_length else (None, None)
        sequences, length = ops.shape(sources)[0], architecture.target_length
        kept = [layer.begin(sequences, length, memory, real) for layer in self.decoder]
        return ops.zeros((sequences,), "int32"), kept

    def step(self, tokens: Any, state: DecoderState) -> tuple[Any, DecoderState]:
        """Logits (sequences, tokens) after one more token of each sequence, and the state after it."""
        positions, kept = state
        position = positions[0]
        x, following = self.target.forward(tokens[:, None], position), []
        for layer, own in zip(self.decoder, kept, strict=True):
            x, own_following = layer.step(x, own, position)
            following.append(own_following)
        return self.output_layer(self.decoder_norm(x))[:, 0], (positions + 1, following)

    def _last_norm(self, name: str) -> Function:
        """With pre-norm, the norm at the end of a stack."""
        if not self.architecture.pre_norm:
            return network.identity
        norm: Function = self.add(name, NORMALIZATIONS["layer"]())
        return norm
