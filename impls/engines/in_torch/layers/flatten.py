"""From images to features."""

from torch import Tensor, nn


class Flatten(nn.Module):
    """Images to features in the order height, width, channels, as they lie in `channels_last` memory: a view."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, channels, height, width) to (examples, height * width * channels)."""
        return inputs.permute(0, 2, 3, 1).flatten(1)
