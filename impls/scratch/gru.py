"""The gated recurrent unit (Cho et al. 2014), with the reset after the product, as both frameworks' fast kernels."""

import numpy as np

from impls.protocol import Array
from impls.scratch.recurrent import RecurrentLayer, State


class Gru(RecurrentLayer):
    """r = σ(x·W_r + h·U_r + b_r + c_r), z likewise; n = tanh(x·W_n + b_n + r·(h·U_n + c_n)); h' = (1 − z)·n + z·h.

    Here σ(x) = ½ + ½·tanh(½·x). The bias's first row is b, its second c.
    """

    cell = "gru"
    #: h·U_n + c_n, r, z, x·W_n + b_n.
    sums = 4

    def _prepare_steps(self, start: State | None) -> None:  # noqa: ARG002 (h, the whole state, is in its place already)
        length, examples, joined = self._joined.shape
        units, inputs = self.units, self.inputs
        kernel, recurrent, bias = (self.parameters[kind] for kind in ("kernel", "recurrent_kernel", "bias"))
        self._weights = self._buffers.take("weights", (2, joined, units))
        for gate, place in enumerate(self._weights):
            columns = slice(gate * units, (gate + 1) * units)
            place[:inputs] = kernel[:, columns]
            place[inputs:-1] = recurrent[:, columns]
            np.add(bias[0, columns], bias[1, columns], out=place[-1])
        self._weights *= 0.5
        new = slice(2 * units, 3 * units)
        self._new_weights = self._buffers.take("new_weights", (units + 1, units))
        self._new_weights[:-1] = recurrent[:, new]
        self._new_weights[-1] = bias[1, new]
        # What the inputs give to n, for all steps at once.
        self._new = self._buffers.take("new", (length - 1, examples, units))
        features = self._joined[:-1].reshape(-1, joined)[:, :inputs]
        np.matmul(features, kernel[:, new], out=self._new.reshape(-1, units))
        self._new += bias[0, new]
        self._gates = self._buffers.take("gates", (length - 1, 2, examples, units))
        self._recurrent_new = self._buffers.take("recurrent_new", (length - 1, examples, units))

    def _step(self, step: int, rows: int) -> None:
        gates, n = self._gates[step, :, :rows], self._new[step, :rows]
        recurrent_new = self._recurrent_new[step, :rows]
        joined = self._joined[step, :rows]
        np.matmul(joined, self._weights, out=gates)
        np.tanh(gates, out=gates)
        gates *= 0.5
        gates += 0.5
        r, z = gates
        np.matmul(joined[:, self.inputs :], self._new_weights, out=recurrent_new)
        scratch = self._buffers.take("scratch", (rows, self.units))
        n += np.multiply(r, recurrent_new, out=scratch)
        np.tanh(n, out=n)
        # (1 − z)·n + z·h = n + z·(h − n)
        np.subtract(self._outputs[step, :rows], n, out=scratch)
        scratch *= z
        np.add(scratch, n, out=self._outputs[step + 1, :rows])

    def _prepare_steps_back(self) -> None:
        units, recurrent = self.units, self.parameters["recurrent_kernel"]
        self._weights_back = self._buffers.take("weights_back", (3 * units, units))
        self._weights_back[:units] = recurrent[:, 2 * units :].T
        self._weights_back[units:] = recurrent[:, : 2 * units].T

    def _step_back(self, step: int, rows: int, carried: Array) -> None:
        """σ' = σ·(1 − σ), tanh' = 1 − tanh²."""
        (h_gradient,) = carried
        gates, n = self._gates[step, :, :rows], self._new[step, :rows]
        r, z = gates
        sums = self._sums_gradient[step, :rows]
        recurrent_sum, r_sum, z_sum, n_sum = sums.reshape(rows, 4, self.units).swapaxes(0, 1)
        slopes = self._buffers.take("slopes", (2, rows, self.units))
        scratch = self._buffers.take("scratch", (rows, self.units))
        n_gradient = self._buffers.take("n_gradient", (rows, self.units))
        np.subtract(1.0, gates, out=slopes)
        # To n: dh · (1 − z) · (1 − n²).
        np.multiply(n, n, out=n_gradient)
        np.subtract(1.0, n_gradient, out=n_gradient)
        n_gradient *= slopes[1]
        n_gradient *= h_gradient
        np.copyto(n_sum, n_gradient)
        np.multiply(n_gradient, r, out=recurrent_sum)
        # To r and z: dn · (h·U_n + c_n) · σ', and dh · (h − n) · σ'.
        slopes *= gates
        n_gradient *= self._recurrent_new[step, :rows]
        np.multiply(n_gradient, slopes[0], out=r_sum)
        np.subtract(self._outputs[step, :rows], n, out=scratch)
        scratch *= h_gradient
        np.multiply(scratch, slopes[1], out=z_sum)
        # To h: directly, dh · z, and through the three products with U.
        h_gradient *= z
        h_gradient += np.matmul(sums[:, : 3 * self.units], self._weights_back, out=scratch)

    def _sum_gradients(self, joined: Array, sums_gradient: Array) -> None:
        units, inputs = self.units, self.inputs
        recurrent = self._buffers.take("recurrent_gradient", (units + 1, 3 * units))
        np.matmul(joined[:, inputs:].T, sums_gradient[:, : 3 * units], out=recurrent)
        # From n, r, z to r, z, n.
        self.gradients["recurrent_kernel"][:, 2 * units :] = recurrent[:-1, :units]
        self.gradients["recurrent_kernel"][:, : 2 * units] = recurrent[:-1, units:]
        self.gradients["bias"][1, 2 * units :] = recurrent[-1, :units]
        self.gradients["bias"][:, : 2 * units] = recurrent[-1, units:]
        np.matmul(joined[:, :inputs].T, sums_gradient[:, units:], out=self.gradients["kernel"])
        np.matmul(joined[:, -1], sums_gradient[:, 3 * units :], out=self.gradients["bias"][0, 2 * units :])
