"""The Transformer: an encoder that classifies, a decoder that continues, or an encoder-decoder that translates."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, get_args

from impls.spec.activations import ACTIVATIONS, Activation, kernel_initializer
from impls.spec.architecture import Architecture, Family, ParameterSpec, is_count, is_rate, is_size
from impls.spec.normalization import normalization_parameters
from impls.spec.tokens import Field

Positions: TypeAlias = Literal["sinusoidal", "learned"]


@dataclass(frozen=True)
class Transformer(Architecture):
    """Sizes and settings of a Transformer; which kind it is follows from what it reads and writes.

    - A source alone (`source_length`, `source_tokens`, `outputs`): the encoder's outputs, averaged over the real
      tokens, go to `output`: a classifier. Of a series (`source_features` in the place of `source_tokens`) each step's
      numbers times a matrix, `encoder_projection`, take the place of a token's embedding (Zerveas et al. 2021).
    - A target alone (`target_length`, `target_tokens`): a decoder without a source: a language model.
    - Both: an encoder-decoder.

    A stack, the encoder's or the decoder's, here written with the prefix of the encoder: `encoder_embedding` times
    √width plus positions (section 3.4 and 3.5; `encoder_positions` where they are learned), `encoder_dropout`; then
    for each layer `encoder_attention_i`, in a decoder with a source `decoder_cross_attention_i`, and the feed-forward
    `encoder_expand_i`, activation, `encoder_contract_i`. Each of these sub-layers has its dropout
    (`encoder_attention_dropout_i`, `decoder_cross_attention_dropout_i`, `encoder_feedforward_dropout_i`) and its norm
    (`encoder_attention_norm_i`, `decoder_cross_attention_norm_i`, `encoder_feedforward_norm_i`):
    x ← norm(x + dropout(sub-layer(x))). With `pre_norm` (Xiong et al. 2020) x ← x + dropout(sub-layer(norm(x))), and
    `encoder_norm` at the end of the stack.

    Attention (section 3.2): `heads` of width / heads columns each, scores divided by √(width / heads). Padding in a
    source gets no weight. A decoder's position sees itself and what came before; its padding needs no mask, for it
    follows everything that counts.

    Raises:
        ArchitectureError: a size is below 1, a setting unknown, or settings exclude one another.
    """

    name: ClassVar[str] = "transformer"
    title: ClassVar[str] = "Transformer"
    family: ClassVar[Family] = "sequence"
    length_settings: ClassVar[tuple[str, ...]] = ("source_length", "target_length")

    #: Positions and vocabulary of the encoder's tokens; 0 and 0 without an encoder.
    source_length: int = 0
    source_tokens: int = 0
    #: Positions and vocabulary of the decoder's tokens; 0 and 0 without a decoder.
    target_length: int = 0
    target_tokens: int = 0
    #: Classes, or numbers to predict, of an encoder alone; 0 otherwise.
    outputs: int = 0
    width: int = 64
    heads: int = 4
    #: Of the encoder, and of the decoder.
    layers: int = 2
    feedforward: int = 256
    activation: Activation = "relu"
    positions: Positions = "sinusoidal"
    pre_norm: bool = False
    dropout: float = 0.0
    #: Numbers at each step of a series, which an encoder alone reads in the place of tokens.
    source_features: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in ("source_length", "source_tokens", "target_length", "target_tokens", "outputs", "source_features"):
            self._require(is_count(getattr(self, field)), field, "a whole number of 0 or more")
        for field in ("width", "heads", "layers", "feedforward"):
            self._require(is_size(getattr(self, field)), field, "a whole number of 1 or more")
        self._require(
            self.source_features == 0 or (self.source_length > 0 and self.target_length == 0),
            "source_features",
            "the numbers at each step of a source without a target, else 0",
        )
        self._require(
            (self.source_length > 0) == (self.source_tokens + self.source_features > 0)
            and not (self.source_tokens and self.source_features),
            "source_tokens",
            "a vocabulary with a source of tokens, else 0",
        )
        self._require(
            (self.target_length > 0) == (self.target_tokens > 0), "target_tokens", "a vocabulary with a target, else 0"
        )
        self._require(self.source_length > 0 or self.target_length > 0, "source_length", "a source, a target, or both")
        self._require(
            (self.outputs > 0) == (self.target_length == 0), "outputs", "classes where there is no target, else 0"
        )
        self._require(self.width % self.heads == 0, "width", "a multiple of heads")
        self._require(
            self.positions == "learned" or self.width % 2 == 0, "width", "an even number with sinusoidal positions"
        )
        self._require(self.activation in ACTIVATIONS, "activation", f"one of {', '.join(ACTIVATIONS)}")
        self._require(self.positions in get_args(Positions), "positions", "'sinusoidal' or 'learned'")
        self._require(isinstance(self.pre_norm, bool), "pre_norm", "True or False")
        self._require(is_rate(self.dropout), "dropout", "a rate from 0 up to, not including, 1")

    @property
    def input_shape(self) -> tuple[int, ...]:
        if self.source_features:
            return (self.source_length, self.source_features)
        return (self.source_length + self.target_length,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.target_length, self.target_tokens) if self.target_length else (self.outputs,)

    @property
    def fields(self) -> tuple[Field, ...]:
        return () if self.source_features else tuple(self.stacks.values())

    @property
    def decodes(self) -> bool:
        return self.target_length > 0

    @property
    def attends_source(self) -> bool:
        return self.is_encoder_decoder

    @property
    def max_positions(self) -> int | None:
        return self.target_length or None

    @property
    def stacks(self) -> dict[str, Field]:
        """`encoder` and `decoder`, as far as there are any, each with what it reads (of a series: 0 tokens)."""
        both = (Field(self.source_length, self.source_tokens), Field(self.target_length, self.target_tokens))
        return {name: field for name, field in zip(("encoder", "decoder"), both, strict=True) if field.length}

    def sublayers(self, stack: str) -> list[str]:
        """The attention sub-layers of each of a stack's layers, by their names without number."""
        crosses = stack == "decoder" and self.source_length > 0
        return [f"{stack}_attention", f"{stack}_cross_attention"] if crosses else [f"{stack}_attention"]

    def parameters(self) -> dict[str, ParameterSpec]:
        specs: dict[str, ParameterSpec] = {}
        for stack, field in self.stacks.items():
            specs |= self._stack_parameters(stack, field)
        specs["output/kernel"] = ParameterSpec((self.width, self.output_shape[-1]), "glorot_uniform")
        specs["output/bias"] = ParameterSpec((self.output_shape[-1],))
        return specs

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        if self.dropout == 0.0:
            return {}
        shapes: dict[str, tuple[int, ...]] = {}
        for stack, field in self.stacks.items():
            shapes[f"{stack}_dropout"] = (field.length, self.width)
            for index in range(self.layers):
                for sublayer in (*self.sublayers(stack), f"{stack}_feedforward"):
                    shapes[f"{sublayer}_dropout_{index}"] = (field.length, self.width)
        return shapes

    def multiply_adds(self) -> dict[str, int]:
        costs: dict[str, int] = {}
        square = self.width * self.width
        for stack, field in self.stacks.items():
            costs |= self._first_multiply_adds(stack)
            for index in range(self.layers):
                for sublayer in self.sublayers(stack):
                    keys = self.source_length if sublayer.endswith("cross_attention") else field.length
                    # Queries and outputs, keys and values; scores and weighted values.
                    products = 2 * (field.length + keys) * square
                    costs[f"{sublayer}_{index}"] = products + 2 * field.length * keys * self.width
                for layer in ("expand", "contract"):
                    costs[f"{stack}_{layer}_{index}"] = field.length * self.width * self.feedforward
        positions = self.target_length or 1
        return costs | {"output": positions * self.width * self.output_shape[-1]}

    def _first_multiply_adds(self, stack: str) -> dict[str, int]:
        if not self.source_features:
            return {f"{stack}_embedding": 0}
        return {f"{stack}_projection": self.source_length * self.source_features * self.width}

    def _stack_parameters(self, stack: str, field: Field) -> dict[str, ParameterSpec]:
        width = self.width
        if self.source_features:
            specs = {
                f"{stack}_projection/kernel": ParameterSpec((self.source_features, width), "glorot_uniform"),
                f"{stack}_projection/bias": ParameterSpec((width,)),
            }
        else:
            specs = {f"{stack}_embedding/embeddings": ParameterSpec((field.vocabulary, width), "embedding_normal")}
        if self.positions == "learned":
            specs[f"{stack}_positions/embeddings"] = ParameterSpec((field.length, width), "uniform")
        for index in range(self.layers):
            for sublayer in self.sublayers(stack):
                for part in ("query", "key", "value", "output"):
                    specs[f"{sublayer}_{index}/{part}/kernel"] = ParameterSpec((width, width), "glorot_uniform")
                    specs[f"{sublayer}_{index}/{part}/bias"] = ParameterSpec((width,))
                specs |= normalization_parameters(f"{sublayer}_norm_{index}", "layer", width)
            initializer = kernel_initializer(self.activation)
            specs[f"{stack}_expand_{index}/kernel"] = ParameterSpec((width, self.feedforward), initializer)
            specs[f"{stack}_expand_{index}/bias"] = ParameterSpec((self.feedforward,))
            specs[f"{stack}_contract_{index}/kernel"] = ParameterSpec((self.feedforward, width), "glorot_uniform")
            specs[f"{stack}_contract_{index}/bias"] = ParameterSpec((width,))
            specs |= normalization_parameters(f"{stack}_feedforward_norm_{index}", "layer", width)
        if self.pre_norm:
            specs |= normalization_parameters(f"{stack}_norm", "layer", width)
        return specs
