"""Sequence to sequence: a recurrent encoder, a recurrent decoder that starts from its states, and attention between."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, get_args

from impls.spec.architecture import Architecture, Family, ParameterSpec, is_rate, is_size
from impls.spec.recurrent_cells import RecurrentCell, cell_multiply_adds, cell_parameters
from impls.spec.tokens import Field

Attention: TypeAlias = Literal["additive", "multiplicative"]


@dataclass(frozen=True)
class Seq2Seq(Architecture):
    """Sizes and settings of an encoder-decoder.

    The encoder: `source_embedding`, `source_dropout`, then `encoder_i` and, in both directions, `encoder_reverse_i`
    with half the units each, side by side. Each layer's last state, padding masked, starts the decoder's layer of the
    same number: the forward direction's after the last real token, the reverse one's after the first. The decoder:
    `target_embedding`, `target_dropout`, `decoder_i`, `output_dropout`, `output`.

    With attention, between the decoder's last layer with outputs q and the encoder's with outputs k (the place that
    Luong et al. 2015 gave it, which lets a decoder run over a whole target at once):

    - additive (Bahdanau et al. 2015, appendix A.1.2): score = v · tanh(q·W + k·U), by `attention/query/kernel`,
      `attention/key/kernel`, `attention/score/kernel`.
    - multiplicative (Luong et al. 2015, equation 8, "general"): score = q · (k·U), by `attention/key/kernel`.
    - The weights are the scores' softmax over the source's real tokens, the context is the k so weighted, and
      `combine`, a dense layer with tanh of (context, q), stands before `output_dropout` (equation 5).

    Raises:
        ArchitectureError: a size is below 1, or a setting unknown.
    """

    name: ClassVar[str] = "seq2seq"
    title: ClassVar[str] = "sequence to sequence"
    family: ClassVar[Family] = "sequence"
    has_hidden_states: ClassVar[bool] = True
    length_settings: ClassVar[tuple[str, ...]] = ("source_length", "target_length")

    #: Positions and vocabulary of the source, and of what the decoder is given and says.
    source_length: int
    source_tokens: int
    target_length: int
    target_tokens: int
    embedding: int = 64
    units: int = 128
    #: Recurrent layers of the encoder, and of the decoder.
    layers: int = 1
    cell: RecurrentCell = "lstm"
    attention: Attention | None = None
    #: Of the encoder.
    bidirectional: bool = False
    dropout: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in (
            "source_length",
            "source_tokens",
            "target_length",
            "target_tokens",
            "embedding",
            "units",
            "layers",
        ):
            self._require(is_size(getattr(self, field)), field, "a whole number of 1 or more")
        self._require(self.cell in ("lstm", "gru"), "cell", "'lstm' or 'gru'")
        self._require(
            self.attention is None or self.attention in get_args(Attention),
            "attention",
            "'additive', 'multiplicative' or None",
        )
        self._require(isinstance(self.bidirectional, bool), "bidirectional", "True or False")
        self._require(
            not self.bidirectional or self.units % 2 == 0, "units", "an even number, half for each of both directions"
        )
        self._require(is_rate(self.dropout), "dropout", "a rate from 0 up to, not including, 1")

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.source_length + self.target_length,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.target_length, self.target_tokens)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (Field(self.source_length, self.source_tokens), Field(self.target_length, self.target_tokens))

    @property
    def decodes(self) -> bool:
        return True

    @property
    def attends_source(self) -> bool:
        return self.attention is not None

    @property
    def encoder_units(self) -> int:
        """Units of an encoder's layer in each direction."""
        return self.units // 2 if self.bidirectional else self.units

    def parameters(self) -> dict[str, ParameterSpec]:
        units = self.units
        specs = {"source_embedding/embeddings": ParameterSpec((self.source_tokens, self.embedding), "uniform")}
        for index in range(self.layers):
            inputs = units if index else self.embedding
            specs |= cell_parameters(f"encoder_{index}", self.cell, inputs, self.encoder_units)
            if self.bidirectional:
                specs |= cell_parameters(f"encoder_reverse_{index}", self.cell, inputs, self.encoder_units)
        specs["target_embedding/embeddings"] = ParameterSpec((self.target_tokens, self.embedding), "uniform")
        for index in range(self.layers):
            specs |= cell_parameters(f"decoder_{index}", self.cell, units if index else self.embedding, units)
        if self.attention == "additive":
            specs["attention/query/kernel"] = ParameterSpec((units, units), "glorot_uniform")
        if self.attention:
            specs["attention/key/kernel"] = ParameterSpec((units, units), "glorot_uniform")
        if self.attention == "additive":
            specs["attention/score/kernel"] = ParameterSpec((units, 1), "glorot_uniform")
        if self.attention:
            specs["combine/kernel"] = ParameterSpec((2 * units, units), "glorot_uniform")
            specs["combine/bias"] = ParameterSpec((units,))
        specs["output/kernel"] = ParameterSpec((units, self.target_tokens), "glorot_uniform")
        specs["output/bias"] = ParameterSpec((self.target_tokens,))
        return specs

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        if self.dropout == 0.0:
            return {}
        return {
            "source_dropout": (self.source_length, self.embedding),
            "target_dropout": (self.target_length, self.embedding),
            "output_dropout": (self.target_length, self.units),
        }

    def multiply_adds(self) -> dict[str, int]:
        units, source, target = self.units, self.source_length, self.target_length
        costs = {"source_embedding": 0}
        for index in range(self.layers):
            inputs = units if index else self.embedding
            step = cell_multiply_adds(self.cell, inputs, self.encoder_units)
            costs[f"encoder_{index}"] = source * (2 if self.bidirectional else 1) * step
        for index in range(self.layers):
            step = cell_multiply_adds(self.cell, units if index else self.embedding, units)
            costs[f"decoder_{index}"] = target * step
        if self.attention:
            # Keys (and queries), scores of every pair, contexts.
            products = source * units * units + (target * units * units if self.attention == "additive" else 0)
            costs["attention"] = products + 2 * target * source * units
            costs["combine"] = target * 2 * units * units
        return costs | {"output": target * units * self.target_tokens}
