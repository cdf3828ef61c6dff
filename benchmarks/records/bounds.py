"""The numbers and texts that stored forms and suites may hold: every bound once.

Whole numbers are never read from a text, a fraction or a truth value. They are bounded, since Python's have no limit:
one of 400 digits would only fail later, in whatever first makes a float of it. So would figures that are infinite or no
number, in whatever first rounds them.
"""

import math
from typing import Annotated

from pydantic import AfterValidator, Field

#: Larger than anything that is counted here, and still exact to the last thousand as a float.
LARGEST = 10**18
#: Of what is measured: squares and sums of squares are still finite.
LARGEST_FIGURE = 1e100


def is_moderate(value: float) -> bool:
    """Whether it is a finite number that records hold."""
    return abs(value) <= LARGEST_FIGURE  # nan is not


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds bytes that are not UTF-8; give a name in UTF-8") from None
    return text


def _infinite_or_moderate(value: float) -> float:
    if math.isfinite(value) and not is_moderate(value):
        raise ValueError(f"is beyond ±{LARGEST_FIGURE:g}, which no metric is")
    return value


#: A count of stored results: examples, parameters, bytes, floating-point operations.
Whole = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
#: A measured value, negative ones too.
Figure = Annotated[float, Field(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE, allow_inf_nan=False)]
#: The same of a metric, which may also be infinite, as a baseline's loss of what it never saw is, or no number.
Metric = Annotated[float, AfterValidator(_infinite_or_moderate)]
#: Seconds: at most thirty thousand years.
Seconds = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
#: A part of a whole, neither none of it nor all.
Share = Annotated[float, Field(gt=0, lt=1)]
#: What ratios are made of: seconds a call, operations a second.
PositiveFigure = Annotated[float, Field(gt=0, le=1e30, allow_inf_nan=False)]
#: A name that is written to files in UTF-8: one of the command line may hold other bytes.
Name = Annotated[str, AfterValidator(_encodable)]
