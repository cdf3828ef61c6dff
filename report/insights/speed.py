"""Which implementation trains fastest, where that is shown."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from report.formatting import between, number, p_value, seconds, seconds_between
from report.insights.wording import Doubted, caveat, listing, network
from report.measurements import Measurement, Measurements
from report.naming import is_compiled
from report.statistics.launches import Ratio
from report.statistics.paired import ALPHA, holm
from report.tables.speed import SpeedRow


def fastest_sentences(measured: Measurements, doubted: Doubted) -> Iterator[str]:
    """For each network, among the eager and among the compiled implementations: who trains an epoch fastest?"""
    groups: dict[tuple[tuple[str, str, str], bool], list[Measurement]] = {}
    for each in measured.epochs():
        compiled = is_compiled(each.cell.implementation)
        if compiled is not None:
            groups.setdefault((each.network, compiled), []).append(each)
    for (place, compiled), group in groups.items():
        if len(group) > 1:
            names = [each.cell.implementation for each in group]
            remark = caveat(doubted, place[0], place[1], names, place[2])
            yield f"On {network(*place)}, {_fastest(group, 'compiled' if compiled else 'eager')}{remark}"


def caution_sentences(rows: Sequence[SpeedRow]) -> Iterator[str]:
    """What the timings leave in doubt."""
    timed = [row for row in rows if row.launches]
    if not timed:
        return
    fewest = min(row.launches for row in timed)
    if fewest == 1:
        yield (
            "Some timings rest on a single process launch: their ratios have no interval, and none of them is claimed."
        )
    elif fewest == 2:
        yield "Some timings rest on two process launches: their intervals are wide, and few ratios can be claimed."
    disturbed = sum(row.disturbed > 0 for row in timed)
    if disturbed:
        yield f"{disturbed} of {len(timed)} timings stayed disturbed by other work, as the table marks."


def _fastest(group: Sequence[Measurement], kind: str) -> str:
    """The verdict on the shortest median: p-values are adjusted for all pairs, as it was picked after looking."""
    first = min(group, key=_median)
    others = sorted((each for each in group if each is not first), key=_median)
    name = first.cell.implementation
    p_values = _pairwise(group)
    beaten = [each for each in others if p_values.get(frozenset((id(first), id(each))), 1.0) < ALPHA]
    time = f"{seconds(_median(first))}{_interval(first)}"
    if len(beaten) == len(others):
        told = [_slower(each, first, p_values[frozenset((id(first), id(each)))]) for each in others]
        return f"{name} is the fastest {kind} implementation in training an epoch, with {time}; {'; '.join(told)}."
    open_names = listing([each.cell.implementation for each in others if each not in beaten])
    told = [_slower(each, first, p_values.get(frozenset((id(first), id(each))))) for each in others]
    return (
        f"no {kind} implementation is shown to be the fastest: {name} has the shortest median for an epoch, {time}, "
        f"but is not told apart from {open_names} ({'; '.join(told)})."
    )


def _pairwise(group: Sequence[Measurement]) -> dict[frozenset[int], float]:
    tested: dict[frozenset[int], float] = {}
    for one, other in combinations(group, 2):
        ratio = one.ratio_to(other)
        if ratio is not None and ratio.p_value is not None:
            tested[frozenset((id(one), id(other)))] = ratio.p_value
    return dict(zip(tested, holm(list(tested.values())), strict=True))


def _slower(each: Measurement, first: Measurement, p: float | None) -> str:
    ratio = each.ratio_to(first)
    if ratio is None:
        return f"{each.cell.implementation} shares no launch with it"
    return f"{each.cell.implementation} takes {number(ratio.value)} times as long{_statistic(ratio, p)}"


def _statistic(ratio: Ratio, p: float | None) -> str:
    if ratio.low is None or p is None:
        return " in the one launch that there is"
    shown = p_value(p)
    return f" ({between(ratio.low, ratio.high)}, p {shown if shown.startswith('<') else f'= {shown}'})"


def _median(each: Measurement) -> float:
    return each.duration.median if each.duration else float("inf")


def _interval(each: Measurement) -> str:
    if each.duration is None or each.duration.low is None:
        return ""
    return f" (95 % interval {seconds_between(each.duration.low, each.duration.high)})"
