"""How the comparisons came out, counted by question."""

from collections.abc import Sequence
from statistics import median

from benchmarks.metrics.evaluate import metric_of
from report.tables.comparisons import DIVERGED, ComparisonRow, Conclusion
from report.tables.families import EQUAL
from report.tables.views.base import Column, Row, View, numeric, text
from report.text.formatting import integer, metric_spread
from report.text.wording import listing

#: Title of a column -> the conclusions that it counts.
OUTCOMES: dict[str, tuple[Conclusion, ...]] = {
    "Equivalent": EQUAL,
    "Different": ("different",),
    "Open": ("undecided",),
    "Diverged": DIVERGED,
    "Not tested": ("not testable",),
}
#: Of which it is worth a word too that there are none.
ALWAYS = ("Equivalent", "Different", "Open")
QUESTIONS = {
    "implementations": "Is a network equally accurate by two implementations?",
    "architectures": "Is one network more accurate than another?",
    "baseline": "Is a network more accurate than the best baseline?",
    "devices": "Is a network equally accurate on two devices?",
    "runs": "Is a network equally accurate in two runs?",
}
#: Between what the pairs of a question are.
BETWEEN = {
    "implementations": "between implementations",
    "architectures": "between networks",
    "baseline": "between a network and the baseline",
    "devices": "between devices",
    "runs": "between runs",
}
#: Over which pairs p-values are adjusted (Holm): those that answer one reader's question.
FAMILIES = {
    "implementations": "the pairs of one network",
    "architectures": "a task's networks, by one implementation",
    "baseline": "a task's networks, by one implementation",
    "devices": "the pairs of one network, by one implementation",
    "runs": "a task's networks in the two runs",
}


def counts_sentence(rows: Sequence[ComparisonRow]) -> str:
    """In one line: how many came out equivalent, different, open; empty without a comparison."""
    if not rows:
        return ""
    counts = {title: sum(row.conclusion in wanted for row in rows) for title, wanted in OUTCOMES.items()}
    shown = [f"{integer(count)} {title.lower()}" for title, count in counts.items() if count or title in ALWAYS]
    pairs = f"{integer(len(rows))} comparison{'' if len(rows) == 1 else 's'}"
    return f"{pairs} of accuracies: {listing(shown)}."


def counts_view(rows: Sequence[ComparisonRow]) -> View:
    """A row a question: pairs that are equivalent (identical ones among them), different, and left open; and over which
    of them p-values were adjusted.
    """
    body = []
    for question, title in QUESTIONS.items():
        here = [row.conclusion for row in rows if row.question == question]
        counts = [sum(conclusion in wanted for conclusion in here) for wanted in OUTCOMES.values()]
        if here:
            numbers = [numeric(integer(count), count) for count in (len(here), *counts)]
            body.append(Row((text(title), *numbers, text(FAMILIES[question]))))
    columns = (
        Column("Question"),
        *(Column(title, numeric=True) for title in ("Pairs", *OUTCOMES)),
        Column("p-values adjusted over"),
    )
    return View("comparison-counts", "How the comparisons came out", columns, tuple(body))


def power_sentence(rows: Sequence[ComparisonRow]) -> str:
    """How large a difference the tests could have found, by question and metric; empty without a test.

    Implementations that do the same differ by rounding alone, and networks by what they are: one number for both would
    say nothing of either.
    """
    tested = [(row, row.detectable) for row in rows if row.detectable]
    if not tested:
        return ""
    parts = []
    for question, between in BETWEEN.items():
        here = [(row, size) for row, size in tested if row.question == question]
        if here:
            parts.append(f"{between} {listing(_medians(here))}")
    margins = [size <= row.margin for row, size in tested if row.margin is not None]
    enough = f" It is within the margin of equivalence in {sum(margins)} of {len(margins)} pairs." if margins else ""
    return (
        "Power: the difference that a test, unadjusted, finds with a probability of 80 % is, in the median of the "
        f"pairs that are not identical, {'; '.join(parts)}.{enough}"
    )


def _medians(tested: Sequence[tuple[ComparisonRow, float]]) -> list[str]:
    """One a metric."""
    sizes = []
    for name in dict.fromkeys(row.metric for row, _ in tested):
        metric = metric_of(name)
        middle = metric_spread(metric, median(size for row, size in tested if row.metric == name))
        sizes.append(f"{middle} of {metric.title}" if metric.percent else f"{middle} in {metric.title}")
    return sizes
