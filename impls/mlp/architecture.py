"""A multilayer perceptron: dense layers, each with normalization (optional), activation and dropout (optional)."""

from dataclasses import dataclass
from typing import ClassVar

from impls.activations import ACTIVATIONS, Activation, kernel_initializer
from impls.architecture import Architecture, ParameterSpec, is_rate, is_size
from impls.normalization import NORMALIZATIONS, Normalization, normalization_parameters


@dataclass(frozen=True)
class MLP(Architecture):
    """Sizes and settings of a multilayer perceptron.

    Layer by layer: `hidden_i` (dense), `norm_i`, activation, `dropout_i`, for each width in `hidden`; then `output`.
    No hidden layer makes it linear (softmax) regression.

    Raises:
        ArchitectureError: a size is below 1, or a setting unknown.
    """

    name: ClassVar[str] = "mlp"

    inputs: int
    hidden: tuple[int, ...] = (128, 64)
    outputs: int = 10
    activation: Activation = "relu"
    dropout: float = 0.0
    normalization: Normalization | None = None

    def __post_init__(self) -> None:
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

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.inputs,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.outputs,)

    def parameters(self) -> dict[str, ParameterSpec]:
        specs: dict[str, ParameterSpec] = {}
        width = self.inputs
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
        widths = (self.inputs, *self.hidden, self.outputs)
        names = [*(f"hidden_{index}" for index in range(len(self.hidden))), "output"]
        return {name: fan_in * fan_out for name, fan_in, fan_out in zip(names, widths, widths[1:], strict=False)}
