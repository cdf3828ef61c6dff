"""Gathers a run's sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.insights.accuracy import agreement_sentences, run_sentences
from report.insights.gains import gain_sentences
from report.insights.sequences import reach_sentences
from report.insights.speed import caution_sentences, fastest_sentences
from report.insights.trust import trust_sentences
from report.runs.certification import TRUSTED
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow
from report.tables.certificates import CertificateRow
from report.tables.comparisons import ComparisonRow
from report.tables.speed import SpeedRow


@dataclass(frozen=True)
class Insights:
    """What a run's records allow to be said."""

    run: str
    trust: tuple[str, ...]
    #: Are the implementations equally accurate, and do runs differ?
    accuracy: tuple[str, ...]
    #: Do networks beat the baselines, and one another?
    gains: tuple[str, ...]
    reach: tuple[str, ...]
    speed: tuple[str, ...]


def write_insights(
    run: Run,
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
    certificates: Sequence[CertificateRow],
    comparisons: Sequence[ComparisonRow],
) -> Insights:
    """A run's sentences, from the rows of a report that may hold several runs."""
    label = run.label
    accuracy_here, speed_here = (
        [row for row in accuracy if row.run == label],
        [row for row in speed if row.run == label],
    )
    rows: list[AccuracyRow | SpeedRow] = [*accuracy_here, *speed_here]
    doubted = {
        (row.task, row.architecture, row.implementation, row.device) for row in rows if row.certificate not in TRUSTED
    }
    pairs = [row for row in comparisons if row.run_a == row.run_b == label]
    across = [row for row in comparisons if row.run_a != row.run_b and row.run_b == label]
    return Insights(
        run=label,
        trust=tuple(trust_sentences([row for row in certificates if row.run == label], doubted)),
        accuracy=(*agreement_sentences(pairs, doubted), *run_sentences(across)),
        gains=tuple(gain_sentences(pairs, accuracy_here)),
        reach=tuple(reach_sentences(run)),
        speed=(*caution_sentences(speed_here), *fastest_sentences(run.measurements, doubted)),
    )
