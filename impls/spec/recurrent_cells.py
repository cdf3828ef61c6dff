"""The recurrent cells: their names, the order of their gates, and their parameters, the same in every implementation.

With x the input, h the last output and W = [W₁ W₂ …] a kernel whose gates stand side by side:

- rnn (Elman 1990): h' = tanh(x·W + h·U + b).
- lstm (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), gates i, f, g, o:
  c' = σ(f)·c + σ(i)·tanh(g); h' = σ(o)·tanh(c').
- gru (Cho et al. 2014, the reset applied after the product, as both frameworks' fast kernels have it), gates r, z, n:
  n = tanh(x·Wₙ + bₙ + σ(r)·(h·Uₙ + cₙ)); h' = (1 − σ(z))·n + σ(z)·h.
"""

from typing import Literal, TypeAlias, get_args

from impls.spec.architecture import ParameterSpec

RecurrentCell: TypeAlias = Literal["rnn", "lstm", "gru"]

CELLS: tuple[RecurrentCell, ...] = get_args(RecurrentCell)

#: Blocks of `units` columns in a cell's kernels.
GATES: dict[RecurrentCell, int] = {"rnn": 1, "lstm": 4, "gru": 3}


def cell_parameters(layer: str, cell: RecurrentCell, inputs: int, units: int) -> dict[str, ParameterSpec]:
    """The parameters of one recurrent layer in one direction, called `layer`.

    kernel (inputs, gates · units), recurrent_kernel (units, gates · units), bias (gates · units,); a GRU's bias is
    (2, 3 · units): of the input's product, and of the recurrent one, whose last third the reset gate acts on too. The
    forget gate of an LSTM starts open, with bias 1 (Jozefowicz et al. 2015).
    """
    columns = GATES[cell] * units
    bias = (2, columns) if cell == "gru" else (columns,)
    return {
        f"{layer}/kernel": ParameterSpec((inputs, columns), "glorot_uniform"),
        f"{layer}/recurrent_kernel": ParameterSpec((units, columns), "orthogonal"),
        f"{layer}/bias": ParameterSpec(bias, "forget_bias" if cell == "lstm" else "zeros"),
    }


def cell_multiply_adds(cell: RecurrentCell, inputs: int, units: int) -> int:
    """Multiply-adds of one time step's two products."""
    return GATES[cell] * units * (inputs + units)
