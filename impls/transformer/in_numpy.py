"""The Transformer in NumPy."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from impls.protocol import Array, Decoder
from impls.scratch import network
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.layer import Layer
from impls.scratch.multi_head_attention import MultiHeadAttention
from impls.scratch.normalization import LayerNormalization
from impls.scratch.positions import Positions
from impls.scratch.time_steps import MeanPooling, lengths_of
from impls.spec.tokens import PADDING, Field
from impls.transformer.architecture import Transformer

#: A function of features (examples, length, width) that keeps their shape.
Function: TypeAlias = Callable[[Array], Array]
#: Sub-layer without number, number, features -> what its attention makes of them.
Attend: TypeAlias = Callable[[str, int, Array], Array]


class Network(network.Network):
    """An encoder that classifies, a decoder that continues, or both (see `Transformer`).

    Maps tokens (examples, source length + target length) to (examples, outputs) or (examples, target length, tokens).
    """

    def __init__(self, architecture: Transformer, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__()
        self.architecture = architecture
        #: The attention layers, by name.
        self.attentions: dict[str, MultiHeadAttention] = {}
        for stack, field in architecture.stacks.items():
            self._add_stack(stack, field, dtype, generator)
        if not architecture.decodes:
            self.add("pooling_0", MeanPooling(dtype))
        self.add("output", Dense(architecture.width, architecture.output_shape[-1], dtype))

    def forward(self, inputs: Array, training: bool = False) -> Array:
        self.set_training(training)
        source, target = np.split(inputs, [self.architecture.source_length], axis=1)
        looks_at: dict[str, tuple[Array, Array]] = {}
        if self.architecture.source_length:
            memory, padding = self.encode(source)
            if not self.architecture.decodes:
                return self.run("output", self.run("pooling_0", memory, lengths_of(source)))
            looks_at["decoder_cross_attention"] = memory, padding
        return self.decode(target, lambda sublayer, i, x: self.run(f"{sublayer}_{i}", x, *looks_at.get(sublayer, ())))

    def encode(self, source: Array) -> tuple[Array, Array]:
        """The encoder's outputs (examples, source length, width), and where the source (examples, length) has none."""
        padding = source == PADDING
        memory = self._stack("encoder", source, lambda sublayer, i, x: self.run(f"{sublayer}_{i}", x, None, padding))
        return memory, padding

    def decode(self, target: Array, attend: Attend, start: int = 0) -> Array:
        """Logits for the target's tokens (examples, length), which stand at positions from `start` on."""
        return self.run("output", self._stack("decoder", target, attend, start))

    def backward(self, gradient: Array) -> None:
        gradient = self.layers["output"].backward(gradient)
        if not self.architecture.decodes:
            self._stack_backward("encoder", self.layers["pooling_0"].backward(gradient))
            return
        self._stack_backward("decoder", gradient)
        if self.architecture.source_length:
            self._stack_backward("encoder", self._memory_gradient())

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:
        return TransformerDecoder(self, sequences, sources)

    def attention_weights(self, inputs: Array) -> Array:
        """What each target position attends to in the source, in the last layer, averaged over its heads.

        Args:
            inputs: checked tokens (examples, source length + target length) of an encoder-decoder.

        Returns:
            (examples, target length, source length); a row's sum is 1, and padding has 0.
        """
        self.forward(inputs)
        last = self.attentions[f"decoder_cross_attention_{self.architecture.layers - 1}"]
        weights: Array = last.weights.mean(axis=1)
        return weights

    def _add_stack(self, stack: str, field: Field, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        architecture = self.architecture
        width, learned = architecture.width, architecture.positions == "learned"
        self.add(f"{stack}_embedding", Embedding(field.vocabulary, width, dtype))
        self.add(f"{stack}_positions", Positions(field.length, width, learned, dtype))
        if architecture.dropout:
            self.add(f"{stack}_dropout", Dropout(architecture.dropout, generator, dtype))
        for index in range(architecture.layers):
            for sublayer in architecture.sublayers(stack):
                name, causal = f"{sublayer}_{index}", sublayer == "decoder_attention"
                self.attentions[name] = MultiHeadAttention(width, architecture.heads, causal, dtype)
                self._add_sublayer(sublayer, index, {name: self.attentions[name]}, dtype, generator)
            feedforward: dict[str, Layer] = {
                f"{stack}_expand_{index}": Dense(width, architecture.feedforward, dtype),
                f"{stack}_activation_{index}": ACTIVATIONS[architecture.activation](dtype),
                f"{stack}_contract_{index}": Dense(architecture.feedforward, width, dtype),
            }
            self._add_sublayer(f"{stack}_feedforward", index, feedforward, dtype, generator)
        if architecture.pre_norm:
            self.add(f"{stack}_norm", LayerNormalization(width, dtype))

    def _add_sublayer(
        self,
        sublayer: str,
        index: int,
        layers: Mapping[str, Layer],
        dtype: npt.DTypeLike,
        generator: np.random.Generator,
    ) -> None:
        """The sub-layer's own layers, its dropout and its norm, in forward order."""
        architecture = self.architecture
        norm = {f"{sublayer}_norm_{index}": LayerNormalization(architecture.width, dtype)}
        dropout = {f"{sublayer}_dropout_{index}": Dropout(architecture.dropout, generator, dtype)}
        before, after = (norm, {}) if architecture.pre_norm else ({}, norm)
        for name, layer in {**before, **layers, **(dropout if architecture.dropout else {}), **after}.items():
            self.add(name, layer)

    def _stack(self, stack: str, tokens: Array, attend: Attend, start: int = 0) -> Array:
        x = self.run(f"{stack}_embedding", tokens)
        x = self.run(f"{stack}_positions", x, start=start)
        x = self._drop(f"{stack}_dropout", x)
        for index in range(self.architecture.layers):
            for sublayer in self.architecture.sublayers(stack):
                x = self._sublayer(sublayer, index, x, partial(attend, sublayer, index))
            x = self._sublayer(f"{stack}_feedforward", index, x, partial(self._feedforward, stack, index))
        return self.run(f"{stack}_norm", x) if self.architecture.pre_norm else x

    def _sublayer(self, sublayer: str, index: int, x: Array, function: Function) -> Array:
        """norm(x + dropout(function(x))), or, with pre-norm, x + dropout(function(norm(x)))."""
        norm, dropout = f"{sublayer}_norm_{index}", f"{sublayer}_dropout_{index}"
        if self.architecture.pre_norm:
            y = self._drop(dropout, function(self.run(norm, x)))
            y += x
            return y
        y = self._drop(dropout, function(x))
        y += x
        return self.run(norm, y)

    def _feedforward(self, stack: str, index: int, x: Array) -> Array:
        expanded = self.run(f"{stack}_expand_{index}", x)
        return self.run(f"{stack}_contract_{index}", self.run(f"{stack}_activation_{index}", expanded))

    def _drop(self, dropout: str, x: Array) -> Array:
        return self.run(dropout, x) if self.architecture.dropout else x

    def _stack_backward(self, stack: str, gradient: Array) -> None:
        if self.architecture.pre_norm:
            gradient = self.layers[f"{stack}_norm"].backward(gradient)
        for index in reversed(range(self.architecture.layers)):
            feedforward = [f"{stack}_{part}_{index}" for part in ("contract", "activation", "expand")]
            gradient = self._sublayer_backward(f"{stack}_feedforward", index, gradient, feedforward)
            for sublayer in reversed(self.architecture.sublayers(stack)):
                gradient = self._sublayer_backward(sublayer, index, gradient, [f"{sublayer}_{index}"])
        gradient = self._drop_backward(f"{stack}_dropout", gradient)
        gradient = self.layers[f"{stack}_positions"].backward(gradient)
        self.layers[f"{stack}_embedding"].backward_to_parameters(gradient)

    def _sublayer_backward(self, sublayer: str, index: int, gradient: Array, layers: Sequence[str]) -> Array:
        """The gradient takes both ways: past the sub-layer, and through its layers, which are named last to first."""
        norm = self.layers[f"{sublayer}_norm_{index}"]
        if not self.architecture.pre_norm:
            gradient = norm.backward(gradient)
        through = self._drop_backward(f"{sublayer}_dropout_{index}", gradient)
        for name in layers:
            through = self.layers[name].backward(through)
        if self.architecture.pre_norm:
            through = norm.backward(through)
        through += gradient
        return through

    def _drop_backward(self, dropout: str, gradient: Array) -> Array:
        return self.layers[dropout].backward(gradient) if self.architecture.dropout else gradient

    def _memory_gradient(self) -> Array:
        """For the encoder's outputs: the sum over the layers that attend to them."""
        names = (f"decoder_cross_attention_{index}" for index in range(self.architecture.layers))
        total, *others = (self.attentions[name].memory_gradient for name in names)
        for gradient in others:
            total += gradient
        return total


class TransformerDecoder:
    """Sequences that are being written (see `impls.protocol.Decoder`): each step reads one position of the stack."""

    def __init__(self, written_by: Network, sequences: int, sources: Array | None) -> None:
        self._network = written_by
        self._position = 0
        length = written_by.architecture.target_length
        self._caches = {
            name: layer.empty_cache(sequences, length)
            for name, layer in written_by.attentions.items()
            if name.startswith("decoder_attention")
        }
        if sources is not None:
            written_by.set_training(False)
            memory, padding = written_by.encode(sources)
            for name, layer in written_by.attentions.items():
                if name.startswith("decoder_cross_attention"):
                    self._caches[name] = layer.cache_of(memory, padding)

    def step(self, tokens: Array) -> Array:
        self._network.set_training(False)
        logits = self._network.decode(tokens[:, np.newaxis], self._attend, self._position)
        self._position += 1
        return logits[:, 0].copy()

    def reorder(self, sequences: Array) -> None:
        for cache in self._caches.values():
            cache.reorder(sequences)

    def _attend(self, sublayer: str, index: int, x: Array) -> Array:
        name = f"{sublayer}_{index}"
        return self._network.attentions[name].step(x, self._caches[name])
