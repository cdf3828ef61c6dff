"""How the comparisons came out, counted by question."""

from collections.abc import Sequence

from report.tables.comparisons import DIVERGED, ComparisonRow, Conclusion
from report.tables.families import EQUAL
from report.tables.views.base import Column, Row, View, numeric, text
from report.text.formatting import integer
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


def counts_sentence(rows: Sequence[ComparisonRow]) -> str:
    """In one line: how many came out equivalent, different, open; empty without a comparison."""
    if not rows:
        return ""
    counts = {title: sum(row.conclusion in wanted for row in rows) for title, wanted in OUTCOMES.items()}
    shown = [f"{integer(count)} {title.lower()}" for title, count in counts.items() if count or title in ALWAYS]
    pairs = f"{integer(len(rows))} comparison{'' if len(rows) == 1 else 's'}"
    return f"{pairs} of accuracies: {listing(shown)}."


def counts_view(rows: Sequence[ComparisonRow]) -> View:
    """A row a question: pairs that are equivalent (identical ones among them), different, and left open."""
    body = []
    for question, title in QUESTIONS.items():
        here = [row.conclusion for row in rows if row.question == question]
        counts = [sum(conclusion in wanted for conclusion in here) for wanted in OUTCOMES.values()]
        if here:
            body.append(Row((text(title), *(numeric(integer(count), count) for count in (len(here), *counts)))))
    columns = (Column("Question"), *(Column(title, numeric=True) for title in ("Pairs", *OUTCOMES)))
    return View("comparison-counts", "How the comparisons came out", columns, tuple(body))
