"""The error function, which NumPy lacks."""

import math
from collections.abc import Sequence

import numpy as np

from impls.protocol import Array

# Cody (1969), "Rational Chebyshev approximations for the error function", Mathematics of Computation 23, 631-637: the
# coefficients of his highest degrees, as in his CALERF of 1990, highest power first.
_SMALL_NUMERATOR = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
    3.20937758913846947e3,
)  # fmt: skip
_SMALL_DENOMINATOR = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
)  # fmt: skip
_MIDDLE_NUMERATOR = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
    1.23033935479799725e3,
)  # fmt: skip
_MIDDLE_DENOMINATOR = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_LARGE_NUMERATOR = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
_LARGE_DENOMINATOR = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip

_SMALL_END = 0.46875
_MIDDLE_END = 4.0
#: Elements that are worked out together: the temporary arrays stay in the processor's cache.
BLOCK = 32768

#: From here on 1 - erf(x) is below half a unit in the last place of 1 in float64.
_ONE_FROM = 6.0


def erf(x: Array) -> Array:
    """erf(x) = 2/√π · ∫₀ˣ exp(−t²) dt, within 3 units in the last place, in the dtype and shape of x."""
    result = np.empty_like(x)
    # In the order of memory, which both arrays share, one is a view and the other, of any layout, at worst a copy.
    values, results = x.ravel(order="K"), result.ravel(order="K")
    for start in range(0, values.size, BLOCK):
        block = slice(start, start + BLOCK)
        _erf_block(values[block], results[block])
    return result


def _erf_block(x: Array, result: Array) -> None:
    """Two of the three ranges are worked out for all elements: that is faster than to pick out those that need it."""
    size = np.abs(x)
    np.subtract(1.0, _erfc_middle(np.clip(size, _SMALL_END, _MIDDLE_END)), out=result)
    np.putmask(result, size <= _SMALL_END, _erf_small(np.minimum(size, _SMALL_END)))
    large = size > _MIDDLE_END
    if large.any():
        result[large] = 1.0 - _erfc_large(np.minimum(size[large], _ONE_FROM))
    np.copysign(result, x, out=result)


def _erf_small(x: Array) -> Array:
    square = x * x
    ratio = _polynomial(_SMALL_NUMERATOR, square)
    ratio /= _polynomial(_SMALL_DENOMINATOR, square)
    ratio *= x
    return ratio


def _erfc_middle(x: Array) -> Array:
    ratio = _polynomial(_MIDDLE_NUMERATOR, x)
    ratio /= _polynomial(_MIDDLE_DENOMINATOR, x)
    ratio *= np.exp(-x * x)
    return ratio


def _erfc_large(x: Array) -> Array:
    inverse_square = 1.0 / (x * x)
    ratio = _polynomial(_LARGE_NUMERATOR, inverse_square) / _polynomial(_LARGE_DENOMINATOR, inverse_square)
    result: Array = np.exp(-x * x) / x * (1.0 / math.sqrt(math.pi) - inverse_square * ratio)
    return result


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    """Horner's scheme; the first coefficient belongs to the highest power."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= x
        result += coefficient
    return result
