"""What the comparisons of accuracies show, and what they leave open."""

from collections.abc import Iterator, Sequence

from benchmarks.metrics.evaluate import metric_of
from report.insights.statement import Statement
from report.statistics.paired import ALPHA
from report.tables.comparisons import DIVERGED, ComparisonRow
from report.text.formatting import metric_difference, metric_difference_rounded, metric_margin, p_value
from report.text.naming import implementation_rank
from report.text.wording import SUMMED_UP, Doubted, caveat, listing, network

EQUIVALENT = ("identical", "equivalent", "different within the margin")


def agreement_sentences(pairs: Sequence[ComparisonRow], doubted: Doubted) -> Iterator[str]:
    """For each network: are its implementations equally accurate?"""
    groups: dict[tuple[str, str, str], list[ComparisonRow]] = {}
    for row in pairs:
        if row.question == "implementations":
            groups.setdefault((row.task, row.architecture_a, row.device_a), []).append(row)
    if len(groups) >= SUMMED_UP:
        yield _summary(list(groups.values()))
    for (task, architecture, device), rows in groups.items():
        names = sorted({row.implementation_a for row in rows} | {row.implementation_b for row in rows}, key=_rank)
        where = network(task, architecture, device)
        remark = caveat(doubted, task, architecture, names, device)
        yield Statement(where, f"{_agreement(rows, names)}{remark}")


def run_sentences(across: Sequence[ComparisonRow]) -> Iterator[str]:
    """For each other run: which accuracies differ from this one's?"""
    for other in dict.fromkeys(row.run_a for row in across):
        here = [row for row in across if row.run_a == other]
        different = [row for row in here if row.conclusion.startswith("different")]
        same = sum(row.conclusion in EQUIVALENT for row in here)
        sentence = f"Beside {other}: of {len(here)} accuracies on the same splits, {same} are identical or equivalent"
        names = [
            f"{row.implementation_a} on {network(row.task, row.architecture_a, row.device_a)}" for row in different
        ]
        yield f"{sentence}, and {len(different)} differ{f': {listing(names)}' if names else ''}."


def _summary(groups: Sequence[Sequence[ComparisonRow]]) -> str:
    agreeing = sum(all(row.conclusion in EQUIVALENT for row in rows) for rows in groups)
    differing = sum(any(row.conclusion in ("different", "one diverged") for row in rows) for rows in groups)
    untested = sum(all(row.conclusion in ("not testable", "both diverged") for row in rows) for rows in groups)
    tested = len(groups) - untested
    return (
        f"Of {len(groups)} networks, on {agreeing} all implementations are shown equally accurate, on {differing} some "
        f"are shown to differ, on {untested} there was no test, and on "
        f"{len(groups) - agreeing - differing - untested} it stays open. Each network is judged by itself: of "
        f"{tested} that do not differ, up to {ALPHA * tested:.1f} seem to by chance."
    )


def _agreement(rows: Sequence[ComparisonRow], names: Sequence[str]) -> str:
    metric = metric_of(rows[0].metric)
    if all(row.conclusion == "identical" for row in rows):
        return f"{listing(names)} reach exactly the same {metric.title} on each of {rows[0].splits} splits."
    if all(row.conclusion in EQUIVALENT for row in rows):
        largest = max(rows, key=lambda row: abs(row.difference or 0.0))
        p = max(row.p_equivalence_holm or 0.0 for row in rows)
        margin = min((row.margin for row in rows if row.margin is not None), default=None)
        return (
            f"{listing(names)} are equivalent in {metric.title} within {metric_margin(metric, margin)} "
            f"(two one-sided tests, corrected resampled t, Holm: largest p {_p(p)}); "
            f"the largest mean difference is {_size(largest)}."
        )
    if all(row.conclusion == "not testable" for row in rows):
        return f"{listing(names)} were trained once each, so their {metric.title} is not compared by a test."
    shown = sum(row.conclusion in EQUIVALENT for row in rows)
    others = [_pair(row) for row in rows if row.conclusion not in EQUIVALENT]
    start = f"{shown} of {len(rows)} pairs of implementations are shown equivalent in {metric.title}"
    return f"{start}; {'; '.join(others)}."


def _pair(row: ComparisonRow) -> str:
    pair = f"{row.implementation_a} and {row.implementation_b}"
    if row.conclusion == "not testable":
        return f"{pair} have no two splits in common"
    if row.conclusion in DIVERGED:
        return (
            f"of {row.splits} trainings each, {row.not_finite_a} by {row.implementation_a} and {row.not_finite_b} by "
            f"{row.implementation_b} diverged"
        )
    if row.conclusion == "different":
        return f"{pair} differ by {_interval(row)}"
    margin = f", equivalence {_p(row.p_equivalence_holm)}" if row.margin is not None else ""
    return (
        f"{pair} are neither shown different nor equivalent ({_difference(row)}; adjusted p: difference "
        f"{_p(row.p_difference_holm)}{margin})"
    )


def _interval(row: ComparisonRow) -> str:
    low, high = (_rounded(row, bound) for bound in (row.ci_low, row.ci_high))
    return f"{_difference(row)} (95 % interval {low} to {high}, adjusted p {_p(row.p_difference_holm)})"


def _difference(row: ComparisonRow) -> str:
    metric = metric_of(row.metric)
    return f"{_rounded(row, row.difference, unit=True)}{'' if metric.percent else f' of {metric.title}'}"


def _rounded(row: ComparisonRow, value: float | None, unit: bool = False) -> str:
    return metric_difference_rounded(metric_of(row.metric), value, row.ci_low, row.ci_high, unit)


def _size(row: ComparisonRow) -> str:
    return metric_difference(metric_of(row.metric), abs(row.difference or 0.0), unit=True).removeprefix("+")


def _p(value: float | None) -> str:
    shown = p_value(value)
    return shown if shown.startswith("<") else f"= {shown}"


def _rank(name: str) -> tuple[int, str]:
    return implementation_rank(name)
