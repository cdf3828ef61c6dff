"""The multilayer perceptron in NumPy."""

import numpy as np
import numpy.typing as npt

from impls.mlp.architecture import MLP
from impls.scratch.activations import ACTIVATIONS
from impls.scratch.dense import Dense
from impls.scratch.dropout import Dropout
from impls.scratch.embedding import Embedding
from impls.scratch.flatten import Flatten
from impls.scratch.normalization import NORMALIZATIONS
from impls.scratch.sequential import Sequential


class Network(Sequential):
    """Dense layers, each with normalization (optional), activation and dropout (optional), of numbers or of tokens.

    Maps (examples, inputs) to (examples, outputs).
    """

    def __init__(self, architecture: MLP, dtype: npt.DTypeLike, generator: np.random.Generator) -> None:
        super().__init__(dtype, generator)
        if architecture.tokens:
            self.add("embedding", Embedding(architecture.tokens, architecture.embedding, dtype))
            self.add("flatten", Flatten(dtype))
        width = architecture.first_features
        for index, units in enumerate(architecture.hidden):
            self.add(f"hidden_{index}", Dense(width, units, dtype))
            if architecture.normalization:
                self.add(f"norm_{index}", NORMALIZATIONS[architecture.normalization](units, dtype))
            self.add(f"activation_{index}", ACTIVATIONS[architecture.activation](dtype))
            if architecture.dropout:
                self.add(f"dropout_{index}", Dropout(architecture.dropout, generator, dtype))
            width = units
        self.add("output", Dense(width, architecture.outputs, dtype))
