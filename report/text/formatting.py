"""Numbers as people read them; the CSV files keep them whole."""

import math

from benchmarks.metrics.base import Metric

#: A value that is not there.
ABSENT = "–"

TIME_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def number(value: float | None, digits: int = 3) -> str:
    """Significant digits without an exponent where that is short: `0.0123`, `12,300`, `1.2e-07`."""
    if value is None:
        return ABSENT
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    exponent = math.floor(math.log10(abs(value)))
    if -4 <= exponent < 9:
        return f"{round(value, digits - 1 - exponent):,.{max(0, digits - 1 - exponent)}f}"
    return f"{value:.{digits - 1}e}"


def rounded_by(value: float, low: float | None, high: float | None) -> str:
    """A number with the digits that its interval supports: the last one is the interval's second significant digit.

    `0.62` for 0.6152 with 0.25 to 1.48, `2.01` for 2.0094 with 1.92 to 2.11; three digits without an interval.
    """
    if low is None or high is None or high <= low or value == 0:
        return number(value)
    return number(value, digits=max(1, _digits_of(value, high - low)))


def between_rounded(low: float | None, high: float | None) -> str:
    """An interval of plain numbers with the digits that its width supports, at least two."""
    if low is None or high is None or high <= low:
        return between(low, high)
    return " to ".join(number(bound, digits=max(2, _digits_of(bound, high - low))) for bound in (low, high))


def _digits_of(value: float, width: float) -> int:
    """Significant digits of a value, down to the second one of the width of its interval; six at most."""
    if value == 0:
        return 1
    return min(6, math.floor(math.log10(abs(value))) - math.floor(math.log10(width)) + 2)


def integer(value: int | None) -> str:
    """With thousands separators."""
    return ABSENT if value is None else f"{value:,}"


def percent(value: float | None, decimals: int = 2) -> str:
    """A share as percent."""
    return ABSENT if value is None else f"{100 * value:.{decimals}f} %"


def seconds(value: float | None) -> str:
    """A time in the unit in which it has one to three digits before the point."""
    if value is None:
        return ABSENT
    scale, unit = _unit(value)
    return f"{number(value / scale)} {unit}"


def seconds_rounded(value: float, low: float | None, high: float | None) -> str:
    """A time with the digits that its interval supports."""
    scale, unit = _unit(value)
    bounds = [None if bound is None else bound / scale for bound in (low, high)]
    return f"{rounded_by(value / scale, *bounds)} {unit}"


def seconds_between(low: float | None, high: float | None) -> str:
    """An interval of times with the digits that its width supports; each bound has its unit: they may be far apart."""
    if low is None or high is None:
        return ABSENT
    if high <= low:
        return f"{seconds(low)} to {seconds(high)}"
    return " to ".join(_second_in(bound, high - low) for bound in (low, high))


def _second_in(bound: float, width: float) -> str:
    scale, unit = _unit(bound)
    return f"{number(bound / scale, digits=max(2, _digits_of(bound, width)))} {unit}"


def between(low: float | None, high: float | None, digits: int = 3) -> str:
    """An interval of plain numbers."""
    return ABSENT if low is None or high is None else f"{number(low, digits)} to {number(high, digits)}"


def metric_value(metric: Metric, value: float | None) -> str:
    """A metric's mean or deviation."""
    if value is None:
        return ABSENT
    if metric.percent:
        return percent(value)
    return number(value, digits=5) if metric.decimals is None else f"{value:.{metric.decimals}f}"


def metric_rounded(metric: Metric, value: float, low: float | None, high: float | None) -> str:
    """A metric's mean with the digits that its interval supports, never more than without one."""
    if low is None or high is None or high <= low:
        return metric_value(metric, value)
    shown = f"{(100 if metric.percent else 1) * value:,.{_metric_decimals(metric, high - low)}f}"
    return f"{shown} %" if metric.percent else shown


def metric_interval_rounded(metric: Metric, low: float, high: float) -> str:
    """An interval of a metric's mean with the digits that its width supports."""
    if high <= low:
        return metric_interval(metric, low, high)
    return f"{metric_rounded(metric, low, low, high).removesuffix(' %')} to {metric_rounded(metric, high, low, high)}"


def _metric_decimals(metric: Metric, width: float) -> int:
    """Decimals down to the second significant digit of an interval's width, never more than without an interval."""
    decimals = max(0, 1 - math.floor(math.log10(width * (100 if metric.percent else 1))))
    return min(decimals, 2 if metric.percent else 4 if metric.decimals is None else metric.decimals)


def metric_spread(metric: Metric, value: float) -> str:
    """A metric's standard deviation with two digits, in points where the metric is a share."""
    return f"{number(100 * value, digits=2)} points" if metric.percent else number(value, digits=2)


def metric_interval(metric: Metric, low: float | None, high: float | None) -> str:
    """An interval of a metric's mean."""
    if low is None or high is None:
        return ABSENT
    return f"{metric_value(metric, low).removesuffix(' %')} to {metric_value(metric, high)}"


def metric_difference(metric: Metric, value: float | None, unit: bool = False) -> str:
    """A signed difference of a metric, in percentage points if the metric is in percent."""
    if value is None:
        return ABSENT
    scale, decimals = (100, 3) if metric.percent else (1, 5 if metric.decimals is None else metric.decimals + 1)
    scaled = scale * value
    rounded_away = value != 0 and abs(scaled) < 0.5 * 10**-decimals
    shown = f"{scaled:+.1e}" if rounded_away else f"{scaled + 0.0:+.{decimals}f}"
    return f"{shown} points" if metric.percent and unit else shown


def metric_difference_rounded(
    metric: Metric, value: float | None, low: float | None, high: float | None, unit: bool = False
) -> str:
    """A signed difference, or an end of its interval, with the digits that the interval's width supports."""
    if value is None or low is None or high is None or high <= low:
        return metric_difference(metric, value, unit)
    scale, most = (100, 3) if metric.percent else (1, 5 if metric.decimals is None else metric.decimals + 1)
    decimals = min(most, max(0, 1 - math.floor(math.log10(scale * (high - low)))))
    shown = f"{scale * value:+,.{decimals}f}"
    if not shown.strip("+-0."):
        shown = shown[1:]  # what rounds to nothing has no sign
    return f"{shown} points" if metric.percent and unit else shown


def metric_margin(metric: Metric, used: float | None = None) -> str:
    """An equivalence margin with its unit.

    Args:
        metric: whose it is.
        used: that of two results, where the metric declares none; None where there is none either.
    """
    if metric.margin is None:
        return number(used, digits=2)
    return f"{100 * metric.margin:g} points" if metric.percent else f"{metric.margin:g}"


def mebibytes(value: int | None) -> str:
    """Bytes as MiB."""
    return ABSENT if value is None else f"{number(value / 2**20)} MiB"


def counted(count: int, noun: str) -> str:
    """`1 core`, `2 cores`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def error_size(value: float | None) -> str:
    """A numerical error or its bound."""
    return ABSENT if value is None else f"{value:.1e}"


def p_value(value: float | None) -> str:
    """A probability, as statisticians print it."""
    if value is None:
        return ABSENT
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _unit(value: float) -> tuple[float, str]:
    return next((pair for pair in TIME_UNITS if abs(value) >= pair[0]), TIME_UNITS[-1])
