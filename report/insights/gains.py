"""Do the networks beat the best baseline, and which network is the best? Each verdict by its test, or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.metrics.evaluate import metric_of
from report.insights.statement import Statement
from report.tables.accuracy import AccuracyRow
from report.tables.comparisons import DIVERGED, ComparisonRow
from report.text.formatting import metric_difference_rounded, metric_value, p_value
from report.text.naming import architecture_title, higher_is_better, implementation_rank
from report.text.wording import SUMMED_UP, listing

#: How a network stands to the one that it is compared with.
VERDICTS = ("ahead", "behind", "different", "no significant difference", "diverged", "without a test")
WORDS = {"without a test": "without a test, as each was trained once"}


@dataclass(frozen=True)
class Gain:
    """A comparison seen from one of its sides, which is subtracted from."""

    #: The network that it is about.
    name: str
    metric: str
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    conclusion: str
    #: Splits, and how many of its own trainings diverged.
    splits: int
    not_finite: int

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        if self.conclusion == "not testable":
            return "without a test"
        if self.conclusion in DIVERGED:
            return "diverged"
        if not self.conclusion.startswith("different"):
            return "no significant difference"
        higher = higher_is_better(self.metric)
        if higher is None or not self.difference:
            return "different"
        return "ahead" if (self.difference > 0) == higher else "behind"

    def described(self) -> str:
        """`LSTM (+1.20 points, 95 % interval +0.90 to +1.50, adjusted p < 0.001)`: the interval is not adjusted."""
        if self.conclusion in DIVERGED:
            return f"{architecture_title(self.name)} ({self.not_finite} of {self.splits} trainings)"
        if self.difference is None:
            return f"{architecture_title(self.name)} (no split in common)"
        metric = metric_of(self.metric)
        difference = metric_difference_rounded(metric, self.difference, self.low, self.high, unit=True)
        if self.low is None:
            return f"{architecture_title(self.name)} ({difference})"
        low, high = (metric_difference_rounded(metric, end, self.low, self.high) for end in (self.low, self.high))
        shown = p_value(self.p)
        p = shown if shown.startswith("<") else f"= {shown}"
        return f"{architecture_title(self.name)} ({difference}, 95 % interval {low} to {high}, adjusted p {p})"


@dataclass(frozen=True)
class Standings:
    """What one implementation's networks reached on a task."""

    task: str
    metric: str
    implementation: str
    device: str
    #: Label -> mean of the metric, the best first, and label -> folder of the architecture.
    means: Mapping[str, float]
    networks: Mapping[str, str]
    #: The comparisons between them, and with the baseline.
    pairs: Sequence[ComparisonRow]

    @property
    def place(self) -> str:
        """`names (numpy)`, with a device that is not the processor."""
        return f"{self.task} ({self.implementation}{'' if self.device == 'cpu' else f', {self.device}'})"

    def value(self, label: str) -> str:
        """A network's mean, with the metric's name where it is not in percent."""
        return metric_value(metric_of(self.metric), self.means[label])

    def gain(self, label: str, other: str) -> Gain | None:
        """How one network stands to another; None where they were not compared."""
        for row in self.pairs:
            if row.question == "architectures" and {row.architecture_a, row.architecture_b} == {label, other}:
                return seen_from(row, label)
        return None

    def beside_the_baseline(self) -> list[Gain]:
        """How each network stands to the best baseline."""
        return [seen_from(row, row.architecture_a) for row in self.pairs if row.question == "baseline"]


def standings(pairs: Sequence[ComparisonRow], accuracy: Sequence[AccuracyRow]) -> list[Standings]:
    """One a task: by the first implementation in the order of the tables, on its first device."""
    by_task: dict[str, list[ComparisonRow]] = {}
    for row in pairs:
        if row.question in ("architectures", "baseline"):
            by_task.setdefault(row.task, []).append(row)
    means = of_tasks(accuracy)
    return [
        _standings(
            min(here, key=lambda row: (implementation_rank(row.implementation_a), row.device_a)), here, means[task]
        )
        for task, here in by_task.items()
    ]


def of_tasks(accuracy: Sequence[AccuracyRow]) -> dict[str, list[AccuracyRow]]:
    """The rows of each task."""
    tasks: dict[str, list[AccuracyRow]] = {}
    for row in accuracy:
        tasks.setdefault(row.task, []).append(row)
    return tasks


def gain_sentences(pairs: Sequence[ComparisonRow], accuracy: Sequence[AccuracyRow]) -> Iterator[str]:
    """For each task: who beats the best baseline, and who is the best?

    By one implementation, the first in the order of the tables; the comparisons table has all.
    """
    tasks, rows = standings(pairs, accuracy), of_tasks(accuracy)
    yield from _summary(tasks)
    for each in tasks:
        yield from _beside_the_baseline(each, rows[each.task])
        yield from _ranking(each)


def _summary(tasks: Sequence[Standings]) -> Iterator[str]:
    """On how many tasks any network is shown to beat the best baseline."""
    verdicts = [{gain.verdict for gain in gains} for each in tasks if (gains := each.beside_the_baseline())]
    if len(verdicts) >= SUMMED_UP:
        ahead = sum("ahead" in here for here in verdicts)
        untested = sum(here <= {"without a test", "diverged"} for here in verdicts)
        yield (
            f"Of {len(verdicts)} tasks, on {ahead} a network is shown to be ahead of the best baseline, on {untested} "
            f"there was no test, and on {len(verdicts) - ahead - untested} none is shown to be ahead."
        )


def _standings(first: ComparisonRow, rows: Sequence[ComparisonRow], accuracy: Sequence[AccuracyRow]) -> Standings:
    implementation, device = first.implementation_a, first.device_a
    reached = [
        row
        for row in accuracy
        if (row.task, row.metric, row.implementation, row.device) == (first.task, first.metric, implementation, device)
        and not row.is_baseline
        and row.mean is not None
    ]
    sign = -1 if higher_is_better(first.metric) else 1
    reached.sort(key=lambda row: sign * (row.mean or 0.0))
    return Standings(
        task=first.task,
        metric=first.metric,
        implementation=implementation,
        device=device,
        means={row.architecture: row.mean for row in reached if row.mean is not None},
        networks={row.architecture: row.network for row in reached},
        pairs=[row for row in rows if row.implementation_a == implementation and row.device_a == device],
    )


def _beside_the_baseline(each: Standings, accuracy: Sequence[AccuracyRow]) -> Iterator[str]:
    rows = [row for row in each.pairs if row.question == "baseline"]
    if not rows:
        return
    name, metric = rows[0].architecture_b, metric_of(each.metric)
    baselines = [row for row in accuracy if row.is_baseline and (row.task, row.metric) == (each.task, each.metric)]
    reached = next((row.mean for row in baselines if row.architecture == name), None)
    which = "the baseline" if len(baselines) == 1 else f"the best of {len(baselines)} baselines"
    start = f"beside {name}, {which} ({metric.title} {metric_value(metric, reached)})"
    yield Statement(each.place, f"{start}: {_by_verdict(each.beside_the_baseline())}.")


def _ranking(each: Standings) -> Iterator[str]:
    """The network with the best mean, and which others it differs from significantly. These results chose it, so the
    p-values are those adjusted for all pairs.
    """
    if len(each.means) < 2 or higher_is_better(each.metric) is None:
        return
    best, *others = each.means
    gains = [replace(gain, name=other) for other in others if (gain := each.gain(best, other))]
    if not gains:
        return
    title = metric_of(each.metric).title
    extreme = "highest" if higher_is_better(each.metric) else "lowest"
    start = f"{architecture_title(best)} has the {extreme} {title} of {len(each.means)} networks"
    yield Statement(each.place, f"{start}, {each.value(best)}; its difference from the others: {_by_verdict(gains)}.")


def _by_verdict(gains: Sequence[Gain]) -> str:
    """`ahead: LSTM (...) and GRU (...); behind: MLP (...)`."""
    groups = {verdict: [gain.described() for gain in gains if gain.verdict == verdict] for verdict in VERDICTS}
    return "; ".join(f"{WORDS.get(verdict, verdict)}: {listing(gains)}" for verdict, gains in groups.items() if gains)


def seen_from(row: ComparisonRow, label: str) -> Gain:
    """The comparison with `label` as the first side."""
    if row.architecture_a == label:
        return Gain(
            label,
            row.metric,
            difference=row.difference,
            low=row.ci_low,
            high=row.ci_high,
            p=row.p_difference_holm,
            conclusion=row.conclusion,
            splits=row.splits,
            not_finite=row.not_finite_a,
        )
    return Gain(
        label,
        row.metric,
        difference=_negative(row.difference),
        low=_negative(row.ci_high),
        high=_negative(row.ci_low),
        p=row.p_difference_holm,
        conclusion=row.conclusion,
        splits=row.splits,
        not_finite=row.not_finite_b,
    )


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
