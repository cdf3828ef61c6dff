"""The embedding that a convolutional network begins with; others use `nn.Embedding` itself."""

from torch import Tensor, nn


class TokenImages(nn.Embedding):
    """An embedding that makes an image of width 1 of each sequence of tokens."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, length) to (examples, embedding's width, length, 1), a view in `channels_last` memory."""
        return super().forward(inputs.unsqueeze(2)).permute(0, 3, 1, 2)
