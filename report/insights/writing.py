"""Gathers a run's sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.certification import TRUSTED
from report.insights.accuracy import agreement_sentences, gain_sentences, run_sentences
from report.insights.speed import caution_sentences, fastest_sentences
from report.insights.trust import trust_sentences
from report.measurements import Measurements
from report.tables.accuracy import AccuracyRow
from report.tables.certificates import CertificateRow
from report.tables.comparisons import ComparisonRow
from report.tables.speed import SpeedRow


@dataclass(frozen=True)
class Insights:
    """What a run's records allow to be said."""

    run: str
    trust: tuple[str, ...]
    accuracy: tuple[str, ...]
    speed: tuple[str, ...]


def write_insights(
    run: str,
    measured: Measurements,
    accuracy: Sequence[AccuracyRow],
    speed: Sequence[SpeedRow],
    certificates: Sequence[CertificateRow],
    comparisons: Sequence[ComparisonRow],
) -> Insights:
    """A run's sentences, from the rows of a report that may hold several runs."""
    speed_here = [row for row in speed if row.run == run]
    rows: list[AccuracyRow | SpeedRow] = [*(row for row in accuracy if row.run == run), *speed_here]
    doubted = {
        (row.task, row.architecture, row.implementation, row.device) for row in rows if row.certificate not in TRUSTED
    }
    pairs = [row for row in comparisons if row.run_a == row.run_b == run]
    across = [row for row in comparisons if row.run_a != row.run_b and row.run_b == run]
    return Insights(
        run=run,
        trust=tuple(trust_sentences([row for row in certificates if row.run == run], doubted)),
        accuracy=(*agreement_sentences(pairs, doubted), *gain_sentences(pairs), *run_sentences(across)),
        speed=(*fastest_sentences(measured, doubted), *caution_sentences(speed_here)),
    )
