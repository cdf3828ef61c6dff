"""A recurrent network: layers of RNN, LSTM or GRU over a sequence, for one answer or for one at each position."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, get_args

from impls.spec.architecture import Architecture, Family, ParameterSpec, is_count, is_rate, is_size
from impls.spec.recurrent_cells import CELLS, RecurrentCell, cell_multiply_adds, cell_parameters
from impls.spec.tokens import Field

#: How a sequence's outputs become one: the last state (of both directions), or the mean over the real positions.
Pooling: TypeAlias = Literal["last", "mean"]


@dataclass(frozen=True)
class Recurrent(Architecture):
    """Sizes and settings of a recurrent network.

    Layer by layer: `embedding` (of tokens), then `recurrent_i` and, in both directions, `reverse_i` beside it, each
    with `dropout_i` after it, for each width in `units`; then `output`, a dense layer.

    - `pooling` "last" or "mean" gives one answer a sequence: classification, or forecasting with a regression loss.
      Padding is masked: a state stops at the last real token, the reverse one begins there. The last `dropout_i` acts
      on the pooled features.
    - `pooling` None gives an answer at every position from what came so far; with tokens in and as many outputs as
      there are tokens, a language model. Nothing is masked: what follows does not reach back, and the loss leaves
      padding out.

    Raises:
        ArchitectureError: a size is below 1, a setting unknown, or settings exclude one another.
    """

    name: ClassVar[str] = "recurrent"
    title: ClassVar[str] = "recurrent network"
    family: ClassVar[Family] = "sequence"
    has_hidden_states: ClassVar[bool] = True
    length_settings: ClassVar[tuple[str, ...]] = ("length",)

    #: Positions of a sequence.
    length: int
    #: Real numbers a position; 0 where the inputs are tokens.
    features: int = 0
    #: Size of the vocabulary, and width of its embedding; 0 where the inputs are real numbers.
    tokens: int = 0
    embedding: int = 0
    cell: RecurrentCell = "lstm"
    #: Units of each layer, in each direction.
    units: tuple[int, ...] = (128,)
    bidirectional: bool = False
    pooling: Pooling | None = "last"
    outputs: int = 10
    dropout: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in ("length", "outputs"):
            self._require(is_size(getattr(self, field)), field, "a whole number of 1 or more")
        for field in ("features", "tokens", "embedding"):
            self._require(is_count(getattr(self, field)), field, "a whole number of 0 or more")
        self._require((self.features > 0) != (self.tokens > 0), "features", "either features or tokens above 0")
        self._require((self.embedding > 0) == (self.tokens > 0), "embedding", "a width with tokens, 0 without")
        self._require(self.cell in CELLS, "cell", f"one of {', '.join(CELLS)}")
        self._require(
            isinstance(self.units, tuple) and len(self.units) > 0 and all(map(is_size, self.units)),
            "units",
            "a tuple of one or more widths, each >= 1",
        )
        self._require(self.pooling is None or self.pooling in get_args(Pooling), "pooling", "'last', 'mean' or None")
        self._require(isinstance(self.bidirectional, bool), "bidirectional", "True or False")
        self._require(
            not self.bidirectional or self.pooling is not None,
            "bidirectional",
            "False without pooling: an answer at each position must not see what follows",
        )
        self._require(is_rate(self.dropout), "dropout", "a rate from 0 up to, not including, 1")

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.length,) if self.tokens else (self.length, self.features)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.outputs,) if self.pooling else (self.length, self.outputs)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (Field(self.length, self.tokens),) if self.tokens else ()

    @property
    def decodes(self) -> bool:
        return self.pooling is None and self.tokens == self.outputs

    @property
    def directions(self) -> int:
        """1, or 2 where every layer also runs from the end to the beginning."""
        return 2 if self.bidirectional else 1

    @property
    def layer_inputs(self) -> tuple[int, ...]:
        """Features that each recurrent layer sees at a position."""
        below = (self.embedding or self.features, *(self.directions * units for units in self.units))
        return below[:-1]

    def pools_after(self, index: int) -> Pooling | None:
        """How the outputs of recurrent layer number `index` become one; None where they stay a sequence."""
        return self.pooling if index == len(self.units) - 1 else None

    @property
    def last_features(self) -> int:
        """Features that the output layer sees."""
        return self.directions * self.units[-1]

    def parameters(self) -> dict[str, ParameterSpec]:
        specs: dict[str, ParameterSpec] = {}
        if self.tokens:
            specs["embedding/embeddings"] = ParameterSpec((self.tokens, self.embedding), "uniform")
        for index, (inputs, units) in enumerate(zip(self.layer_inputs, self.units, strict=True)):
            specs |= cell_parameters(f"recurrent_{index}", self.cell, inputs, units)
            if self.bidirectional:
                specs |= cell_parameters(f"reverse_{index}", self.cell, inputs, units)
        specs["output/kernel"] = ParameterSpec((self.last_features, self.outputs), "glorot_uniform")
        specs["output/bias"] = ParameterSpec((self.outputs,))
        return specs

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        if self.dropout == 0.0:
            return {}
        shapes: dict[str, tuple[int, ...]] = {
            f"dropout_{index}": (self.length, self.directions * units) for index, units in enumerate(self.units)
        }
        if self.pooling:
            shapes[f"dropout_{len(self.units) - 1}"] = (self.last_features,)
        return shapes

    def multiply_adds(self) -> dict[str, int]:
        costs = {"embedding": 0} if self.tokens else {}
        for index, (inputs, units) in enumerate(zip(self.layer_inputs, self.units, strict=True)):
            step = cell_multiply_adds(self.cell, inputs, units)
            costs[f"recurrent_{index}"] = self.length * self.directions * step
        positions = 1 if self.pooling else self.length
        return costs | {"output": positions * self.last_features * self.outputs}
