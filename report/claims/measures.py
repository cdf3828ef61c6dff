"""How large an effect is: in the metric's own words, as a ratio of times, or as a plain number."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.metrics.evaluate import metric_of
from report.statistics.margins import RELATIVE_EFFECT
from report.text.formatting import between_rounded, metric_difference_rounded, number, rounded_by

Scale: TypeAlias = Literal["metric", "ratio", "plain"]

#: The smallest difference of times worth mentioning, as a factor.
TIME_FACTOR = 1.1


@dataclass(frozen=True)
class Measure:
    """What gains are in, and how they are written."""

    #: Name of a metric, or what is measured in words.
    name: str
    scale: Scale
    #: -1 where less is better, so that effects are written with the metric's own sign.
    sign: int = 1

    @property
    def title(self) -> str:
        """What is measured, in words."""
        return metric_of(self.name).title if self.scale == "metric" else self.name

    def effect(self, gain: float) -> float:
        """A gain as it is written: first minus second in the metric's unit, or first over second for times."""
        return math.exp(self.sign * gain) if self.scale == "ratio" else self.sign * gain

    def interval(self, low: float, high: float) -> tuple[float, float]:
        """An interval of gains as one of effects."""
        one, other = self.effect(low), self.effect(high)
        return min(one, other), max(one, other)

    def text(self, gain: float, low: float | None = None, high: float | None = None) -> str:
        """`+0.731 points of accuracy`, `0.62 times the time`; rounded by the interval where there is one."""
        effect = self.effect(gain)
        ends = self.interval(low, high) if low is not None and high is not None else (None, None)
        if self.scale == "metric":
            metric = metric_of(self.name)
            joined = " of " if metric.percent else " "
            return f"{metric_difference_rounded(metric, effect, ends[0], ends[1], unit=True)}{joined}{self.title}"
        shown = rounded_by(effect, *ends)
        return f"{shown} × {self.title}" if self.scale == "ratio" else f"{shown} {self.title}"

    def between(self, low: float, high: float) -> str:
        """`+0.501 to +0.962`."""
        least, most = self.interval(low, high)
        if self.scale == "metric":
            metric = metric_of(self.name)
            return " to ".join(metric_difference_rounded(metric, end, least, most) for end in (least, most))
        return between_rounded(least, most)

    def magnitude(self, gain: float) -> float:
        """The size of a gain, without a direction; of times a factor above 1."""
        return math.exp(abs(gain)) if self.scale == "ratio" else abs(gain)

    def size(self, gain: float) -> str:
        """The same as the smallest effect is written: `0.5 points`, `1.1 ×`."""
        size = self.magnitude(gain)
        if self.scale == "metric" and metric_of(self.name).percent:
            return f"{number(100 * size, 2)} points"
        return f"{number(size, 2)}{' ×' if self.scale == 'ratio' else ''}"


def measure_of(metric: str) -> Measure | None:
    """The measure of a metric; None for one of which it is not known which way it is good."""
    higher = metric_of(metric).higher_is_better
    return None if higher is None else Measure(metric, "metric", 1 if higher else -1)


def smallest_effect(metric: str, compared: float) -> float:
    """The smallest difference worth mentioning: the metric's equivalence margin, or a share of the value compared."""
    margin = metric_of(metric).margin
    return RELATIVE_EFFECT * abs(compared) if margin is None else margin


#: Time of the first over time of the second; a gain is the logarithm of how many times as fast the first is.
TIME = Measure("the time", "ratio", -1)
