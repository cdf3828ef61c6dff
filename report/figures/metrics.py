"""How a metric's axis is labelled."""

from benchmarks.metrics.evaluate import metric_of
from report.figures.plain import Axis
from report.text.naming import higher_is_better, one_line


def metric_axis(metric: str) -> Axis:
    """With its unit, in percent where it is a share, and with its direction where that is down."""
    known = metric_of(metric)
    unit = " (%)" if known.percent else ""
    remark = "lower is better" if higher_is_better(metric) is False else "on held-out data"
    return Axis(one_line(f"{known.title}{unit}, {remark}"), numbers="percent" if known.percent else "plain")


def columns_for(count: int) -> int:
    """Columns that leave few holes: three, or two where they fill."""
    return 2 if count in (2, 4) else min(3, count)
