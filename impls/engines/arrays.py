"""One array as an engine takes it: of the right kind, shape and values, with plain strides, or one clear error.

The checks of a batch run at each step, so real numbers are read once, by the quickest operation there is (1 µs for a
small batch); whole numbers are checked for their range. Returned arrays have the wanted dtype, are C-contiguous with
the strides that belong to their shape, and are the caller's own where these already were so.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from impls.errors import BatchError, ThreefoldError
from impls.protocol import Array

_REAL = "fiub"
_WHOLE = "iu"

#: Up to this size the product of an array with itself is the quickest check for values that are not finite, and a BLAS
#: takes one thread for it; beyond, `np.isfinite` is.
_SMALL = 8192


def whole_numbers(what: str, numbers: Array, shape: tuple[int, ...], count: int, taker: str) -> npt.NDArray[np.int64]:
    """Class numbers or tokens, 0 to `count` - 1, as int64.

    Args:
        what: they are, for the error.
        numbers: to be checked.
        shape: that they should have.
        count: of the numbers there are.
        taker: who takes them, for the error.

    Raises:
        BatchError: no array of integers, a masked one, another shape, or numbers out of range.
    """
    if not isinstance(numbers, np.ndarray) or numbers.dtype.kind not in _WHOLE:
        raise BatchError(f"{what} are {described(numbers)}; {taker} takes numbers of integer dtype")
    _refuse_masked(what, numbers, BatchError)
    if numbers.shape != shape:
        wanted = str(shape).replace("(-1,", "(examples,")
        raise BatchError(f"{what} have shape {numbers.shape}, the architecture asks for {wanted}")
    low, high = int(numbers.min()), int(numbers.max())
    if low < 0 or high >= count:
        raise BatchError(f"{what} hold {low if low < 0 else high}; the {count} known ones are 0 to {count - 1}")
    return _in_plain_order(np.asarray(numbers, dtype=np.int64, order="C"))


def real_numbers(
    what: str,
    array: Array,
    shape: tuple[int, ...],
    dtype: npt.DTypeLike,
    error: type[ThreefoldError],
    finite: bool = True,
) -> npt.NDArray[np.floating[Any]]:
    """Real numbers in `dtype`.

    Raises:
        ThreefoldError: `error`: no array of real numbers, a masked one, another shape, or, if they should be `finite`,
            a value that is not.
    """
    if not isinstance(array, np.ndarray) or array.dtype.kind not in _REAL:
        raise error(f"{what}: {described(array)} given; give a NumPy array of real numbers")
    _refuse_masked(what, array, error)
    if array.shape != shape:
        wanted = str(shape).replace("(-1,", "(examples,")
        raise error(f"{what}: shape {array.shape} given, the architecture asks for {wanted}")
    # Overflow and underflow belong to the question, whatever the caller's `np.seterr` makes of them elsewhere.
    with np.errstate(all="ignore"):
        checked = _in_plain_order(np.asarray(array, dtype=dtype, order="C"))
        if finite and not _all_finite(checked):
            raise error(_first_not_finite(what, array, checked))
    return checked


def _refuse_masked(what: str, array: Array, error: type[ThreefoldError]) -> None:
    if isinstance(array, np.ma.MaskedArray):
        raise error(
            f"{what}: a masked array given, and a network would not see the mask; fill what is masked in "
            "(array.filled(value)), or leave it out and give a plain array"
        )


def _all_finite(array: npt.NDArray[np.floating[Any]]) -> bool:
    """Whether no element is NaN or infinite."""
    if array.size <= _SMALL:
        flat = array.ravel()
        # NaN and infinity reach the sum; so does an overflow of finite squares, after which every element is asked.
        if math.isfinite(np.dot(flat, flat)):
            return True
    return bool(np.isfinite(array).all())


def _first_not_finite(what: str, given: Array, checked: Array) -> str:
    """The error's line: the value, where it stands, and what to do."""
    place = np.unravel_index(int(np.argmin(np.isfinite(checked))), checked.shape)
    where = ", ".join(map(str, place))
    value = (
        f"{given[place]}" if not np.isfinite(given[place]) else f"{given[place]}, which {checked.dtype} cannot hold,"
    )
    return f"{what}: {value} at [{where}]; every value has to be finite: put it right, or leave it out"


def _in_plain_order(array: Array) -> Array:
    """The C-contiguous array with the strides of its shape.

    Along an axis of length 1 NumPy allows any stride, negative ones too, which other libraries refuse.
    """
    if 1 in array.shape:
        step = array.itemsize
        for extent, stride in zip(reversed(array.shape), reversed(array.strides), strict=True):
            if stride != step:
                return array.copy(order="C")
            step *= extent
    return array


def described(value: object) -> str:
    """What was given in the place of an array, for an error."""
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
