"""Recurrent layers, and backpropagation through time (Goodfellow, Bengio & Courville 2016, section 10.2)."""

from typing import Any, TypeAlias

import numpy as np

from impls.protocol import Array
from impls.textbook.layer import Layer

#: What a layer carries from step to step, each (examples, units): the output h, and an LSTM's cell c.
State: TypeAlias = tuple[Array, ...]


class RecurrentLayer(Layer):
    """stateₜ = step(xₜ, stateₜ₋₁), and yₜ = hₜ, the first part of the state; a cell's file has the step.

    From x (examples, length, inputs) to y (examples, length, units), or the last h alone, and the last state. Where
    `real` (examples, length) is false there is padding: the state stays as it is, and the output is 0.
    """

    #: Arrays in a state.
    states = 1

    def __init__(self, every: bool = True, reverse: bool = False) -> None:
        super().__init__()
        self.every, self.reverse = every, reverse

    def forward(self, x: Array, real: Array, start: State | None = None) -> tuple[Array, State]:
        (examples, length, _), units = x.shape, len(self.parameters["recurrent_kernel"])
        self.x, self.real, self.remembered = x, real[:, :, np.newaxis], dict[int, Any]()
        state = start or (np.zeros((examples, units), x.dtype),) * self.states
        y = np.zeros((examples, length, units), x.dtype)
        for t in self.order():
            after, self.remembered[t] = self.step(x[:, t], state)
            state = tuple(np.where(self.real[:, t], new, old) for new, old in zip(after, state, strict=True))
            y[:, t] = np.where(self.real[:, t], state[0], 0)
        return (y if self.every else state[0]), state

    def backward(self, dy: Array, dstate: State | None = None) -> tuple[Array, State]:
        """From the gradients for the outputs and for the last state to those for x and for the first state."""
        self.gradients = {kind: np.zeros_like(parameter) for kind, parameter in self.parameters.items()}
        dx, zero = np.zeros_like(self.x), np.zeros((len(dy), dy.shape[-1]), dy.dtype)
        dstate = dstate or (zero,) * self.states
        if not self.every:
            dstate, dy = (dstate[0] + dy, *dstate[1:]), np.zeros((*self.x.shape[:2], 1), dy.dtype)
        for t in reversed(self.order()):
            dstate = (dstate[0] + np.where(self.real[:, t], dy[:, t], 0), *dstate[1:])
            # At padding no gradient goes through the step; it stays what it is, as the state did.
            through = tuple(np.where(self.real[:, t], d, 0) for d in dstate)
            dx[:, t], before = self.step_back(through, self.remembered[t])
            dstate = tuple(np.where(self.real[:, t], new, old) for new, old in zip(before, dstate, strict=True))
        return dx, dstate

    def order(self) -> list[int]:
        steps = list(range(self.x.shape[1]))
        return steps[::-1] if self.reverse else steps

    def step(self, x: Array, state: State) -> tuple[State, Any]:
        """The state after one step (examples, inputs), and what its way back needs."""
        raise NotImplementedError

    def step_back(self, dstate: State, remembered: Any) -> tuple[Array, State]:
        """From the gradient for the state after the step to those for x and for the state before it."""
        raise NotImplementedError

    def through_sums(self, da: Array, x: Array, h: Array) -> tuple[Array, Array]:
        """The way back through a = x·W + h·U + b: dx = da·Wᵀ and dh = da·Uᵀ; the parameters' gradients add up."""
        self.gradients["kernel"] += x.T @ da
        self.gradients["recurrent_kernel"] += h.T @ da
        self.gradients["bias"] += da.sum(axis=0)
        return da @ self.parameters["kernel"].T, da @ self.parameters["recurrent_kernel"].T
