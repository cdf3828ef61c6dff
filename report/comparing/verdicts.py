"""What a comparison of a candidate with a baseline comes out as: one figure at a time, and in one exit code."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Verdict(StrEnum):
    """What is said of one figure."""

    WORSE = "worse"
    BETTER = "better"
    NOT_WORSE = "not worse"
    IDENTICAL = "identical"
    UNCERTAIN = "could not judge"


#: Exit codes of `threefold compare`: fine, something is worse, the data cannot say.
FINE: Literal[0] = 0
REGRESSION: Literal[1] = 1
NOT_JUDGED: Literal[2] = 2


class Limits(BaseModel):
    """From where on a difference counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Error probability of a whole verdict: of all that did not change, anything is called worse this often at most.
    alpha: float = 0.01
    #: A figure is worse only when it is more than this share larger, however sure that is.
    threshold: float = 0.03
    #: A figure is "not worse" when an increase of more than this share is excluded.
    tolerance: float = 0.10
    #: Times that differ by less than this many seconds are never worse.
    floor_s: float = 1e-6
    #: Peak memory that differs by less than this many bytes is never worse.
    floor_bytes: float = 1024 * 1024


class Figure(BaseModel):
    """One quantity of the baseline beside the candidate's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    quantity: Literal["time", "memory", "accuracy", "trajectory", "certificate", "cell"]
    #: "s", "B", or the metric's name; empty for trajectories, certificates and cells.
    unit: str
    baseline: float | None
    candidate: float | None
    #: Candidate ÷ baseline for times and memory, candidate − baseline for a metric.
    effect: float | None
    low: float | None
    high: float | None
    #: Of a gate the anytime p of this figure alone; otherwise adjusted by Holm over all figures that were tested.
    p_value: float | None
    verdict: Verdict
    #: Why, where the numbers do not say it.
    reason: str = ""


class Comparison(BaseModel):
    """All figures, what differs between the two sides, and what follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    baseline: str
    candidate: str
    limits: Limits
    #: One line for each thing that makes a verdict impossible: other machine, other versions, other threads.
    differences: tuple[str, ...]
    #: What is only in one of the two.
    missing: tuple[str, ...]
    added: tuple[str, ...]
    #: Remarks for the reader: a shift common to all figures, say.
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    exit_code: Literal[0, 1, 2]
    #: The verdict in one sentence.
    summary: str

    def of(self, verdict: Verdict) -> tuple[Figure, ...]:
        """The figures with this verdict."""
        return tuple(figure for figure in self.figures if figure.verdict is verdict)


def conclude(
    figures: Sequence[Figure], differences: Sequence[str], missing: Sequence[str], anyway: bool
) -> tuple[Literal[0, 1, 2], str]:
    """Exit code and sentence. Nothing comes out fine for want of data.

    Args:
        figures: all of them, judged.
        differences: between the two sides' machines and versions; with any, there is no verdict.
        missing: what the candidate lacks.
        anyway: the caller asked for ratios without a verdict.
    """
    if differences:
        remedy = "the ratios are no verdict" if anyway else "--anyway shows the ratios without a verdict"
        return NOT_JUDGED, f"Could not judge: {'; '.join(differences)}; {remedy}."
    counts = {verdict: sum(figure.verdict is verdict for figure in figures) for verdict in Verdict}
    counted = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    if counts[Verdict.WORSE]:
        return REGRESSION, f"Regression: {counted}."
    if not figures:
        return NOT_JUDGED, "Could not judge: the two sides have no figure in common."
    if missing:
        return NOT_JUDGED, f"Could not judge: the candidate lacks {len(missing)} of the baseline's figures ({counted})."
    judged = len(figures) - counts[Verdict.UNCERTAIN]
    if judged <= counts[Verdict.UNCERTAIN]:
        why = next((figure.reason for figure in figures if figure.verdict is Verdict.UNCERTAIN), "")
        return NOT_JUDGED, f"Could not judge: {counted}{f' ({why})' if why else ''}."
    return FINE, f"No regression: {counted}."


def concluded(
    labels: tuple[str, str],
    limits: Limits,
    figures: Sequence[Figure],
    *,
    differences: list[str],
    missing: list[str],
    added: list[str],
    notes: list[str],
    anyway: bool,
) -> Comparison:
    """The comparison with its verdict. Where machines or versions differ, its figures have none, or are left out."""
    if differences and not anyway:
        figures = []
    elif differences:
        figures = [_without_verdict(figure) for figure in figures]
    exit_code, summary = conclude(figures, differences, missing, anyway)
    return Comparison(
        baseline=labels[0],
        candidate=labels[1],
        limits=limits,
        differences=tuple(differences),
        missing=tuple(missing),
        added=tuple(added),
        notes=tuple(notes),
        figures=tuple(figures),
        exit_code=exit_code,
        summary=summary,
    )


def _without_verdict(figure: Figure) -> Figure:
    """As it is shown between different machines or versions: what failed or diverged there still is said."""
    reason = figure.reason if figure.effect is None else ""
    return figure.model_copy(update={"verdict": Verdict.UNCERTAIN, "reason": reason})
