"""Certificates printed and stored: the table of worst figures, the failures in words, records and files."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.certificates.certify import Certified
from benchmarks.certificates.compare import certificate
from benchmarks.environment import plugin_digests, sources_digest, versions
from benchmarks.records.cells import CertificateCell, cell_key
from benchmarks.records.output_files import check_tables
from benchmarks.records.ownership import TABLES
from benchmarks.records.results import Record
from benchmarks.records.store import append_record, read_records, write_beside

#: Columns of the file; one row a stage of a case by a pair.
COLUMNS = (
    "architecture", "case", "reference", "implementation", "device", "dtype",
    "stage", "worst", "bound", "tensor", "passed", "detail",
)  # fmt: skip


def rows(certified: Sequence[Certified]) -> Iterator[dict[str, Any]]:
    """Every stage of every certificate."""
    for each in certified:
        for finding in each.findings:
            yield {
                "architecture": each.case.architecture.name,
                "case": each.case.name,
                "reference": each.reference.implementation,
                "implementation": each.candidate.implementation,
                "device": each.candidate.device,
                "dtype": each.candidate.dtype,
                "stage": finding.stage,
                "worst": finding.worst,
                "bound": finding.bound,
                "tensor": finding.tensor,
                "passed": finding.passed,
                "detail": finding.detail,
            }


def worst_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The worst row of each stage, for each pair and precision; nearness to the bound is what counts."""
    ratio = frame["worst"] / frame["bound"].where(frame["bound"] > 0, 1e-300)
    keyed = frame.assign(ratio=ratio)
    groups = ["reference", "implementation", "device", "dtype", "stage"]
    worst = keyed.groupby(groups, sort=False)["ratio"].idxmax()
    return frame.loc[worst]


def print_certificates(console: Console, certified: Sequence[Certified]) -> None:
    """The worst figure of each stage, with its tensor and bound, pair by pair; then what failed, in words."""
    frame = pd.DataFrame(rows(certified), columns=list(COLUMNS))
    for (reference, candidate, device, dtype), pair in worst_rows(frame).groupby(
        ["reference", "implementation", "device", "dtype"], sort=False
    ):
        table = Table(
            title=f"{pair_in_words(str(candidate), str(reference))}, {device}, {dtype}",
            title_justify="left", title_style="bold", box=None, pad_edge=False,
        )  # fmt: skip
        for column in ("stage", "worst", "bound", "case", "tensor", ""):
            table.add_column(column, overflow="fold", justify="right" if column in ("worst", "bound") else "left")
        for row in pair.to_dict("records"):
            verdict = "passed" if row["passed"] else "FAILED"
            table.add_row(
                row["stage"], f"{row['worst']:.1e}", f"{row['bound']:.0e}", row["case"], row["tensor"], verdict
            )
        console.print(table)
        console.print()
    failures = [each for each in certified if not each.passed]
    for failure in failures:
        console.print(f"failed: {describe_failure(failure)}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(certified) - len(failures)} of {len(certified)} certificates passed", highlight=False)


def pair_in_words(candidate: str, reference: str) -> str:
    """Who is compared with whom."""
    return f"{candidate} by itself" if candidate == reference else f"{candidate} against {reference}"


def describe_failure(failure: Certified) -> str:
    """One line: who departs from whom, where first and by how much; stages stand in the order of the mathematics."""
    first = next(finding for finding in failure.findings if not finding.passed)
    others = [finding.stage for finding in failure.findings if not finding.passed][1:]
    pair = pair_in_words(failure.candidate.implementation, failure.reference.implementation)
    line = f"{pair}, {failure.candidate.device}, {failure.candidate.dtype}, {failure.case.name}: {first}"
    return f"{line} (then also: {', '.join(others)})" if others else line


def check_certificates(directory: Path) -> None:
    """Whether certificates may be written here: tables of their names are ours. Changes nothing.

    Raises:
        RunFolderError: a file is somebody else's.
    """
    check_tables(directory / TABLES, "certificates", COLUMNS, COLUMNS)


def write_certificates(directory: Path, certified: Sequence[Certified]) -> None:
    """Records of every certificate, and all figures as `tables/certificates.csv` with a Markdown twin.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    known = {record.key: record.result for record in read_records(directory)[0]}
    for each in certified:
        record = _record(each)
        if known.get(record.key) != record.result:
            append_record(directory, record)
    frame = pd.DataFrame(rows(certified), columns=list(COLUMNS))
    tables = directory / TABLES
    tables.mkdir(parents=True, exist_ok=True)
    write_beside(tables / "certificates.csv", frame.to_csv(index=False))
    write_beside(tables / "certificates.md", worst_rows(frame).to_markdown(index=False, floatfmt=".2g") + "\n")


def _record(certified: Certified) -> Record:
    candidate, now = certified.candidate, datetime.now(UTC)
    cell = CertificateCell(
        task=candidate.case.name,
        architecture=candidate.case.architecture,
        settings={"architecture": candidate.case.settings, "training": candidate.case.training},
        implementation=candidate.implementation,
        device=candidate.device,
        dtype=candidate.dtype,
        threads=candidate.threads,
        reference=certified.reference.implementation,
    )
    behind = plugin_digests([("architectures", cell.architecture), ("implementations", cell.implementation)])
    return Record(
        key=cell_key(cell, {"sources": sources_digest(timed=False), **versions(), **behind}),
        cell=cell,
        status="done",
        result=certificate(certified.findings),
        started=now,
        duration_s=0.0,
    )
