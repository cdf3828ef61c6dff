"""Which implementation trains fastest, where that is shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from report.insights.statement import Statement
from report.runs.measurements import Measurement, Measurements
from report.statistics.launches import Ratio
from report.statistics.paired import ALPHA, holm
from report.tables.speed import SpeedRow
from report.text.formatting import (
    ABSENT,
    between_rounded,
    p_value,
    percent,
    rounded_by,
    seconds_between,
    seconds_rounded,
)
from report.text.naming import implementation_rank, is_compiled
from report.text.wording import SUMMED_UP, Doubted, caveat, listing, network

KINDS = ("eager", "compiled")


def fastest_sentences(measured: Measurements, doubted: Doubted) -> Iterator[str]:
    """For each network, among the eager and among the compiled implementations: who trains an epoch fastest?"""
    groups: dict[tuple[tuple[str, str, str], bool], list[Measurement]] = {}
    for each in measured.epochs:
        compiled = is_compiled(each.cell.implementation)
        if compiled is not None:
            groups.setdefault((each.network, compiled), []).append(each)
    contests = {key: _contest(group) for key, group in groups.items() if len(group) > 1}
    for kind in KINDS:
        of_kind = [contest for (_, compiled), contest in contests.items() if KINDS[compiled] == kind]
        if len(of_kind) >= SUMMED_UP:
            yield _summary(of_kind, kind)
    for (place, compiled), contest in contests.items():
        names = [each.cell.implementation for each in (contest.first, *contest.others)]
        remark = caveat(doubted, place[0], place[1], names, place[2])
        yield Statement(network(*place), f"{_fastest(contest, KINDS[compiled])}{remark}")


def caution_sentences(rows: Sequence[SpeedRow]) -> Iterator[str]:
    """What the timings leave in doubt."""
    timed = [row for row in rows if row.launches]
    if not timed:
        return
    fewest = min(row.launches for row in timed)
    if fewest == 1:
        yield (
            "Some timings rest on a single process launch: their ratios have no interval, and no claim rests on them."
        )
    elif fewest == 2:
        yield "Some timings rest on two process launches: their intervals are wide, and few ratios can be claimed."
    disturbed = sum(row.disturbed for row in timed)
    if disturbed:
        share = percent(disturbed / sum(row.launches for row in timed), decimals=0)
        yield f"Other work disturbed {share} of the launches' timings; the table marks rows where it was most of them."


@dataclass(frozen=True)
class Contest:
    """Who trains an epoch of a network fastest, among implementations of one kind."""

    first: Measurement
    #: From the shortest median to the longest; the beaten ones are shown to be slower than the first.
    others: Sequence[Measurement]
    beaten: Sequence[Measurement]
    #: Adjusted for all pairs, as the first was picked after looking.
    p_values: Mapping[frozenset[int], float]

    @property
    def decided(self) -> bool:
        """Whether the first is shown to be the fastest."""
        return len(self.beaten) == len(self.others)

    def p_value(self, other: Measurement) -> float | None:
        """Of no difference between the first and another; None where they share too few launches."""
        return self.p_values.get(frozenset((id(self.first), id(other))))


def _contest(group: Sequence[Measurement]) -> Contest:
    first = min(group, key=_median)
    others = sorted((each for each in group if each is not first), key=_median)
    contest = Contest(first, others, [], _pairwise(group))
    beaten = [each for each in others if _is_slower(each, first, contest.p_value(each))]
    return replace(contest, beaten=beaten)


def _summary(contests: Sequence[Contest], kind: str) -> str:
    """How often each implementation is shown to be the fastest."""
    wins = Counter(contest.first.cell.implementation for contest in contests if contest.decided)
    shown = [f"{name} on {wins[name]}" for name in sorted(wins, key=implementation_rank)]
    claimed = f"the fastest in training an epoch is shown to be {listing(shown)}" if shown else "none is shown fastest"
    return (
        f"Of {len(contests)} networks with several {kind} implementations, {claimed}; "
        f"on {len(contests) - wins.total()} it stays open."
    )


def _fastest(contest: Contest, kind: str) -> str:
    """The verdict on the shortest median."""
    first, others = contest.first, contest.others
    name = first.cell.implementation
    time = _time(first)
    slower = [_compared(each, first, contest.p_value(each)) for each in others]
    if contest.decided:
        return f"{name} is the fastest {kind} implementation in training an epoch, with {time}; {'; '.join(slower)}."
    open_names = listing([each.cell.implementation for each in others if each not in contest.beaten])
    return (
        f"no {kind} implementation is shown to be the fastest: {name} has the shortest median for an epoch, {time}, "
        f"but is not shown to be faster than {open_names} ({'; '.join(slower)})."
    )


def _pairwise(group: Sequence[Measurement]) -> dict[frozenset[int], float]:
    tested: dict[frozenset[int], float] = {}
    for one, other in combinations(group, 2):
        ratio = one.ratio_to(other)
        if ratio is not None and ratio.p_value is not None:
            tested[frozenset((id(one), id(other)))] = ratio.p_value
    return dict(zip(tested, holm(list(tested.values())), strict=True))


def _is_slower(each: Measurement, first: Measurement, p: float | None) -> bool:
    """Whether it is shown to be slower than the first: the mean of the launches' ratios may point the other way than
    the medians by which the first was picked.
    """
    ratio = each.ratio_to(first)
    return ratio is not None and ratio.value > 1 and p is not None and p < ALPHA


def _compared(each: Measurement, first: Measurement, p: float | None) -> str:
    """`torch takes 1.51 times the time of numpy (1.48 to 1.54, p < 0.001)`."""
    name, other = each.cell.implementation, first.cell.implementation
    ratio = each.ratio_to(first)
    if ratio is None:
        return f"{name} was never timed in the same launch as {other}, so the two are not compared"
    shown = rounded_by(ratio.value, ratio.low, ratio.high)
    return f"{name} takes {shown} times the time of {other}{_statistic(ratio, p)}"


def _statistic(ratio: Ratio, p: float | None) -> str:
    if ratio.low is None or p is None:
        return " in the one launch that both have, which is no test"
    shown = p_value(p)
    return f" ({between_rounded(ratio.low, ratio.high)}, p {shown if shown.startswith('<') else f'= {shown}'})"


def _median(each: Measurement) -> float:
    return each.duration.median if each.duration else float("inf")


def _time(each: Measurement) -> str:
    if each.duration is None:
        return ABSENT
    low, high = each.duration.low, each.duration.high
    interval = "" if low is None else f" (95 % interval {seconds_between(low, high)})"
    return f"{seconds_rounded(each.duration.median, low, high)}{interval}"
