"""The Transformer in Keras."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import keras
from keras import ops

from impls.engines.in_keras.attention import MultiHeadAttention
from impls.engines.in_keras.layers import ACTIVATIONS, NORMALIZATIONS, Dropout, network_input
from impls.engines.in_keras.positions import Positions
from impls.spec.tokens import PADDING, Field
from impls.transformer.architecture import Transformer

#: Attention of a sub-layer (without number) in the layer of that number: from what to where is its own affair.
Attend: TypeAlias = Callable[[str, int, Any], Any]


class Network(keras.Model):
    """An encoder that classifies, a decoder that continues, or both (see `Transformer`).

    Maps tokens (examples, source length + target length) to (examples, outputs) or (examples, target length, tokens).
    """

    def __init__(self, architecture: Transformer) -> None:
        self.architecture = architecture
        self.parts: dict[str, keras.layers.Layer] = {}
        for stack, field in architecture.stacks.items():
            self._add_stack(stack, field)
        self._add(keras.layers.Dense(architecture.output_shape[-1], name="output"))
        inputs = network_input(architecture)
        super().__init__(inputs, self._forward(inputs))

    def begin(self, sources: Any) -> Any:
        """Keys and values: empty ones for the target, the sources' own; see `impls.engines.in_keras.decoding`."""
        architecture = self.architecture
        sequences = ops.shape(sources)[0]
        shape = (sequences, architecture.target_length, architecture.heads, architecture.width // architecture.heads)
        state = {
            "position": ops.zeros((sequences,), "int32"),
            "decoder_attention": [(self._zeros(shape), self._zeros(shape)) for _ in range(architecture.layers)],
        }
        if architecture.source_length:
            memory, real = self._encode(sources)
            names = [f"decoder_cross_attention_{index}" for index in range(architecture.layers)]
            state["decoder_cross_attention"] = [self.parts[name].keys_and_values(memory) for name in names]
            state["real"] = real
        return state

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Logits after one more token, whose keys and values are kept."""
        position = state["position"][0]  # all sequences are equally long
        seen = ops.arange(self.architecture.target_length) <= position
        following = {**state, "position": state["position"] + 1, "decoder_attention": []}

        def attend(sublayer: str, index: int, x: Any) -> Any:
            attention = self.parts[f"{sublayer}_{index}"]
            keys, values = state[sublayer][index]
            if sublayer == "decoder_cross_attention":
                return attention.attend(x, keys, values, state["real"][:, None, None, :])
            place = (0, position, 0, 0)
            new_keys, new_values = attention.keys_and_values(x)
            keys, values = ops.slice_update(keys, place, new_keys), ops.slice_update(values, place, new_values)
            following[sublayer].append((keys, values))
            return attention.attend(x, keys, values, seen[None, None, None, :])

        return self._decode(tokens[:, None], attend, position)[:, 0], following

    def _add_stack(self, stack: str, field: Field) -> None:
        architecture = self.architecture
        self._add(keras.layers.Embedding(field.vocabulary, architecture.width, name=f"{stack}_embedding"))
        self._add(Positions(field.length, architecture.positions == "learned", name=f"{stack}_positions"))
        self._add_dropout(f"{stack}_dropout")
        for index in range(architecture.layers):
            for sublayer in architecture.sublayers(stack):
                causal = sublayer == "decoder_attention"
                self._add(
                    MultiHeadAttention(architecture.width, architecture.heads, causal, name=f"{sublayer}_{index}")
                )
            self._add(keras.layers.Dense(architecture.feedforward, name=f"{stack}_expand_{index}"))
            self._add(ACTIVATIONS[architecture.activation](name=f"{stack}_activation_{index}"))
            self._add(keras.layers.Dense(architecture.width, name=f"{stack}_contract_{index}"))
            for sublayer in (*architecture.sublayers(stack), f"{stack}_feedforward"):
                self._add_dropout(f"{sublayer}_dropout_{index}")
                self._add(NORMALIZATIONS["layer"](name=f"{sublayer}_norm_{index}"))
        if architecture.pre_norm:
            self._add(NORMALIZATIONS["layer"](name=f"{stack}_norm"))

    def _add_dropout(self, name: str) -> None:
        if self.architecture.dropout:
            self._add(Dropout(self.architecture.dropout, name=name))

    def _add(self, layer: keras.layers.Layer) -> None:
        self.parts[layer.name] = layer

    def _forward(self, inputs: Any) -> Any:
        source, target = (inputs[:, : self.architecture.source_length], inputs[:, self.architecture.source_length :])
        memory, real = self._encode(source) if self.architecture.source_length else (None, None)
        if not self.architecture.decodes:
            return self.parts["output"](keras.layers.GlobalAveragePooling1D(name="pooling_0")(memory, mask=real))

        def attend(sublayer: str, index: int, x: Any) -> Any:
            attention = self.parts[f"{sublayer}_{index}"]
            return attention(x, memory, real) if sublayer == "decoder_cross_attention" else attention(x, x)

        return self._decode(target, attend)

    def _encode(self, source: Any) -> tuple[Any, Any]:
        """Outputs (examples, source length, width), and where the source has real tokens."""
        real = ops.not_equal(source, PADDING)
        return self._stack("encoder", source, lambda name, index, x: self.parts[f"{name}_{index}"](x, x, real)), real

    def _decode(self, target: Any, attend: Attend, start: Any = None) -> Any:
        """Logits for the target's tokens (examples, length), which stand at positions from `start` on."""
        return self.parts["output"](self._stack("decoder", target, attend, start))

    def _stack(self, stack: str, tokens: Any, attend: Attend, start: Any = None) -> Any:
        x = self.parts[f"{stack}_positions"](self.parts[f"{stack}_embedding"](tokens), start)
        x = self._drop(f"{stack}_dropout", x)
        for index in range(self.architecture.layers):
            for sublayer in self.architecture.sublayers(stack):
                x = self._sublayer(sublayer, index, x, partial(attend, sublayer, index))
            x = self._sublayer(f"{stack}_feedforward", index, x, partial(self._feedforward, stack, index))
        return self.parts[f"{stack}_norm"](x) if self.architecture.pre_norm else x

    def _sublayer(self, sublayer: str, index: int, x: Any, function: Callable[[Any], Any]) -> Any:
        """norm(x + dropout(function(x))), or, with pre-norm, x + dropout(function(norm(x)))."""
        norm, dropout = self.parts[f"{sublayer}_norm_{index}"], f"{sublayer}_dropout_{index}"
        if self.architecture.pre_norm:
            return x + self._drop(dropout, function(norm(x)))
        return norm(x + self._drop(dropout, function(x)))

    def _feedforward(self, stack: str, index: int, x: Any) -> Any:
        for part in ("expand", "activation", "contract"):
            x = self.parts[f"{stack}_{part}_{index}"](x)
        return x

    def _drop(self, dropout: str, x: Any) -> Any:
        return self.parts[dropout](x) if self.architecture.dropout else x

    def _zeros(self, shape: Any) -> Any:
        return ops.zeros(shape, self.parts["output"].compute_dtype)
