"""The long short-term memory (Hochreiter & Schmidhuber 1997), with the forget gate of Gers et al. (2000)."""

import numpy as np

from impls.protocol import Array
from impls.scratch.recurrent import RecurrentLayer, State


class Lstm(RecurrentLayer):
    """With the sums i, f, g, o of x·W + h·U + b: c' = σ(f)·c + σ(i)·tanh(g); h' = σ(o)·tanh(c').

    σ(x) = ½ + ½·tanh(½·x), so one call of tanh, over gates that lie in memory one after the other in the order
    i, f, o, g, serves all four.
    """

    cell = "lstm"
    states = 2
    sums = 4

    def _prepare_steps(self, start: State | None) -> None:
        length, examples, joined = self._joined.shape
        units = self.units
        self._weights = self._buffers.take("weights", (4, joined, units))
        for place, gate in zip(self._weights, (0, 1, 3, 2), strict=True):
            columns = slice(gate * units, (gate + 1) * units)
            place[: self.inputs] = self.parameters["kernel"][:, columns]
            place[self.inputs : -1] = self.parameters["recurrent_kernel"][:, columns]
            place[-1] = self.parameters["bias"][columns]
        self._weights[:3] *= 0.5
        self._gates = self._buffers.take("gates", (length - 1, 4, examples, units))
        self._cells = self._buffers.take("cells", (length, examples, units))
        self._cells[0] = 0.0 if start is None else self._walk.to_rows(start[1])
        self._tanh_cells = self._buffers.take("tanh_cells", (length - 1, examples, units))

    def _step(self, step: int, rows: int) -> None:
        gates = self._gates[step, :, :rows]
        np.matmul(self._joined[step, :rows], self._weights, out=gates)
        np.tanh(gates, out=gates)
        sigmoids = gates[:3]
        sigmoids *= 0.5
        sigmoids += 0.5
        i, f, o, g = gates
        cell, tanh_cell = self._cells[step + 1, :rows], self._tanh_cells[step, :rows]
        np.multiply(f, self._cells[step, :rows], out=cell)
        cell += np.multiply(i, g, out=tanh_cell)
        np.tanh(cell, out=tanh_cell)
        np.multiply(o, tanh_cell, out=self._outputs[step + 1, :rows])

    def _final_state(self) -> State:
        """The output h and the cell c."""
        return self._walk.last(self._outputs), self._walk.last(self._cells)

    def _step_back(self, step: int, rows: int, carried: Array) -> None:
        """σ' = σ·(1 − σ), tanh' = 1 − tanh²."""
        h_gradient, c_gradient = carried
        gates = self._gates[step, :, :rows]
        i, f, o, g = gates
        tanh_cell = self._tanh_cells[step, :rows]
        slopes = self._buffers.take("slopes", (4, rows, self.units))
        i_slope, f_slope, o_slope, slope = slopes
        # What reaches c through h' = o · tanh(c).
        np.multiply(tanh_cell, tanh_cell, out=slope)
        np.subtract(1.0, slope, out=slope)
        slope *= o
        slope *= h_gradient
        c_gradient += slope
        np.subtract(1.0, gates[:3], out=slopes[:3])
        slopes[:3] *= gates[:3]
        i_slope *= g
        f_slope *= self._cells[step, :rows]
        o_slope *= tanh_cell
        np.multiply(g, g, out=slope)
        np.subtract(1.0, slope, out=slope)
        slope *= i
        # The contract's order again, side by side: one product then leads to h.
        sums = self._sums_gradient[step, :rows]
        by_gate = sums.reshape(rows, 4, self.units).swapaxes(0, 1)
        np.multiply(slopes[:2], c_gradient, out=by_gate[:2])
        np.multiply(slope, c_gradient, out=by_gate[2])
        np.multiply(o_slope, h_gradient, out=by_gate[3])
        c_gradient *= f
        np.matmul(sums, self._weights_back, out=h_gradient)
