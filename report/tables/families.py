"""The summary table: for each network family and implementation whether it is proved, as accurate, and how fast."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from report.runs.certification import TRUSTED, Standing
from report.statistics.launches import log_interval, mean_ratio, p_of_interval
from report.tables.accuracy import AccuracyRow
from report.tables.comparisons import ComparisonRow, Conclusion
from report.tables.speed import SpeedRow
from report.tables.views.base import Column, Row, View, text
from report.text.formatting import ABSENT, between_rounded, counted, number, rounded_by
from report.text.naming import TORCH, architecture_title, implementation_rank

#: Families in the order of the table, by the folder of their architecture; others follow by name.
TITLES = {
    "mlp": "MLP",
    "cnn": "CNN",
    "recurrent": "RNN, LSTM, GRU",
    "seq2seq": "encoder-decoder",
    "transformer": "Transformer",
}

#: In heat maps a ratio by this factor away from 1 has the full colour.
FULL_COLOUR = 4.0

#: Conclusions that say that two implementations are equally accurate.
EQUAL: tuple[Conclusion, ...] = ("identical", "equivalent", "different within the margin")

Mark: TypeAlias = Literal["equally accurate", "differs", "open", "not tested", "not certified"]
#: How a mark is written in tables and figures.
SIGNS: dict[Mark, str] = {
    "equally accurate": "✓",
    "differs": "≠",
    "open": "○",
    "not tested": "·",
    "not certified": "⚠",
}


@dataclass(frozen=True)
class FamilyRow:
    """One implementation of all networks of a family on one device."""

    #: The architecture's folder.
    family: str
    implementation: str
    device: str
    #: Networks that were trained or timed.
    networks: int
    #: Of these, those whose certificate passed (all of them for the reference).
    certified: int
    #: How the tests of accuracy against PyTorch came out, in numbers of networks.
    equally_accurate: int
    different: int
    open: int
    #: Trainings diverged by one of the two and not by the other.
    diverged: int
    #: All others: trained once, timed alone, failed, or not trained by PyTorch on the same splits. None in a run
    #: without PyTorch, in which there is nothing to compare with.
    not_tested: int
    #: Of these, the networks that have one training by each of the two.
    trained_once: int
    #: Time of a training epoch over that of PyTorch: the geometric mean over the networks that were timed.
    ratio: float | None
    #: Its 95 % interval: over the networks where there are several, over the launches of the one otherwise.
    ratio_low: float | None
    ratio_high: float | None
    #: Of the hypothesis that the ratio is 1, from the same as the interval; not adjusted.
    p_value: float | None
    timed: int
    #: What the accuracies allow to be said; empty for PyTorch itself, and in a run without it.
    mark: Mark | Literal[""]
    run: str

    @property
    def tests(self) -> int:
        """Networks whose accuracy was compared with PyTorch's by a test."""
        return self.equally_accurate + self.different + self.open + self.diverged


def family_rows(
    accuracy: Sequence[AccuracyRow], speed: Sequence[SpeedRow], comparisons: Sequence[ComparisonRow]
) -> list[FamilyRow]:
    """A row for each family, implementation and device that a run has measured.

    Args:
        accuracy, speed, comparisons: the rows of this run.
    """
    accuracies = [row for row in accuracy if not row.is_baseline]
    epochs = [row for row in speed if row.operation == "train_epoch"]
    family_of = {(row.task, row.architecture): row.network for row in accuracies}
    standings: dict[tuple[str, str, str], dict[tuple[str, str], Standing]] = {}
    ratios: dict[tuple[str, str, str], list[SpeedRow]] = {}
    conclusions: dict[tuple[str, str, str], Counter[Conclusion]] = {}
    measured: list[AccuracyRow | SpeedRow] = [*accuracies, *epochs]
    for row in measured:
        key = (family_of.get((row.task, row.architecture), row.architecture), row.implementation, row.device)
        standings.setdefault(key, {})[row.task, row.architecture] = row.certificate
        if isinstance(row, SpeedRow) and row.ratio_to_torch is not None:
            ratios.setdefault(key, []).append(row)
    for comparison in comparisons:
        if comparison.question == "implementations" and (other := _beside_torch(comparison)):
            family = family_of[comparison.task, comparison.architecture_a]
            conclusions.setdefault((family, other, comparison.device_a), Counter())[comparison.conclusion] += 1
    beside_torch = any(row.implementation == TORCH for row in measured)
    return [
        _row(key, standings[key], conclusions.get(key, Counter()), ratios.get(key, []), measured[0].run, beside_torch)
        for key in sorted(standings, key=lambda key: (_rank(key[0]), implementation_rank(key[1]), key[2]))
    ]


def families_view(rows: Sequence[FamilyRow], several: bool = False) -> View:
    """The table for people; the device is named where it is not the processor, the run where there are several."""
    columns = (
        *((Column("Run"),) if several else ()),
        Column("Network"),
        Column("Implementation"),
        Column("Proved the same network"),
        Column("As accurate as PyTorch"),
        Column("Time of a training epoch ÷ PyTorch's (95 % interval)", numeric=True),
    )
    body = [
        Row(
            (
                *((text(row.run),) if several else ()),
                text(family_title(row.family)),
                text(row.implementation if row.device == "cpu" else f"{row.implementation}, {row.device}"),
                text(f"{row.certified} of {row.networks}"),
                text(_accuracy_text(row)),
                text(_ratio_text(row)),
            ),
            marked=row.certified < row.networks,
        )
        for row in rows
    ]
    return View("families", "Network families by implementation", columns, tuple(body))


def family_title(family: str) -> str:
    """How a family is called; of one that was only timed its label is all that is known."""
    return TITLES.get(family, architecture_title(family))


def short_ratio(row: FamilyRow) -> str:
    """For a heat map: as many digits as the interval supports; more than two make no difference to a colour."""
    if row.ratio is None:
        return ""
    rounded = number(row.ratio, digits=2)
    return (
        rounded
        if row.ratio_low is None
        else min(rounded_by(row.ratio, row.ratio_low, row.ratio_high), rounded, key=len)
    )


def _rank(family: str) -> tuple[int, str]:
    known = list(TITLES)
    return known.index(family) if family in known else len(known), family


def _beside_torch(row: ComparisonRow) -> str | None:
    """The implementation that is compared with eager PyTorch, if it is that."""
    names = [row.implementation_a, row.implementation_b]
    if TORCH not in names:
        return None
    names.remove(TORCH)
    return names[0]


def _row(
    key: tuple[str, str, str],
    standings: dict[tuple[str, str], Standing],
    conclusions: Counter[Conclusion],
    ratios: Sequence[SpeedRow],
    run: str,
    beside_torch: bool,
) -> FamilyRow:
    family, implementation, device = key
    values = [row.ratio_to_torch for row in ratios if row.ratio_to_torch is not None]
    ratio = mean_ratio(values) if values else None
    low = high = p = None
    if len(values) > 1 and len(set(values)) > 1:
        low, high = log_interval(values)
        p = p_of_interval(mean_ratio(values), low, high, len(values))
    elif len(values) == 1:
        low, high, p = ratios[0].ratio_low, ratios[0].ratio_high, ratios[0].ratio_p
    tested = {
        "equally_accurate": sum(conclusions[conclusion] for conclusion in EQUAL),
        "different": conclusions["different"],
        "open": conclusions["undecided"],
        "diverged": conclusions["one diverged"],
    }
    row = FamilyRow(
        family=family,
        implementation=implementation,
        device=device,
        networks=len(standings),
        certified=sum(standing in TRUSTED for standing in standings.values()),
        **tested,
        trained_once=conclusions["not testable"],
        not_tested=max(0, len(standings) - sum(tested.values())) if beside_torch and implementation != TORCH else 0,
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        p_value=p,
        timed=len(values),
        mark="",
        run=run,
    )
    return replace(row, mark=_mark(row))


def _mark(row: FamilyRow) -> Mark | Literal[""]:
    if row.certified < row.networks:
        return "not certified"
    if row.implementation == TORCH or not (row.tests or row.not_tested):
        return ""
    if not row.tests:
        return "not tested"
    if row.different or row.diverged:
        return "differs"
    return "open" if row.open or row.not_tested else "equally accurate"


def _accuracy_text(row: FamilyRow) -> str:
    if row.implementation == TORCH or not (row.tests or row.not_tested):
        return ABSENT
    if not row.tests:
        once = row.trained_once and row.trained_once == row.not_tested
        return "not tested: trained once" if once else "not tested"
    every = "yes, " if row.equally_accurate == row.tests + row.not_tested else ""
    parts = [f"{every}in {row.equally_accurate} of {counted(row.tests, 'test')}"]
    counts = {"open": row.open, "different": row.different, "diverged": row.diverged, "not tested": row.not_tested}
    parts += [f"{count} {name}" for name, count in counts.items() if count]
    return "; ".join(parts)


def _ratio_text(row: FamilyRow) -> str:
    if row.ratio is None:
        return ABSENT
    if row.implementation == TORCH:
        return "1"
    interval = "no interval" if row.ratio_low is None else between_rounded(row.ratio_low, row.ratio_high)
    return f"{rounded_by(row.ratio, row.ratio_low, row.ratio_high)} ({interval}), {counted(row.timed, 'network')}"
