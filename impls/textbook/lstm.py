"""The long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000; section 10.10.1)."""

from typing import Any

import numpy as np

from impls.protocol import Array
from impls.textbook.activations import sigmoid
from impls.textbook.recurrent import RecurrentLayer, State


class Lstm(RecurrentLayer):
    """i, f, o = σ(x·W + h·U + b) and g = tanh(x·W + h·U + b), each with its columns of W, U and b, in the order i, f,
    g, o; c' = f·c + i·g; h' = o·tanh(c').
    """

    states = 2

    def step(self, x: Array, state: State) -> tuple[State, Any]:
        h, c = state
        kernel, recurrent, bias = (self.parameters[kind] for kind in ("kernel", "recurrent_kernel", "bias"))
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c_after = f * c + i * g
        h_after = o * np.tanh(c_after)
        return (h_after, c_after), (x, h, c, i, f, g, o, c_after)

    def step_back(self, dstate: State, remembered: Any) -> tuple[Array, State]:
        """σ' = σ·(1 − σ), tanh' = 1 − tanh²."""
        (x, h, c, i, f, g, o, c_after), (dh, dc) = remembered, dstate
        dc = dc + dh * o * (1 - np.tanh(c_after) ** 2)
        di = dc * g * i * (1 - i)
        df = dc * c * f * (1 - f)
        dg = dc * i * (1 - g**2)
        do = dh * np.tanh(c_after) * o * (1 - o)
        dx, dh_before = self.through_sums(np.concatenate([di, df, dg, do], axis=1), x, h)
        return dx, (dh_before, dc * f)
