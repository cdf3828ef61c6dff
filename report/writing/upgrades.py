"""Writes the report of `threefold versions`: a page, and its table."""

from pathlib import Path

from benchmarks.records.ownership import PAGE, TABLES, check_report_files
from benchmarks.records.store import write_beside, writing_beside
from report.comparing.stored_verdicts import read_verdicts
from report.comparing.upgrades import UpgradeRow, upgrade_rows
from report.errors import ReportError
from report.page.upgrades import render_upgrades
from report.tables.files import check_table_files, csv_text, write_parquet
from report.text.naming import without_controls

NAME = "versions"


def write_upgrades(folder: Path, out: Path) -> None:
    """Write `out/index.html` and `out/tables/versions.csv` and `.parquet` from the folder's verdicts.

    Raises:
        RunFolderError: a verdict cannot be read, or `out` holds a page or tables that Threefold has not written.
        ReportError: nothing was compared.
        OSError: a file cannot be written.
    """
    comparisons = read_verdicts(folder)
    if not comparisons:
        raise ReportError(f"{folder}: holds no comparison of versions; run 'threefold versions' again")
    out.mkdir(parents=True, exist_ok=True)
    check_report_files(out)
    check_table_files(out / TABLES, NAME, UpgradeRow, ())
    rows = upgrade_rows(comparisons)
    write_beside(out / PAGE, without_controls(render_upgrades(comparisons)))  # first, as `check_report_files` wants it
    (out / TABLES).mkdir(exist_ok=True)
    write_beside(out / TABLES / f"{NAME}.csv", without_controls(csv_text(UpgradeRow, rows)))
    with writing_beside(out / TABLES / f"{NAME}.parquet") as file:
        write_parquet(file, UpgradeRow, rows)
