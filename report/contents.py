"""Everything that a report shows, computed from runs once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from report.claims.catalogue import judged_claims
from report.claims.table import ClaimRow, EvidenceRow, claim_rows, claims_view, evidence_rows, evidence_view
from report.claims.verdict import Verdict
from report.comparing.rows import TwoRuns, TwoRunsRow, two_runs
from report.comparing.views import two_runs_view
from report.figures.catalogue import Figures, plan_figures
from report.insights import Insights, write_insights
from report.runs.reading import Run
from report.studies.compiling import CompilingRow, compiling_rows
from report.studies.probes import ProbeRow, probe_rows, probes_view
from report.studies.rows import StudyRow, study_rows
from report.studies.searches import SearchRow, search_rows
from report.studies.view import compiling_view, searches_view, studies_view
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.certificates import CertificateRow, certificate_rows
from report.tables.comparisons import ComparisonRow, comparison_rows
from report.tables.devices import DeviceRow, device_rows
from report.tables.families import FamilyRow, families_view, family_rows
from report.tables.proofs import DefaultRow, ProofRow, default_rows, proof_rows
from report.tables.speed import SEVERAL_RUNS_COLUMNS, SpeedRow, speed_rows
from report.tables.views.base import View
from report.tables.views.devices import devices_view
from report.tables.views.proofs import defaults_view, proofs_view
from report.tables.views.results import accuracy_view, certificates_view, comparisons_view, speed_view

AnyRow: TypeAlias = (
    AccuracyRow
    | SpeedRow
    | CertificateRow
    | ComparisonRow
    | FamilyRow
    | ProofRow
    | DefaultRow
    | StudyRow
    | ClaimRow
    | EvidenceRow
    | TwoRunsRow
    | SearchRow
    | CompilingRow
    | ProbeRow
    | DeviceRow
)


@dataclass(frozen=True)
class Table:
    """A table for machines (rows of a dataclass) and for people (a view)."""

    row_type: type[AnyRow]
    rows: Sequence[AnyRow]
    view: View
    #: Columns that say nothing in a report of one run.
    leave_out: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """A report's contents."""

    runs: Sequence[Run]
    tables: Mapping[str, Table]
    figures: Sequence[Figures]
    #: Every claim, judged on all runs together.
    claims: Sequence[Verdict]
    insights: Sequence[Insights]
    accuracy: Sequence[AccuracyRow]
    speed: Sequence[SpeedRow]
    comparisons: Sequence[ComparisonRow]
    families: Sequence[FamilyRow]
    #: The second of two runs beside the first; None for one run, or more.
    beside: TwoRuns | None

    @property
    def several(self) -> bool:
        """Whether several runs are shown side by side."""
        return len(self.runs) > 1


def contents_of(runs: Sequence[Run], versions: bool = False) -> Contents:
    """Compute tables, figures and sentences of one run or several.

    Args:
        runs: in the order in which they are shown.
        versions: of two runs by other versions, what these change is the question.
    """
    several = len(runs) > 1
    accuracy, speed = accuracy_rows(runs), speed_rows(runs)
    certificates = certificate_rows(runs)
    comparisons = comparison_rows(runs)

    def left_out(*columns: str) -> tuple[str, ...]:
        return () if several else columns

    families = [family_rows(*_of_run(run.label, accuracy, speed, comparisons)) for run in runs]
    all_families = [row for rows in families for row in rows]
    tables = {
        "families": Table(FamilyRow, all_families, families_view(all_families, several), left_out("run")),
        "accuracy": Table(AccuracyRow, accuracy, accuracy_view(accuracy, several), left_out("run")),
        "comparisons": Table(
            ComparisonRow, comparisons, comparisons_view(comparisons, several), left_out("run_a", "run_b")
        ),
        "speed": Table(SpeedRow, speed, speed_view(speed, several), left_out(*SEVERAL_RUNS_COLUMNS)),
        "certificates": Table(CertificateRow, certificates, certificates_view(certificates, several), left_out("run")),
    }
    if devices := device_rows(runs):
        tables["devices"] = Table(DeviceRow, devices, devices_view(devices, several), left_out("run"))
    if studies := study_rows(runs):
        tables["studies"] = Table(StudyRow, studies, studies_view(studies, several), left_out("run"))
    if compiling := compiling_rows(runs):
        tables["compiling"] = Table(CompilingRow, compiling, compiling_view(compiling, several), left_out("run"))
    if probes := probe_rows(runs):
        tables["probes"] = Table(ProbeRow, probes, probes_view(probes, several), left_out("run"))
    if searches := search_rows(runs):
        tables["searches"] = Table(SearchRow, searches, searches_view(searches, several), left_out("run"))
    verdicts = judged_claims(runs)
    claim_table, evidence = claim_rows(verdicts), evidence_rows(verdicts)
    tables["claims"] = Table(ClaimRow, claim_table, claims_view(claim_table), ())
    tables["evidence"] = Table(EvidenceRow, evidence, evidence_view(evidence), ())
    if proofs := proof_rows(runs):
        tables["proofs"] = Table(ProofRow, proofs, proofs_view(proofs, several), left_out("run"))
    if defaults := default_rows(runs):
        tables["defaults"] = Table(DefaultRow, defaults, defaults_view(defaults, several), left_out("run"))
    beside = two_runs(runs[0], runs[1], versions) if len(runs) == 2 else None
    if beside is not None:
        tables["two-runs"] = Table(TwoRunsRow, beside.rows, two_runs_view(beside, principal=False), ())
    figures = plan_figures(runs, accuracy, speed, families)
    insights = [write_insights(run, accuracy, speed, certificates, comparisons) for run in runs]
    return Contents(runs, tables, figures, verdicts, insights, accuracy, speed, comparisons, all_families, beside)


def _of_run(
    label: str, accuracy: Sequence[AccuracyRow], speed: Sequence[SpeedRow], comparisons: Sequence[ComparisonRow]
) -> tuple[list[AccuracyRow], list[SpeedRow], list[ComparisonRow]]:
    """One run's rows."""
    return (
        [row for row in accuracy if row.run == label],
        [row for row in speed if row.run == label],
        [row for row in comparisons if row.run_a == row.run_b == label],
    )
