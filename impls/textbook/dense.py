"""The dense (fully connected, affine) layer (Goodfellow, Bengio & Courville 2016, sections 6.1 and 6.5.6)."""

from impls.protocol import Array
from impls.textbook.layer import Layer


class Dense(Layer):
    """y = x·W + b, from (examples, inputs) to (examples, units), or so at each position (examples, length, inputs).

    ∂L/∂W = xᵀ·dy, ∂L/∂b = Σ dy over the examples (and positions), ∂L/∂x = dy·Wᵀ.
    """

    def forward(self, x: Array) -> Array:
        self.x = x
        return affine(x, self.parameters["kernel"], self.parameters["bias"])

    def backward(self, dy: Array) -> Array:
        dx, self.gradients["kernel"], self.gradients["bias"] = affine_backward(self.x, self.parameters["kernel"], dy)
        return dx


def affine(x: Array, kernel: Array, bias: Array) -> Array:
    """x·W + b."""
    y: Array = x @ kernel + bias
    return y


def affine_backward(x: Array, kernel: Array, dy: Array) -> tuple[Array, Array, Array]:
    """The gradients of `affine` for its inputs, kernel and bias."""
    rows, dy_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return dy @ kernel.T, rows.T @ dy_rows, dy_rows.sum(axis=0)
