"""How much of the gradient at the last position arrives at the first one."""

import math
from typing import Literal

from benchmarks.records.results import SplitResult
from report.claims.measures import Measure

#: Orders of magnitude between the gradients at both ends.
DECADES = Measure("orders of magnitude", "plain")
#: A factor of ten.
WORTH_MENTIONING = 1.0


def decades_kept(split: SplitResult, when: Literal["start", "end"]) -> float:
    """Decimal logarithm of the first position's gradient over the last one's; nan without any, or where one is 0."""
    if split.hidden_gradients is None:
        return math.nan
    norms = split.hidden_gradients.start if when == "start" else split.hidden_gradients.end
    if len(norms) < 2 or min(norms[0], norms[-1]) <= 0:
        return math.nan
    return math.log10(norms[0] / norms[-1])
