"""From images, or sequences, to the features of a dense layer."""

from impls.protocol import Array
from impls.scratch.layer import Layer


class Flatten(Layer):
    """(examples, height, width, channels) to (examples, height · width · channels), in that order.

    Sequences (examples, length, features) likewise become (examples, length · features).
    """

    def forward(self, inputs: Array) -> Array:
        self._shape = inputs.shape
        if inputs.ndim == 3:
            return inputs.reshape(len(inputs), -1)
        examples, height, width, channels = inputs.shape
        # The examples stay innermost: the features are the transpose of what lies in memory.
        features = self._buffers.take("features", (height, width, channels, examples))
        features[...] = inputs.transpose(1, 2, 3, 0)
        return features.reshape(-1, examples).T

    def backward(self, gradient: Array) -> Array:
        if len(self._shape) == 3:
            return gradient.reshape(self._shape)
        examples, height, width, channels = self._shape
        images = self._buffers.take("images", (channels, height, width, examples))
        images[...] = gradient.T.reshape(height, width, channels, examples).transpose(2, 0, 1, 3)
        return images.transpose(3, 1, 2, 0)
