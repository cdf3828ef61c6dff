"""The recurrent network in Keras."""

from typing import Any

import keras
from keras import ops

from impls.engines.in_keras.layers import RECURRENT, Dropout, network_input
from impls.recurrent.architecture import Recurrent
from impls.spec.tokens import PADDING


class Network(keras.Model):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps (examples, length, features) or tokens (examples, length) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent) -> None:
        self.architecture = architecture
        inputs = network_input(architecture)
        features, mask = inputs, None
        if architecture.tokens:
            features = keras.layers.Embedding(architecture.tokens, architecture.embedding, name="embedding")(inputs)
            # Without pooling padding follows all that counts, and does not reach back.
            mask = ops.not_equal(inputs, PADDING) if architecture.pooling else None
        for index in range(len(architecture.units)):
            features = self._recurrent(index, features, mask)
            if index == len(architecture.units) - 1 and architecture.pooling == "mean":
                features = keras.layers.GlobalAveragePooling1D(name="pooling_0")(features, mask=mask)
            if architecture.dropout:
                features = Dropout(architecture.dropout, name=f"dropout_{index}")(features)
        super().__init__(inputs, keras.layers.Dense(architecture.outputs, name="output")(features))

    def begin(self, sources: Any) -> Any:
        """States of zeros for (sequences, 0) sources; see `impls.engines.in_keras.decoding`."""
        sequences = ops.shape(sources)[0]
        return [layer.get_initial_state(sequences) for layer in self._layers_in_time()]

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Logits after one more token, and the cells' states."""
        features, following = self.get_layer("embedding")(tokens), []
        for layer, old in zip(self._layers_in_time(), state, strict=True):
            features, new = layer.cell(features, old)
            following.append(new)
        return self.get_layer("output")(features), following

    def _layers_in_time(self) -> list[Any]:
        return [self.get_layer(f"recurrent_{index}") for index in range(len(self.architecture.units))]

    def _recurrent(self, index: int, features: Any, mask: Any) -> Any:
        """A layer's outputs in time, its directions side by side; of the last one before "last" pooling the last."""
        architecture, units = self.architecture, self.architecture.units[index]
        in_time = architecture.pooling != "last" or index < len(architecture.units) - 1
        make = RECURRENT[architecture.cell]
        layer = make(units, return_sequences=in_time, zero_output_for_mask=in_time, name=f"recurrent_{index}")
        outputs = layer(features, mask=mask)
        if not architecture.bidirectional:
            return outputs
        layer = make(
            units,
            return_sequences=in_time,
            zero_output_for_mask=in_time,
            go_backwards=True,
            name=f"reverse_{index}",
        )
        reverse = layer(features, mask=mask)
        return ops.concatenate([outputs, ops.flip(reverse, axis=1) if in_time else reverse], axis=-1)
