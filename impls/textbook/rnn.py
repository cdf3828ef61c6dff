"""The simple recurrent network (Elman 1990; Goodfellow, Bengio & Courville 2016, equations 10.8 and 10.9)."""

from typing import Any

import numpy as np

from impls.protocol import Array
from impls.textbook.recurrent import RecurrentLayer, State


class SimpleRnn(RecurrentLayer):
    """h' = tanh(x·W + h·U + b)."""

    def step(self, x: Array, state: State) -> tuple[State, Any]:
        (h,) = state
        kernel, recurrent, bias = (self.parameters[kind] for kind in ("kernel", "recurrent_kernel", "bias"))
        after = np.tanh(x @ kernel + h @ recurrent + bias)
        return (after,), (x, h, after)

    def step_back(self, dstate: State, remembered: Any) -> tuple[Array, State]:
        """tanh' = 1 − tanh²."""
        (x, h, after), (dafter,) = remembered, dstate
        dx, dh = self.through_sums(dafter * (1 - after**2), x, h)
        return dx, (dh,)
