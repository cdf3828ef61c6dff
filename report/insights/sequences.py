"""What the records say of sequences: do fully connected networks struggle with them, and how far do gradients reach?"""

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.metrics.evaluate import metric_of
from report.insights.gains import Standings, standings
from report.insights.statement import Statement
from report.runs.gradients import GradientCurve, gradient_curves
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow
from report.tables.comparisons import ComparisonRow
from report.text.formatting import number
from report.text.naming import architecture_title, is_fully_connected, is_sequence_network
from report.text.wording import listing


def struggle_sentences(pairs: Sequence[ComparisonRow], accuracy: Sequence[AccuracyRow]) -> Iterator[str]:
    """Where both were trained on a task: the best fully connected network beside the best sequence network."""
    sentences, verdicts = [], []
    for each in standings(pairs, accuracy):
        fully = [label for label in each.means if is_fully_connected(each.networks[label])]
        sequential = [label for label in each.means if is_sequence_network(each.networks[label])]
        if fully and sequential:
            sentence, verdict = _struggle(each, fully[0], sequential[0])
            sentences.append(sentence)
            verdicts.append(verdict)
    if len(sentences) > 1:
        yield _summary(verdicts)
    yield from sentences


def reach_sentences(run: Run) -> Iterator[str]:
    """How much of the gradient at the last position arrives at the first one, network by network."""
    curves = gradient_curves(run)
    for task in dict.fromkeys(curve.task for curve in curves):
        here = [curve for curve in curves if curve.task == task]
        lags = max(len(curve.start) for curve in here) - 1
        if lags > 0:
            shown = "; ".join(f"{architecture_title(curve.architecture)} {_reach(curve)}" for curve in here)
            yield Statement(
                f"{task} ({here[0].implementation})",
                f"the gradient by the state {lags} steps before the last one, as a share of the last one's: {shown}.",
            )


def _struggle(each: Standings, fully: str, sequential: str) -> tuple[str, str]:
    values = listing([f"{architecture_title(label)} {each.value(label)}" for label in each.means])
    start = f"{metric_of(each.metric).title}: {values}."
    gain = each.gain(fully, sequential)
    if gain is None:
        return Statement(each.place, start), "without a test"
    best = f"{architecture_title(sequential)}, the best sequence network"
    verdicts = {
        "ahead": f"is ahead of {best}",
        "behind": f"is behind {best}",
        "different": f"differs from {best}",
        "no significant difference": f"does not differ significantly from {best}",
        "without a test": f"stands beside {best}, without a test, so nothing is claimed",
    }
    return Statement(each.place, f"{start} {gain.described()} {verdicts[gain.verdict]}."), gain.verdict


def _summary(verdicts: Sequence[str]) -> str:
    counts = Counter(verdicts)
    words = {
        "behind": "shown behind",
        "ahead": "shown ahead",
        "different": "shown different",
        "no significant difference": "not significantly different",
        "without a test": "not tested",
    }
    parts = [f"{words[verdict]} on {count}" for verdict in words if (count := counts[verdict])]
    return f"Of {len(verdicts)} tasks, beside the best sequence network the fully connected one is {listing(parts)}."


def _reach(curve: GradientCurve) -> str:
    before, after = (number(_share(norms), digits=2) for norms in (curve.start, curve.end))
    return f"{before} before training and {after} after"


def _share(norms: Sequence[float]) -> float | None:
    return norms[0] / norms[-1] if norms and norms[-1] > 0 else None
