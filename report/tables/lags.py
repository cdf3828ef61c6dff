"""Tasks that differ in nothing but their lag: `adding-50`, `adding-200`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow
from report.text.naming import architecture_rank, implementation_rank

#: A task's name with its lag at the end.
LAGGED = re.compile(r"^(?P<family>.+?)-(?P<lag>\d+)$")


@dataclass(frozen=True)
class LagCurve:
    """A network's, or a baseline's, means at several lags."""

    architecture: str
    is_baseline: bool
    #: Lag -> mean.
    means: dict[int, float]


@dataclass(frozen=True)
class LagFamily:
    """Tasks of one name, at several lags, by the same metric."""

    name: str
    metric: str
    implementation: str
    curves: tuple[LagCurve, ...]


def lag_families(run: Run, accuracy: Sequence[AccuracyRow]) -> list[LagFamily]:
    """The families with two lags or more, of the first implementation in the order of the tables."""
    tasks: dict[tuple[str, str], dict[str, int]] = {}
    for task in sorted(run.manifest.tasks):
        metric, match = run.principal_metric(task), LAGGED.match(task)
        if match and metric:
            tasks.setdefault((match["family"], metric), {})[task] = int(match["lag"])
    families = [_family(name, metric, lags, accuracy) for (name, metric), lags in tasks.items() if len(lags) > 1]
    return [family for family in families if any(len(curve.means) > 1 for curve in family.curves)]


def _family(name: str, metric: str, lags: dict[str, int], accuracy: Sequence[AccuracyRow]) -> LagFamily:
    rows = [row for row in accuracy if row.task in lags and row.metric == metric and row.mean is not None]
    first = min((row.implementation for row in rows if not row.is_baseline), key=implementation_rank, default="")
    curves: dict[tuple[str, bool], dict[int, float]] = {}
    for row in rows:
        if row.mean is not None and (row.implementation == first or row.is_baseline):
            curves.setdefault((row.architecture, row.is_baseline), {}).setdefault(lags[row.task], row.mean)
    ordered = sorted(curves.items(), key=lambda pair: (pair[0][1], architecture_rank(pair[0][0])))
    return LagFamily(
        name,
        metric,
        first,
        tuple(LagCurve(label, baseline, dict(sorted(means.items()))) for (label, baseline), means in ordered),
    )
