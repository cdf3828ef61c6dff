"""The claims as tables: `claims.csv` has a row for each claim, `evidence.csv` one for each contrast behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.claims.base import Judged, Outcome, Status, Topic
from report.claims.verdict import Verdict
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import between, integer, number, p_value


@dataclass(frozen=True)
class ClaimRow:
    """A claim's verdict; its numbers are those of the contrast that decides."""

    claim: str
    topic: Topic
    sentence: str
    verdict: Status
    reason: str
    #: How the places came out, in numbers of contrasts.
    holds: int
    fails: int
    open: int
    untested: int
    #: Where, and what is compared with what; empty without a tested contrast.
    place: str
    first: str
    second: str
    #: A metric's name, or what else was measured; for it first minus second, or first over second for times.
    measure: str
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    repetitions: int


@dataclass(frozen=True)
class EvidenceRow:
    """A contrast: two results, what they differ by, and what that says of the claim."""

    claim: str
    outcome: Outcome
    place: str
    first: str
    second: str
    by: str
    measure: str
    effect: float | None
    #: 95 %, not adjusted.
    ci_low: float | None
    ci_high: float | None
    #: The smallest effect worth mentioning, in the same unit (a factor for ratios).
    smallest: float
    #: One-sided (for equality: of the two one-sided tests, and two-sided); that against the claim by Holm within it.
    p_for: float | None
    p_against: float | None
    repetitions: int
    #: Label of the run, and the keys of its records that were compared.
    run: str
    records: str


def claim_rows(verdicts: Sequence[Verdict]) -> list[ClaimRow]:
    """A row a claim."""
    return [_claim_row(each) for each in verdicts]


def evidence_rows(verdicts: Sequence[Verdict]) -> list[EvidenceRow]:
    """A row a contrast."""
    return [_evidence_row(verdict.claim.name, each) for verdict in verdicts for each in verdict.evidence]


def claims_view(rows: Sequence[ClaimRow]) -> View:
    """The claims for people."""
    columns = (
        Column("Claim", "sentence"),
        Column("Verdict", "verdict"),
        Column("Why", "reason"),
        quantity("p", "p", p_value),
    )
    return view("claims", "Claims and their verdicts", columns, rows, lambda row: row.verdict == "undecided")


def evidence_view(rows: Sequence[EvidenceRow]) -> View:
    """The contrasts for people."""
    columns = (
        Column("Claim", "claim"),
        Column("Outcome", "outcome"),
        Column("Where", "place"),
        Column("First", "first"),
        Column("Second", "second"),
        Column("By", "by"),
        Column("Measure", "measure"),
        quantity("Effect", "effect", number),
        quantity("95 % interval", ("ci_low", "ci_high"), between),
        quantity("p for", "p_for", p_value),
        quantity("p against", "p_against", p_value),
        quantity("Repetitions", "repetitions", integer),
    )
    return view("evidence", "What the claims rest on", columns, rows, lambda row: row.outcome == "untested")


def _claim_row(verdict: Verdict) -> ClaimRow:
    decisive = verdict.decisive
    outcomes = [each.outcome for each in verdict.evidence]
    row = None if decisive is None else _evidence_row(verdict.claim.name, decisive)
    return ClaimRow(
        claim=verdict.claim.name,
        topic=verdict.claim.topic,
        sentence=verdict.sentence,
        verdict=verdict.status,
        reason=verdict.reason,
        holds=outcomes.count("holds"),
        fails=outcomes.count("fails"),
        open=outcomes.count("open"),
        untested=outcomes.count("untested"),
        place=row.place if row else "",
        first=row.first if row else "",
        second=row.second if row else "",
        measure=row.measure if row else "",
        effect=row.effect if row else None,
        ci_low=row.ci_low if row else None,
        ci_high=row.ci_high if row else None,
        p=None if decisive is None else decisive.p_against if decisive.outcome == "fails" else decisive.p_for,
        repetitions=row.repetitions if row else 0,
    )


def _evidence_row(claim: str, judged: Judged) -> EvidenceRow:
    contrast = judged.contrast
    measure = contrast.measure
    low = high = None
    if judged.low is not None and judged.high is not None:
        low, high = measure.interval(judged.low, judged.high)
    return EvidenceRow(
        claim=claim,
        outcome=judged.outcome,
        place=contrast.place,
        first=contrast.first,
        second=contrast.second,
        by=contrast.by,
        measure=contrast.measure.title,
        effect=None if judged.gain is None else measure.effect(judged.gain),
        ci_low=low,
        ci_high=high,
        smallest=measure.magnitude(contrast.smallest),
        p_for=judged.p_for,
        p_against=judged.p_against,
        repetitions=len(contrast.gains),
        run=contrast.run,
        records=" ".join(contrast.records),
    )
