"""The recurrent encoder-decoder in Keras."""

from typing import Any

import keras
from keras import ops

from impls.engines.in_keras.attention import ATTENTIONS
from impls.engines.in_keras.layers import ACTIVATIONS, RECURRENT, Dropout, network_input
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING


class Network(keras.Model):
    """A recurrent encoder, a decoder that starts from its states, and attention between them (see `Seq2Seq`).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq) -> None:
        self.architecture = architecture
        self.parts: dict[str, keras.layers.Layer] = {}
        self._add_encoder()
        self._add_decoder()
        inputs = network_input(architecture)
        super().__init__(inputs, self._forward(inputs))

    def begin(self, sources: Any) -> Any:
        """The encoder's last states, and what attention needs; see `impls.engines.in_keras.decoding`."""
        memory, cells, real = self._encode(sources)
        if not self.architecture.attention:
            return {"cells": cells}
        return {"cells": cells, "memory": memory, "keys": self.parts["attention"].key(memory), "real": real}

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Logits after one more token, and the decoder's states."""
        queries, cells = self.parts["target_embedding"](tokens), []
        for index, old in enumerate(state["cells"]):
            queries, new = self.parts[f"decoder_{index}"].cell(queries, old)
            cells.append(new)
        queries, context = queries[:, None], None
        if self.architecture.attention:
            context = self.parts["attention"].attend(queries, state["keys"], state["memory"], state["real"])
        return self._answer(queries, context)[:, 0], {**state, "cells": cells}

    def _add_encoder(self) -> None:
        architecture = self.architecture
        self._add(keras.layers.Embedding(architecture.source_tokens, architecture.embedding, name="source_embedding"))
        self._add_dropout("source_dropout")
        for index in range(architecture.layers):
            self._add_recurrent(f"encoder_{index}", architecture.encoder_units)
            if architecture.bidirectional:
                self._add_recurrent(f"encoder_reverse_{index}", architecture.encoder_units, go_backwards=True)

    def _add_decoder(self) -> None:
        architecture = self.architecture
        self._add(keras.layers.Embedding(architecture.target_tokens, architecture.embedding, name="target_embedding"))
        self._add_dropout("target_dropout")
        for index in range(architecture.layers):
            self._add_recurrent(f"decoder_{index}", architecture.units)
        if architecture.attention:
            self._add(ATTENTIONS[architecture.attention](architecture.units, name="attention"))
            self._add(keras.layers.Dense(architecture.units, name="combine"))
            self._add(ACTIVATIONS["tanh"](name="activation_0"))
        self._add_dropout("output_dropout")
        self._add(keras.layers.Dense(architecture.target_tokens, name="output"))

    def _add_recurrent(self, name: str, units: int, **settings: Any) -> None:
        make = RECURRENT[self.architecture.cell]
        settings |= {"return_sequences": True, "return_state": True, "zero_output_for_mask": True}
        self._add(make(units, name=name, **settings))

    def _add_dropout(self, name: str) -> None:
        if self.architecture.dropout:
            self._add(Dropout(self.architecture.dropout, name=name))

    def _add(self, layer: keras.layers.Layer) -> None:
        self.parts[layer.name] = layer

    def _forward(self, inputs: Any) -> Any:
        source, target = inputs[:, : self.architecture.source_length], inputs[:, self.architecture.source_length :]
        memory, cells, real = self._encode(source)
        queries = self._drop("target_dropout", self.parts["target_embedding"](target))
        for index, state in enumerate(cells):
            queries, *_ = self.parts[f"decoder_{index}"](queries, initial_state=state)
        context = self.parts["attention"](queries, memory, real) if self.architecture.attention else None
        return self._answer(queries, context)

    def _encode(self, source: Any) -> tuple[Any, list[Any], Any]:
        """Outputs (examples, source length, units), each layer's last state, and where the source has real tokens."""
        real = ops.not_equal(source, PADDING)
        outputs = self._drop("source_dropout", self.parts["source_embedding"](source))
        states = []
        for index in range(self.architecture.layers):
            below = outputs
            outputs, *state = self.parts[f"encoder_{index}"](below, mask=real)
            if self.architecture.bidirectional:
                reverse, *reverse_state = self.parts[f"encoder_reverse_{index}"](below, mask=real)
                outputs = ops.concatenate([outputs, ops.flip(reverse, axis=1)], axis=-1)
                state = [ops.concatenate(both, axis=-1) for both in zip(state, reverse_state, strict=True)]
            states.append(state)
        return outputs, states, real

    def _answer(self, queries: Any, context: Any) -> Any:
        """Logits at each of the decoder's positions."""
        if context is not None:
            queries = self.parts["activation_0"](self.parts["combine"](ops.concatenate([context, queries], axis=-1)))
        return self.parts["output"](self._drop("output_dropout", queries))

    def _drop(self, dropout: str, features: Any) -> Any:
        return self.parts[dropout](features) if self.architecture.dropout else features
