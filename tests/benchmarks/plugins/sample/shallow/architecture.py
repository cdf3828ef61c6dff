"""A network with one hidden layer."""

from dataclasses import dataclass
from typing import ClassVar

from impls.spec.architecture import Architecture, Family, ParameterSpec, is_size


@dataclass(frozen=True)
class Shallow(Architecture):
    """`hidden` (dense), tanh, `output` (dense)."""

    name: ClassVar[str] = "shallow"
    title: ClassVar[str] = "shallow network"
    family: ClassVar[Family] = "feed-forward"

    inputs: int
    units: int = 8
    outputs: int = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in ("inputs", "units", "outputs"):
            self._require(is_size(getattr(self, field)), field, "a whole number of 1 or more")

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.inputs,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return (self.outputs,)

    def parameters(self) -> dict[str, ParameterSpec]:
        return {
            "hidden/kernel": ParameterSpec((self.inputs, self.units), "glorot_uniform"),
            "hidden/bias": ParameterSpec((self.units,)),
            "output/kernel": ParameterSpec((self.units, self.outputs), "glorot_uniform"),
            "output/bias": ParameterSpec((self.outputs,)),
        }

    def dropouts(self) -> dict[str, tuple[int, ...]]:
        return {}

    def multiply_adds(self) -> dict[str, int]:
        return {"hidden": self.inputs * self.units, "output": self.units * self.outputs}
