"""A run as read from its folder: the manifest, and the records that are whole, valid and current."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.records.cells import AccuracyCell, CertificateCell, PeakCell, TimingCell, TuningCell, cell_title
from benchmarks.records.results import AccuracyResult, Machine, Manifest, Record, TimingResult
from benchmarks.records.store import RunFolderError, read_manifest, read_records
from benchmarks.records.wall_time import WallTime, read_wall_time
from report.runs.baselines import BestBaseline, best_baselines
from report.runs.certification import Certificates, certificates_of
from report.runs.curves import Curve, Network, network_curves
from report.runs.measurements import Measurements
from report.text.naming import place_rank

if TYPE_CHECKING:
    from benchmarks.certificates.defaults.ledger import Entry

#: Where, below a run's folder, `threefold certify --out` may leave its records for the report to show.
PROOFS = "certificates"

CellKind = TypeVar("CellKind", AccuracyCell, TuningCell, TimingCell, CertificateCell, PeakCell)


@dataclass(frozen=True)
class Run:
    """One run folder."""

    manifest: Manifest
    #: One a cell, those of the run as last asked for, in the order in which they were first finished.
    records: tuple[Record, ...]
    #: One line for everything in the folder that does not count, with what was done about it.
    problems: tuple[str, ...]
    #: The name that no other run of the report has.
    label: str
    #: Certificates of every architecture, and the ledger of defaults, where `threefold certify` has left them in the
    #: run's folder `certificates`.
    certified: tuple[Record, ...] = ()
    ledger: "tuple[Entry, ...]" = ()
    #: Where the wall time went of the commands that measured; None for runs that do not say.
    wall_time: WallTime | None = None

    @cached_property
    def certificates(self) -> Certificates:
        """Which implementations have a passing certificate, on which networks."""
        return certificates_of(self.of_kind(CertificateCell))

    @cached_property
    def measurements(self) -> Measurements:
        """The timings, gathered from their launches."""
        return Measurements(self.of_kind(TimingCell), self.of_kind(PeakCell))

    @cached_property
    def best_baselines(self) -> dict[str, BestBaseline]:
        """Task -> the baseline with the best mean of the principal metric, for tasks that have one."""
        principal = {task: self.principal_metric(task) for task in self.manifest.tasks}
        return best_baselines(self.of_kind(AccuracyCell), principal)

    @cached_property
    def curves(self) -> dict[str, dict[Network, list[Curve]]]:
        """Task that the manifest knows -> the learning curves of its networks, in the order of the tables."""
        return {task: network_curves(self.trained(task), self.principal_metric(task)) for task in self.manifest.tasks}

    @cached_property
    def trained_on(self) -> frozenset[Machine]:
        """The kinds of machines that trained its networks: the workers' of a cluster, or the manifest's."""
        trained = [record for _, record in self.of_kind(AccuracyCell) if record.result is not None]
        return frozenset(each.worker.machine if each.worker else self.manifest.machine for each in trained)

    def principal_metric(self, task: str) -> str | None:
        """The metric by which a task's networks are compared: the first that the task declares."""
        facts = self.manifest.tasks.get(task)
        return facts.metrics[0] if facts and facts.metrics else None

    @property
    def missing(self) -> int:
        """Cells that the manifest lists and no record answers."""
        return len(set(self.manifest.cells) - {record.key for record in self.records})

    def of_kind(self, kind: type[CellKind]) -> Sequence[tuple[CellKind, Record]]:
        """The cells of one kind with their records."""
        return self._by_kind.get(kind, ())

    def trained(self, task: str) -> Sequence[tuple[AccuracyCell, AccuracyResult]]:
        """A task's accuracies that have a result, baselines among them, in the order of the tables."""
        return self._trained.get(task, ())

    @cached_property
    def _by_kind(self) -> dict[type[Any], list[tuple[Any, Record]]]:
        kinds: dict[type[Any], list[tuple[Any, Record]]] = {}
        for record in self.records:
            kinds.setdefault(type(record.cell), []).append((record.cell, record))
        return kinds

    @cached_property
    def _trained(self) -> dict[str, list[tuple[AccuracyCell, AccuracyResult]]]:
        tasks: dict[str, list[tuple[AccuracyCell, AccuracyResult]]] = {}
        for cell, record in sorted(self.of_kind(AccuracyCell), key=lambda pair: place_rank(pair[0])):
            if isinstance(record.result, AccuracyResult):
                tasks.setdefault(cell.task, []).append((cell, record.result))
        return tasks


def read_run(directory: Path) -> Run:
    """Read a run folder. Lines that are torn, foreign or contradictory are left out and named in `problems`.

    Of several records of one cell the last counts.

    Raises:
        RunFolderError: there is no usable manifest.
    """
    manifest = read_manifest(directory)
    records, problems = read_records(directory)
    current: dict[str, Record] = {}
    listed = set(manifest.cells)
    unlisted = 0
    for record in records:
        fault = _fault(record)
        if fault is not None:
            problems.append(
                f"{directory}: record {record.key} ({cell_title(record.cell)}) {fault}; "
                "ignored, its cell counts as missing unless another record answers it"
            )
        elif listed and record.key not in listed:
            unlisted += 1
        else:
            current[record.key] = record
    if unlisted:
        problems.append(
            f"{directory}: {unlisted} valid records belong to no cell of this run as last asked for "
            "(other settings, versions or sources); left out"
        )
    certified, faults = read_records(directory / PROOFS)
    ledger = _read_ledger(directory / PROOFS)
    wall_time = None
    try:
        wall_time = read_wall_time(directory)
    except RunFolderError as error:
        problems.append(str(error))
    return Run(
        manifest,
        tuple(current.values()),
        (*problems, *faults),
        label=manifest.label,
        certified=tuple({record.key: record for record in certified}.values()),
        ledger=tuple(ledger),
        wall_time=wall_time,
    )


def _read_ledger(directory: Path) -> "list[Entry]":
    if not directory.exists():
        return []
    from benchmarks.certificates.defaults.ledger import read_ledger  # it imports pandas, which few runs need

    return read_ledger(directory)


def read_runs(directories: Sequence[Path]) -> list[Run]:
    """Several runs, in the order given; labels that occur twice are numbered.

    Raises:
        RunFolderError: one of the folders has no usable manifest.
    """
    runs: list[Run] = []
    for directory in directories:
        run = read_run(directory)
        taken = {other.label for other in runs}
        label, number = run.label, 1
        while label in taken:
            number += 1
            label = f"{run.label} ({number})"
        runs.append(replace(run, label=label))
    return runs


def _fault(record: Record) -> str | None:
    """Why a record that has the right fields still says nothing, or None."""
    result = record.result
    if record.status == "failed":
        return None
    if result is None:
        return "is done but has no result"
    if result.kind != record.cell.kind:
        return f"is of a cell of kind {record.cell.kind} but its result is of kind {result.kind}"
    if isinstance(result, TimingResult) and not all(
        timing.samples_s and min(timing.samples_s) > 0 for timing in result.operations
    ):
        return "has a timing without samples, or one that took no time"
    if isinstance(result, AccuracyResult) and len({frozenset(split.metrics) for split in result.splits}) != 1:
        return "has no split, or splits with different metrics"
    return None
