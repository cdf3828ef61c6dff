"""By how little two results may differ and still count as equally good."""

import math

from benchmarks.metrics.base import Metric

#: Of a metric that declares no margin: a share of the value compared with. An error's unit is that of its data, so
#: that no margin in it would suit two tasks.
RELATIVE_EFFECT = 0.05


def equivalence_margin(metric: Metric, compared: float) -> float | None:
    """The metric's own margin, or for an error without one a share of the value compared with.

    None for any other metric, whose 0 means nothing, and for an error of 0, of which every share is 0.
    """
    if metric.margin is not None:
        return metric.margin
    is_error = metric.higher_is_better is False and metric.lowest == 0
    return RELATIVE_EFFECT * compared if is_error and math.isfinite(compared) and compared > 0 else None
