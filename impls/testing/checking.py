"""What a check of the contract is, and how it says that one does not hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from impls.errors import ThreefoldError
from impls.protocol import Array
from impls.testing.subject import Subject


class ContractError(ThreefoldError, AssertionError):
    """An implementation does not keep the contract of `Model`: which part, and what to look at."""


@dataclass(frozen=True)
class Check:
    """One part of the contract, by name, tried on a subject."""

    name: str
    run: Callable[[Subject], None]

    def __call__(self, subject: Subject) -> None:
        """Try it.

        Raises:
            ContractError: it does not hold; or the implementation raised, which is named as the cause.
        """
        try:
            self.run(subject)
        except ContractError as error:
            raise ContractError(f"{self.name} ({subject.dtype}): {error}") from None
        except Exception as error:
            raise ContractError(f"{self.name} ({subject.dtype}): raised {type(error).__name__}: {error}") from error


def require(holds: bool, message: str) -> None:
    """Complain unless it holds."""
    if not holds:
        raise ContractError(message)


def require_equal(arrays: Mapping[str, Array], expected: Mapping[str, Array], message: str) -> None:
    """Complain, naming the first array, unless all are exactly equal."""
    for name, array in expected.items():
        require(name in arrays and np.array_equal(arrays[name], array), f"{message} ({name})")


def require_close(
    arrays: Mapping[str, Array], expected: Mapping[str, Array], dtype: str, message: str, factor: float = 64
) -> None:
    """Complain, naming the first array, unless all are equal up to a few roundings."""
    for name, array in expected.items():
        slack = factor * float(np.finfo(dtype).eps) * max(1.0, float(np.max(np.abs(array), initial=0.0)))
        near = name in arrays and arrays[name].shape == array.shape and np.all(np.abs(arrays[name] - array) <= slack)
        require(bool(near), f"{message} ({name})")


def require_error(wanted: type[ThreefoldError], what: str, call: Callable[[], object]) -> None:
    """Complain unless the call raises the wanted error, with a message of one line."""
    try:
        call()
    except wanted as error:
        require(len(str(error).splitlines()) == 1, f"{what}: the {wanted.__name__} must say in one line what is wrong")
    except Exception as error:
        raise ContractError(f"{what} must raise {wanted.__name__}, not {type(error).__name__}: {error}") from error
    else:
        raise ContractError(f"{what} was taken; raise {wanted.__name__} (impls.engines.validation has the checks)")
