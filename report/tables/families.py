"""The summary table: for each network family and implementation whether it is proved, as accurate, and how fast."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from report.runs.certification import TRUSTED, Standing
from report.runs.reading import Run
from report.statistics.launches import log_interval
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.comparisons import ComparisonRow, Conclusion, comparison_rows
from report.tables.speed import SpeedRow, speed_rows
from report.tables.views.base import Column, Row, View, text
from report.text.formatting import ABSENT, between, counted, number
from report.text.naming import TORCH, implementation_rank

#: Families in the order of the table, by the folder of their architecture; others follow by name.
TITLES = {
    "mlp": "MLP",
    "cnn": "CNN",
    "recurrent": "RNN, LSTM, GRU",
    "seq2seq": "encoder-decoder, with and without attention",
    "transformer": "Transformer",
}

#: Conclusions that say that two implementations are equally accurate.
EQUAL: tuple[Conclusion, ...] = ("identical", "equivalent", "different within the margin")


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
    #: How the tests against PyTorch came out.
    conclusions: Counter[Conclusion]
    #: Time of a training epoch over that of PyTorch: the geometric mean over the networks that were timed.
    ratio: float | None
    #: Its 95 % interval: over the networks where there are several, over the launches of the one otherwise.
    low: float | None
    high: float | None
    timed: int


def family_rows(run: Run) -> list[FamilyRow]:
    """A row for each family, implementation and device that a run has measured."""
    accuracies = [row for row in accuracy_rows([run]) if row.epochs > 0]
    epochs = [row for row in speed_rows([run]) if row.operation == "train_epoch"]
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
    for comparison in comparison_rows([run]):
        if comparison.question == "implementations" and (other := _beside_torch(comparison)):
            family = family_of[comparison.task, comparison.architecture_a]
            conclusions.setdefault((family, other, comparison.device_a), Counter())[comparison.conclusion] += 1
    return [
        _row(key, standings[key], conclusions.get(key, Counter()), ratios.get(key, []))
        for key in sorted(standings, key=lambda key: (_rank(key[0]), implementation_rank(key[1]), key[2]))
    ]


def families_view(rows: Sequence[FamilyRow]) -> View:
    """The table for people; the device is named where it is not the processor."""
    columns = (
        Column("Network"),
        Column("Implementation"),
        Column("Proved the same network"),
        Column("As accurate as PyTorch"),
        Column("Time of a training epoch ÷ PyTorch's (95 % interval)", numeric=True),
    )
    body = [
        Row(
            (
                text(TITLES.get(row.family, row.family)),
                text(row.implementation if row.device == "cpu" else f"{row.implementation}, {row.device}"),
                text(f"{row.certified} of {row.networks}"),
                text(_accuracy_text(row)),
                text(_ratio_text(row)),
            ),
            marked=row.certified < row.networks,
        )
        for row in rows
    ]
    return View("families", "Network families and implementations", columns, tuple(body))


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
) -> FamilyRow:
    family, implementation, device = key
    values = [row.ratio_to_torch for row in ratios if row.ratio_to_torch is not None]
    ratio = math.exp(math.fsum(map(math.log, values)) / len(values)) if values else None
    low = high = None
    if len(values) > 1 and len(set(values)) > 1:
        low, high = log_interval(values)
    elif len(values) == 1:
        low, high = ratios[0].ratio_low, ratios[0].ratio_high
    return FamilyRow(
        family=family,
        implementation=implementation,
        device=device,
        networks=len(standings),
        certified=sum(standing in TRUSTED for standing in standings.values()),
        conclusions=conclusions,
        ratio=ratio,
        low=low,
        high=high,
        timed=len(values),
    )


def _accuracy_text(row: FamilyRow) -> str:
    if row.implementation == TORCH:
        return ABSENT
    tests = sum(count for conclusion, count in row.conclusions.items() if conclusion != "not testable")
    if not tests:
        return "not tested: trained once"
    equal = sum(row.conclusions[conclusion] for conclusion in EQUAL)
    parts = [f"{'yes, ' if equal == tests else ''}in {equal} of {counted(tests, 'test')}"]
    parts += [f"{count} {name}" for name in ("undecided", "different") if (count := row.conclusions[name])]
    return "; ".join(parts)


def _ratio_text(row: FamilyRow) -> str:
    if row.ratio is None:
        return ABSENT
    if row.implementation == TORCH:
        return "1"
    interval = "no interval" if row.low is None else between(row.low, row.high)
    return f"{number(row.ratio)} ({interval}), {counted(row.timed, 'network')}"
