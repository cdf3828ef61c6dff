"""The ledger of differences: both frameworks' experiments compared, as a table "what the defaults cost"."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from benchmarks.certificates.defaults.items import ITEMS, Item, Measure
from benchmarks.execution.command import Command, Limits
from benchmarks.execution.jobs import Job, Outcome, run_jobs
from benchmarks.records.cells import Frozen
from benchmarks.records.output_files import check_output_file, check_tables
from benchmarks.records.ownership import TABLES
from benchmarks.records.store import RunFolderError, first_problem, write_beside
from impls.errors import ImplementationError
from impls.protocol import Array
from impls.testing.findings import norm, relative_norm, relative_to_largest

TITLE = "What the defaults cost"
LEDGER = "defaults.jsonl"

#: By whose engines the frameworks' processes get their environment.
IMPLEMENTATIONS = {"torch": "torch", "keras": "keras-tensorflow"}

LIMITS = Limits(seconds=600.0, memory_bytes=8 * 2**30)


class Entry(Frozen):
    """One difference as it was measured."""

    item: str
    pytorch_default: str
    keras_default: str
    #: What the departures are relative to: see `Measure`.
    measure: Measure
    departure: float
    aligned_departure: float
    aligned_bound: float
    aligned_passed: bool
    how_aligned: str


def read_ledger(directory: Path) -> list[Entry]:
    """The entries of `defaults.jsonl`; none where there is no such file.

    Raises:
        RunFolderError: a line is no entry.
    """
    path = directory / LEDGER
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        return [Entry.model_validate_json(line) for line in lines]
    except ValidationError as error:
        raise RunFolderError(
            f"{path}: is no ledger of this version ({first_problem(error)}); make it again by "
            f"'threefold certify --defaults --out {directory}'"
        ) from None


def take_ledger(folder: Path) -> list[Entry]:
    """Run both frameworks' experiments, each in its process, and compare what they leave.

    Args:
        folder: takes the arrays; made when it is not there.

    Raises:
        ImplementationError: a framework is not installed, or its process failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [_job(framework, folder) for framework in IMPLEMENTATIONS]
    for _ in run_jobs(jobs, folder, LIMITS, len(jobs)):
        pass
    sides = {framework: _load(_arrays(folder, framework)) for framework in IMPLEMENTATIONS}
    return [compare_item(item, sides["torch"], sides["keras"]) for item in ITEMS]


def compare_item(item: Item, torch: Mapping[str, Array], keras: Mapping[str, Array]) -> Entry:
    """How far the frameworks are apart by default, and once aligned."""
    departure, aligned = (
        depart(item.measure, torch[f"{mode}/{item.name}"], keras[f"{mode}/{item.name}"])
        for mode in ("default", "aligned")
    )
    return Entry(
        item=item.name,
        pytorch_default=item.pytorch,
        keras_default=item.keras,
        measure=item.measure,
        departure=departure,
        aligned_departure=aligned,
        aligned_bound=item.aligned_bound,
        aligned_passed=aligned <= item.aligned_bound,
        how_aligned=item.how_aligned,
    )


def depart(measure: Measure, ours: Array, theirs: Array) -> float:
    """The departure of one array from another, in the item's measure."""
    if measure == "spread":
        return abs(float(ours.std() / theirs.std()) - 1)
    if measure == "units":
        return float(np.mean(ours != theirs))
    if measure == "path":
        return relative_norm(ours, theirs)
    if ours.shape != theirs.shape:  # start biases of unlike layouts: against the larger of the two
        return abs(norm(ours) - norm(theirs)) / max(norm(ours), norm(theirs))
    if not np.any(theirs):
        return relative_to_largest(theirs, ours)
    return relative_to_largest(ours, theirs)


def print_ledger(console: Console, entries: Sequence[Entry]) -> None:
    """The table, a row an item."""
    table = Table(title=TITLE, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in ("item", "PyTorch default", "Keras default"):
        table.add_column(column, overflow="fold")
    for column in ("departure", "aligned"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("how aligned", overflow="fold")
    for entry in entries:
        verdict = "" if entry.aligned_passed else f" FAILED, bound {entry.aligned_bound:.0e}"
        table.add_row(
            entry.item,
            entry.pytorch_default,
            entry.keras_default,
            f"{entry.departure:.2g} {entry.measure}",
            f"{entry.aligned_departure:.1e}{verdict}",
            entry.how_aligned,
        )
    console.print(table)


def check_ledger(directory: Path) -> None:
    """Whether a ledger may be written here: a ledger and tables that are there are ours. Changes nothing.

    Raises:
        RunFolderError: a file is somebody else's.
    """
    path = directory / LEDGER
    if path.exists():
        check_output_file(path, "--out", lambda head: head.startswith(b'{"item":'))
    check_tables(directory / TABLES, "defaults", Entry.model_fields, Entry.model_fields)


def write_ledger(directory: Path, entries: Sequence[Entry]) -> None:
    """The entries as `defaults.jsonl`, and as `tables/defaults.csv` with a Markdown twin.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    tables = directory / TABLES
    tables.mkdir(parents=True, exist_ok=True)
    write_beside(directory / LEDGER, "".join(f"{entry.model_dump_json()}\n" for entry in entries))
    frame = pd.DataFrame([entry.model_dump() for entry in entries])
    write_beside(tables / "defaults.csv", frame.to_csv(index=False))
    write_beside(tables / "defaults.md", frame.to_markdown(index=False, floatfmt=".2g") + "\n")


def _job(framework: str, folder: Path) -> Job:
    command = Command(
        module="benchmarks.certificates.defaults.probe",
        request=json.dumps({"framework": framework, "arrays": str(_arrays(folder, framework).resolve())}),
        implementation=IMPLEMENTATIONS[framework],
        threads=1,
        name=f"defaults-{framework}",
    )

    def collect(left: dict[str, object] | None, reason: str | None) -> list[Outcome]:
        if left is None:
            raise ImplementationError(f"the defaults of {framework} could not be measured: {reason}")
        return []

    return Job((), command, collect)


def _arrays(folder: Path, framework: str) -> Path:
    return folder / f"defaults-{framework}.npz"


def _load(path: Path) -> dict[str, Array]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
