"""A stage of a certificate: what an implementation leaves behind, and how two of them are compared by it."""

from collections.abc import Callable
from dataclasses import dataclass

from impls.engines import Arithmetic
from impls.protocol import Array
from impls.testing.findings import Arrays, Finding
from impls.testing.subject import Case, Subject


@dataclass(frozen=True)
class Comparison:
    """The same stage of the same case by two implementations."""

    case: Case
    dtype: str
    reference: Arrays
    candidate: Arrays
    #: The coarser of both implementations' arithmetic, where it is coarser than the dtype.
    arithmetic: Arithmetic | None = None
    #: Whether one of the two alone has that arithmetic, so that they have to differ.
    one_rounds: bool = False

    @property
    def precision(self) -> str:
        """By which bounds are looked up."""
        return self.arithmetic or self.dtype


@dataclass(frozen=True)
class Stage:
    """Measured in the implementation's own process; judged from the arrays alone."""

    name: str
    measure: Callable[[Subject], dict[str, Array]]
    judge: Callable[[Comparison], list[Finding]]
    applies: Callable[[Case], bool] = lambda _: True
    #: Names of the figures that an implementation's own arrays decide: to these the reference itself is held.
    alone: tuple[str, ...] = ()
