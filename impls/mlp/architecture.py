"""A multilayer perceptron: dense layers, each with normalization (optional), activation and dropout (optional)."""

from dataclasses import dataclass
from typing import ClassVar

from impls.spec.activations import ACTIVATIONS, Activation, kernel_initializer
from impls.spec.architecture import Architecture, Family, ParameterSpec, is_count, is_rate, is_size
from impls.spec.normalization import NORMALIZATIONS, Normalization, normalization_parameters
from impls.spec.tokens import Field


@dataclass(frozen=True)
class MLP(Architecture):
    """Sizes and settings of a multilayer perceptron.

    Layer by layer: `hidden_i` (dense), `norm_i`, activation, `dropout_i`, for each width in `hidden`; then `output`.
    No hidden layer makes it linear (softmax) regression. With tokens, `embedding` and `flatten` come first: each
    position has rows of the first kernel to itself, and padding is a symbol like the others.

    Raises:
        ArchitectureError: a size is below 1, or a setting unknown.
    """

    name: ClassVar[str] = "mlp"
    title: ClassVar[str] = "MLP"
    family: ClassVar[Family] = "feed-forward"
    fully_connected: ClassVar[bool] = True

    #: Features; with tokens, positions.
    inputs: int
    hidden: tuple[int, ...] = (128, 64)
    outputs: int = 10
    activation: Activation = "relu"
    dropout: float = 0.0
    normalization: Normalization | None = None
    #: Size of the vocabulary, and width of its embedding; 0 where the inputs are real numbers.
    tokens: int = 0
    embedding: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require(is_size(self.inputs), "inputs", "a whole number of 1 or more")
        self._require(
            isinstance(self.hidden, tuple) and all(map(is_size, self.hidden)), "hidden", "a tuple of widths, each >= 1"
        )
        self._require(is_size(self.outputs), "outputs", "a whole number of 1 or more")
        self._require(self.activation in ACTIVATIONS, "activation", f"one of {', '.join(ACTIVATIONS)}")
        self._require(is_rate(self.dropout), "dropout", "a rate from 0 up to, not including, 1")
        self._require(
            self.normalization is None or self.normalization in NORMALIZATIONS,
            "normalization",
            f"None or one of {', '.join(NORMALIZATIONS)}",
        )
        for field in ("tokens", "embedding"):
            self._require(is_count(getattr(self, field)), field, "a whole number of 0 or more")
        self._require((self.embedding > 0) == (self.tokens > 0), "embedding", "a width with tokens, 0 without")

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.inputs,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.outputs,)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (Field(self.inputs, self.tokens),) if self.tokens else ()

    @property
    def first_features(self) -> int:
        """Features that the first dense layer sees."""
        return self.inputs * self.embedding if self.tokens else self.inputs

    def parameters(self) -> dict[str, ParameterSpec]:
        specs: dict[str, ParameterSpec] = {}
        if self.tokens:
            specs["embedding/embeddings"] = ParameterSpec((self.tokens, self.embedding), "uniform")
        width = self.first_features
        for index, units in enumerate(self.hidden):
            specs[f"hidden_{index}/kernel"] = ParameterSpec((width, units), kernel_initializer(self.activation))
            specs[f"hidden_{index}/bias"] = ParameterSpec((units,))
            specs |= normalization_parameters(f"norm_{index}", self.normalization, units)
            width = units
        specs["output/kernel"] = ParameterSpec((width, self.outputs), "glorot_uniform")
        specs["output/bias"] = ParameterSpec((self.outputs,))
        return specs

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        if self.dropout == 0.0:
            return {}
        return {f"dropout_{index}": (units,) for index, units in enumerate(self.hidden)}

    def multiply_adds(self) -> dict[str, int]:
        costs = {"embedding": 0} if self.tokens else {}
        widths = (self.first_features, *self.hidden, self.outputs)
        names = [*(f"hidden_{index}" for index in range(len(self.hidden))), "output"]
        return costs | {name: a * b for name, a, b in zip(names, widths, widths[1:], strict=False)}
