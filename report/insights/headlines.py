"""The few statements of the first screen: each holds with an interval, adjusted for what it was chosen from."""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.metrics.evaluate import metric_of
from report.insights.gains import Gain, seen_from
from report.statistics.paired import ALPHA, holm
from report.tables.comparisons import ComparisonRow
from report.tables.families import EQUAL, FamilyRow, family_title
from report.text.formatting import between_rounded, counted, metric_difference, metric_spread, p_value, rounded_by
from report.text.naming import TORCH, architecture_title

#: Statements on speed, at most.
MOST_ON_SPEED = 2


def headlines(families: Sequence[FamilyRow], pairs: Sequence[ComparisonRow]) -> Iterator[str]:
    """At most four.

    Args:
        families: of one run.
        pairs: of the same run.
    """
    yield from _speed(families)
    yield from _agreement([row for row in pairs if row.question == "implementations"])
    yield from _gain([row for row in pairs if row.question == "baseline"])


def _speed(families: Sequence[FamilyRow]) -> Iterator[str]:
    """The largest differences from PyTorch among those of the heat map that are significant."""
    tested = [row for row in families if row.implementation != TORCH and row.p_value is not None]
    adjusted = dict(zip(map(id, tested), holm([row.p_value or 0.0 for row in tested]), strict=True))
    shown = [row for row in tested if adjusted[id(row)] < ALPHA and row.mark != "not certified"]
    shown.sort(key=lambda row: -abs(math.log(row.ratio or 1.0)))
    if tested and not shown:
        yield (
            f"No family's time of a training epoch differs significantly from PyTorch's (of {len(tested)} tested, "
            "Holm)."
        )
    for row in shown[:MOST_ON_SPEED]:
        ratio = rounded_by(row.ratio or 1.0, row.ratio_low, row.ratio_high)
        over = f"geometric mean of {row.timed} networks" if row.timed > 1 else "one network"
        interval = between_rounded(row.ratio_low, row.ratio_high)
        yield (
            f"{family_title(row.family)}: {row.implementation} takes {ratio} times as long as PyTorch (eager) for a "
            f"training epoch (95 % interval {interval}; {over}; {_p(adjusted[id(row)])})."
        )


def _agreement(pairs: Sequence[ComparisonRow]) -> Iterator[str]:
    """On how many networks the implementations are equally accurate, and what difference could have been seen."""
    networks: dict[tuple[str, str, str], list[ComparisonRow]] = {}
    for row in pairs:
        if row.conclusion != "not testable":
            networks.setdefault((row.task, row.architecture_a, row.device_a), []).append(row)
    if not networks:
        return
    equal = sum(all(row.conclusion in EQUAL for row in rows) for rows in networks.values())
    different = sum(any(row.conclusion == "different" for row in rows) for rows in networks.values())
    yield (
        f"On {equal} of {counted(len(networks), 'network')} tested, all implementations are equally accurate within "
        f"the margin; on {different} some differ significantly; on {len(networks) - equal - different} it stays open."
        f"{_power(pairs)}"
    )


def _power(pairs: Sequence[ComparisonRow]) -> str:
    """What difference half of the comparisons of shares could have detected, identical results left out."""
    detectable = [row.detectable for row in pairs if row.detectable and metric_of(row.metric).percent]
    if not detectable:
        return ""
    size = metric_spread(metric_of("accuracy"), median(detectable))
    return (
        f" Half of the comparisons of shares would have detected a difference of {size} with 80 % power, before Holm's "
        "adjustment; identical results are left out."
    )


def _gain(pairs: Sequence[ComparisonRow]) -> Iterator[str]:
    """The largest gain over a best baseline, in shares; on how many tasks there is one."""
    ahead: dict[str, list[tuple[ComparisonRow, Gain]]] = {}
    tasks = {row.task for row in pairs if row.conclusion != "not testable"}
    for row in pairs:
        gain = seen_from(row, row.architecture_a)
        if gain.verdict == "ahead":
            ahead.setdefault(row.task, []).append((row, gain))
    if not tasks:
        return
    tested = counted(len(tasks), "task")
    sentence = f"On {len(ahead)} of {tested} tested, a network is significantly ahead of the best baseline"
    shares = [pair for gains in ahead.values() for pair in gains if metric_of(pair[0].metric).percent]
    if not shares:
        yield f"{sentence}."
        return
    row, gain = max(shares, key=lambda pair: abs(pair[1].difference or 0.0))
    metric = metric_of(row.metric)
    size = metric_difference(metric, gain.difference, unit=True)
    low, high = metric_difference(metric, gain.low), metric_difference(metric, gain.high)
    yield (
        f"{sentence}; most on {row.task}: {architecture_title(row.architecture_a)} ({row.implementation_a}), {size} "
        f"of {metric.title} (95 % interval {low} to {high}; {_p(gain.p)})."
    )


def _p(value: float | None) -> str:
    shown = p_value(value)
    return f"p {shown if shown.startswith('<') else f'= {shown}'}"
