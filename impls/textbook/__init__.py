"""Neural networks as the book has them: each layer in its plain equations, forward and backward, in NumPy alone.

Nothing here is made fast: no array is written into twice, nothing is fused or kept for the next step. What that costs
is what the tricks of `impls.scratch` are worth; `threefold overhead` measures it.

A layer has two methods. `forward` is the equation and keeps what its derivative needs; `backward` takes the gradient of
the loss for the layer's outputs, dy = ∂L/∂y, sets that for each parameter in `gradients`, and returns that for the
inputs, dx = ∂L/∂x. The chapters named are of Goodfellow, Bengio & Courville, "Deep Learning" (2016).
"""
