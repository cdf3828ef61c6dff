"""The certificates table: one row for each stage of each certificate."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.records.cells import CertificateCell
from benchmarks.records.results import CertificateResult, Record
from report.runs.reading import Run
from report.text.naming import one_line, place_rank


@dataclass(frozen=True)
class CertificateRow:
    """The worst figure of a stage; a certificate that could not be made has one row without figures."""

    task: str
    architecture: str
    implementation: str
    device: str
    dtype: str
    stage: str
    worst: float | None
    bound: float | None
    tensor: str
    passed: bool
    detail: str
    run: str


def certificate_rows(runs: Sequence[Run]) -> list[CertificateRow]:
    """All rows, the stages in the order in which they were gone through."""
    ranked = []
    for number, run in enumerate(runs):
        for cell, record in run.of_kind(CertificateCell):
            ranked.append(((*place_rank(cell), cell.dtype, number), _rows(run.label, cell, record)))
    return [row for _, rows in sorted(ranked, key=lambda pair: pair[0]) for row in rows]


def _rows(label: str, cell: CertificateCell, record: Record) -> list[CertificateRow]:
    place = (cell.task, cell.architecture, cell.implementation, cell.device, cell.dtype)
    if not isinstance(record.result, CertificateResult):
        return [CertificateRow(*place, "", None, None, "", False, one_line(record.reason or "no reason given"), label)]
    return [
        CertificateRow(
            *place,
            stage=stage.stage,
            worst=stage.worst,
            bound=stage.bound,
            tensor=one_line(stage.tensor),
            passed=stage.passed,
            detail=one_line(stage.detail),
            run=label,
        )
        for stage in record.result.stages
    ]
