"""From images, or sequences, to the features of a dense layer."""

from impls.protocol import Array
from impls.textbook.layer import Layer


class Flatten(Layer):
    """(examples, height, width, channels), or (examples, length, features), to (examples, all of them in a row)."""

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dy: Array) -> Array:
        return dy.reshape(self.shape)
