"""What a metric is. Each is declared once, at its function: name, direction, kinds of task, how it is written."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.kinds import ProblemKind, TaskError

#: From targets and answers to the metric's value; `benchmarks.metrics.evaluate.evaluate` says what both are.
MetricFunction: TypeAlias = Callable[[Any, Any], float]


@dataclass(frozen=True)
class Metric:
    """A metric: how it is computed, which way it is good, how it is written, and which difference counts as none."""

    title: str
    #: None for a metric that this Threefold does not know.
    higher_is_better: bool | None = None
    #: Kinds of task that have it.
    kinds: tuple[ProblemKind, ...] = ()
    function: MetricFunction | None = None
    #: The values that it can have: intervals end there.
    lowest: float = float("-inf")
    highest: float = float("inf")
    #: Whether values are written in percent and differences in percentage points.
    percent: bool = False
    #: Decimals to show of a metric that has a scale of its own; others are shown to five significant digits.
    decimals: int | None = None
    #: Equivalence margin: two implementations that differ by less count as equally good. None: of an error a share of
    #: its value (`report.statistics.margins`), of another metric never claimed.
    margin: float | None = None


#: Name -> metric, as declared. Read `METRICS` of `benchmarks.metrics.evaluate`, which imports every declaration.
DECLARED: dict[str, Metric] = {}


def declare(
    title: str, *kinds: ProblemKind, higher_is_better: bool, **written: Any
) -> Callable[[MetricFunction], MetricFunction]:
    """Declare the decorated function as a metric that goes by the function's name.

    Args:
        title: as it is written in tables.
        kinds: of the tasks that have it.
        higher_is_better: which way it is good.
        written: the other fields of `Metric`.

    Raises:
        TaskError: the name is taken.
    """

    def decorate(function: MetricFunction) -> MetricFunction:
        known = DECLARED.get(function.__name__)
        module = getattr(known.function, "__module__", "") if known is not None else function.__module__
        # Plug-ins are loaded again when others come to them: what a module declared that is gone counts no more.
        if module != function.__module__ and module in sys.modules:
            raise TaskError(f"metric {function.__name__!r} is declared twice; give one of them another name")
        DECLARED[function.__name__] = Metric(title, higher_is_better, kinds, function, **written)
        return function

    return decorate
