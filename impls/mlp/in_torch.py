"""The multilayer perceptron in PyTorch."""

from torch import nn

from impls.engines.in_torch.layers.activations import ACTIVATIONS
from impls.engines.in_torch.layers.dropout import Dropout
from impls.engines.in_torch.layers.normalization import NORMALIZATIONS
from impls.mlp.architecture import MLP


class Network(nn.Sequential):
    """Dense layers, each with normalization (optional), activation and dropout (optional).

    Maps (examples, inputs), or as many embedded tokens, to (examples, outputs).
    """

    def __init__(self, architecture: MLP) -> None:
        super().__init__()
        if architecture.tokens:
            self.add_module("embedding", nn.Embedding(architecture.tokens, architecture.embedding))
            self.add_module("flatten", nn.Flatten())
        width = architecture.first_features
        for index, units in enumerate(architecture.hidden):
            self.add_module(f"hidden_{index}", nn.Linear(width, units))
            if architecture.normalization:
                self.add_module(f"norm_{index}", NORMALIZATIONS[architecture.normalization](units))
            self.add_module(f"activation_{index}", ACTIVATIONS[architecture.activation]())
            if architecture.dropout:
                self.add_module(f"dropout_{index}", Dropout(architecture.dropout))
            width = units
        self.add_module("output", nn.Linear(width, architecture.outputs))
