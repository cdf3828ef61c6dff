"""The gated recurrent unit (Cho et al. 2014; Goodfellow, Bengio & Courville 2016, section 10.10.2)."""

from typing import Any

import numpy as np

from impls.protocol import Array
from impls.textbook.activations import sigmoid
from impls.textbook.recurrent import RecurrentLayer, State


class Gru(RecurrentLayer):
    """With a = x·W + b and s = h·U + c, each in three parts, r = σ(aᵣ + sᵣ); z = σ(a_z + s_z);
    n = tanh(aₙ + r·sₙ); h' = (1 − z)·n + z·h.

    The reset acts after the product, as in both frameworks. The bias's first row is b, its second c.
    """

    def step(self, x: Array, state: State) -> tuple[State, Any]:
        (h,), (b, c) = state, self.parameters["bias"]
        a_r, a_z, a_n = np.split(x @ self.parameters["kernel"] + b, 3, axis=1)
        s_r, s_z, s_n = np.split(h @ self.parameters["recurrent_kernel"] + c, 3, axis=1)
        r, z = sigmoid(a_r + s_r), sigmoid(a_z + s_z)
        n = np.tanh(a_n + r * s_n)
        return ((1 - z) * n + z * h,), (x, h, r, z, n, s_n)

    def step_back(self, dstate: State, remembered: Any) -> tuple[Array, State]:
        """σ' = σ·(1 − σ), tanh' = 1 − tanh²."""
        (x, h, r, z, n, s_n), (dh,) = remembered, dstate
        da_n = dh * (1 - z) * (1 - n**2)
        da_z = dh * (h - n) * z * (1 - z)
        da_r = da_n * s_n * r * (1 - r)
        da = np.concatenate([da_r, da_z, da_n], axis=1)
        ds = np.concatenate([da_r, da_z, da_n * r], axis=1)
        self.gradients["kernel"] += x.T @ da
        self.gradients["recurrent_kernel"] += h.T @ ds
        self.gradients["bias"] += np.stack([da.sum(axis=0), ds.sum(axis=0)])
        return da @ self.parameters["kernel"].T, (dh * z + ds @ self.parameters["recurrent_kernel"].T,)
