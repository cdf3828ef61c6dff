"""The convolutional network in PyTorch."""

from torch import Tensor, nn

from impls.cnn.architecture import CNN
from impls.engines.in_torch.layers.activations import ACTIVATIONS
from impls.engines.in_torch.layers.convolution import Convolution
from impls.engines.in_torch.layers.dropout import Dropout
from impls.engines.in_torch.layers.embedding import TokenImages
from impls.engines.in_torch.layers.flatten import Flatten
from impls.engines.in_torch.layers.normalization import NORMALIZATIONS
from impls.engines.in_torch.layers.pooling import POOLINGS


class Network(nn.Sequential):
    """Blocks of convolution, normalization (optional), activation and pooling (optional), then dense layers.

    Maps images (examples, height, width, channels), or tokens (examples, height), to (examples, outputs).
    """

    def __init__(self, architecture: CNN) -> None:
        super().__init__()
        self.over_tokens = architecture.tokens > 0
        depth = architecture.inputs[2]
        if architecture.tokens:
            self.add_module("embedding", TokenImages(architecture.tokens, depth))
        for index, channels in enumerate(architecture.channels):
            convolution = Convolution(
                depth, channels, architecture.kernel_shape, architecture.strides, architecture.padding
            )
            self.add_module(f"convolution_{index}", convolution)
            if architecture.normalization:
                self.add_module(f"norm_{index}", NORMALIZATIONS[architecture.normalization](channels))
            self.add_module(f"activation_{index}", ACTIVATIONS[architecture.activation]())
            if architecture.pooling:
                self.add_module(f"pooling_{index}", POOLINGS[architecture.pooling](architecture.pool_shape))
            depth = channels
        self.add_module("flatten", Flatten())
        width = architecture.flat_features
        if architecture.dropout and not architecture.hidden:
            self.add_module("dropout_0", Dropout(architecture.dropout))
        for index, units in enumerate(architecture.hidden):
            self.add_module(f"hidden_{index}", nn.Linear(width, units))
            activation_index = len(architecture.channels) + index
            self.add_module(f"activation_{activation_index}", ACTIVATIONS[architecture.activation]())
            if architecture.dropout:
                self.add_module(f"dropout_{index}", Dropout(architecture.dropout))
            width = units
        self.add_module("output", nn.Linear(width, architecture.outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Run the layers on the images with their axes in PyTorch's order: a view, in channels_last memory."""
        features = inputs if self.over_tokens else inputs.permute(0, 3, 1, 2)
        for layer in self:
            features = layer(features)
        return features
