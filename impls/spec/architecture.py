"""What an architecture says about itself: its parameters' names, shapes and starting distributions, and its cost."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from impls.errors import ArchitectureError
from impls.spec.scalars import make_plain
from impls.spec.tokens import Field

#: How a network takes its inputs: all features at once, or a sequence position by position or by attention.
Family: TypeAlias = Literal["feed-forward", "sequence"]


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter: its shape, how it starts, and whether the optimizer moves it (moving statistics it does not)."""

    shape: tuple[int, ...]
    #: A function of `impls.spec.initializers`.
    initializer: str = "zeros"
    trainable: bool = True


@dataclass(frozen=True)
class Architecture(ABC):
    """Base of the architectures: frozen dataclasses of sizes and settings, one in each folder's `architecture.py`.

    Code outside an architecture's folder asks these properties and never compares names, so that a new architecture
    needs no change elsewhere.
    """

    #: The folder's name under `impls/`.
    name: ClassVar[str]
    #: What people call it, in tables and messages.
    title: ClassVar[str]
    family: ClassVar[Family]
    #: Whether all its weight layers connect every input with every output.
    fully_connected: ClassVar[bool] = False
    #: Whether its layers carry a hidden state from step to step, as recurrent layers do.
    has_hidden_states: ClassVar[bool] = False
    #: The settings that are the length of a sequence: no parameter but learned positions depends on them.
    length_settings: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        """Take NumPy's numbers for Python's; an architecture's own checks follow this."""
        make_plain(self)

    @property
    @abstractmethod
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example, without the batch axis; images are (height, width, channels)."""

    @property
    @abstractmethod
    def output_shape(self) -> tuple[int, ...]:
        """Shape of one example's output, without the batch axis."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The sequences of tokens that the inputs hold side by side; empty for real-valued inputs.

        An encoder-decoder has two: the source, and what the decoder is given, which in training is the target moved by
        one position behind a start token.
        """
        return ()

    @property
    def decodes(self) -> bool:
        """Whether outputs (positions, vocabulary) predict the next token, so that sequences can be generated."""
        return False

    @property
    def is_language_model(self) -> bool:
        """Whether it continues a sequence: it decodes, and reads nothing else."""
        return self.decodes and len(self.fields) == 1

    @property
    def is_encoder_decoder(self) -> bool:
        """Whether it writes a target sequence for a source sequence."""
        return self.decodes and len(self.fields) == 2

    @property
    def attends_source(self) -> bool:
        """Whether each target position attends to the source, so that there are attention weights to look at."""
        return False

    @property
    def max_positions(self) -> int | None:
        """Tokens that it can read at most when it writes; None where nothing limits them."""
        return None

    @property
    def lengths(self) -> dict[str, int]:
        """Each of the `length_settings` that is in use (not 0), with its value."""
        lengths = {setting: int(getattr(self, setting)) for setting in self.length_settings}
        return {setting: length for setting, length in lengths.items() if length > 0}

    @abstractmethod
    def parameters(self) -> dict[str, ParameterSpec]:
        """Every parameter by name (`layer/kind`, where a kind may hold slashes), in forward order."""

    @abstractmethod
    def dropouts(self) -> dict[str, tuple[int, ...]]:
        """Name and one example's mask shape of each dropout layer, in forward order; empty when the rate is 0."""

    @abstractmethod
    def multiply_adds(self) -> dict[str, int]:
        """Multiply-add operations of each weight layer's forward pass on one example, in forward order."""

    @property
    def parameter_count(self) -> int:
        """Number of trainable scalars."""
        count = 0
        for spec in self.parameters().values():
            size = 1
            for extent in spec.shape:
                size *= extent
            count += size if spec.trainable else 0
        return count

    @property
    def forward_flops(self) -> int:
        """Floating-point operations of one example's forward pass, two a multiply-add, in the weight layers alone."""
        return 2 * sum(self.multiply_adds().values())

    @property
    def training_flops(self) -> int:
        """Floating-point operations of one example's forward and backward pass.

        The backward pass costs each layer two products of the forward's size, one for the weights and one for the
        inputs; the first layer needs no gradient of its inputs.
        """
        first = next(iter(self.multiply_adds().values()), 0)
        return 3 * self.forward_flops - 2 * first

    def _require(self, holds: bool, field: str, wanted: str) -> None:
        if not holds:
            value = getattr(self, field)
            raise ArchitectureError(f"{type(self).__name__}: {field}={value!r} is not possible; give {wanted}")


def is_size(value: object) -> bool:
    """Whether the value is a whole number of 1 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_count(value: object) -> bool:
    """Whether the value is a whole number of 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_rate(value: object) -> bool:
    """Whether the value is a number from 0 up to, not including, 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value < 1.0
