"""How much of the gradient at the last position arrives at the first one."""

import math
from typing import Literal

import numpy as np

from benchmarks.records.results import SplitResult
from report.claims.measures import Measure

#: Orders of magnitude between the gradients at both ends.
DECADES = Measure("orders of magnitude", "plain")
#: The smallest normal number of float32.
SMALLEST = float(np.finfo(np.float32).tiny)
#: A factor of ten.
WORTH_MENTIONING = 1.0


def decades_kept(split: SplitResult, when: Literal["start", "end"]) -> float:
    """Decimal logarithm of the first position's gradient over the last one's; nan without the last one's.

    A first one that has vanished to 0 counts as the smallest normal number: it has lost at least as much.
    """
    if split.hidden_gradients is None:
        return math.nan
    norms = split.hidden_gradients.start if when == "start" else split.hidden_gradients.end
    if len(norms) < 2 or not all(map(math.isfinite, norms)) or norms[-1] <= 0:
        return math.nan
    return math.log10((norms[0] or SMALLEST) / norms[-1])
