"""A run's manifest, and whether a folder's run can be gone on with here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.datasets import dataset
from benchmarks.environment import commit, machine, sources_digest, versions
from benchmarks.execution.floating_point import mode_of_measured_processes
from benchmarks.own_data.loading import OwnFile
from benchmarks.printable import printable
from benchmarks.records.cells import PeakCell, Planned, TimingCell
from benchmarks.records.results import Machine, Manifest, Record, StudyFacts
from benchmarks.records.store import MANIFEST, RunFolderError, read_manifest
from benchmarks.runner.data import task_facts
from benchmarks.runner.plan import DataFacts, plugins_of
from benchmarks.suites import Suite
from benchmarks.tasks import task


def make_manifest(
    suite: Suite,
    directory: Path,
    planned: Sequence[Planned],
    data: Mapping[str, DataFacts],
    label: str | None,
    study: StudyFacts | None = None,
    timing_machine: Machine | None = None,
) -> Manifest:
    """What holds for all cells of a run that begins now."""
    head, modified = commit()
    return Manifest(
        label=label or printable(directory.resolve().name),
        suite=suite.model_dump(mode="json"),
        commit=head,
        modified=modified,
        sources=sources_digest(),
        versions=versions(),
        machine=machine(),
        timing_machine=timing_machine,
        threads=suite.threads,
        denormals=mode_of_measured_processes(),
        tasks={name: task_facts(name, suite.folds, data[name]) for name in suite.tasks},
        cells=tuple(each.key for each in planned),
        created=datetime.now(UTC),
        study=study,
        files=_own_files(suite),
        plugins={name: digest for each in planned for name, digest in plugins_of(each.cell).items()},
    )


def check_same_ground(directory: Path, manifest: Manifest) -> None:
    """Records of one folder are comparable: the same suite, versions and machine.

    Raises:
        RunFolderError: the folder's run is of another suite, of other versions or of another machine.
    """
    if not (directory / MANIFEST).exists():
        return
    before = read_manifest(directory)
    if before.suite["name"] != manifest.suite["name"]:
        raise RunFolderError(
            f"{directory}: holds a run of suite {before.suite['name']!r}, not {manifest.suite['name']!r}; "
            "give another folder with --out"
        )
    for name in sorted(before.files.keys() & manifest.files.keys()):
        if before.files[name] != manifest.files[name]:
            raise RunFolderError(
                f"{directory}: was measured on another content of {name} (SHA-256 {before.files[name][:12]}, now "
                f"{manifest.files[name][:12]}); restore the file or give another folder with --out"
            )
    for package in sorted({*before.versions, *manifest.versions}):
        then, now = before.versions.get(package, "none"), manifest.versions.get(package, "none")
        if then != now:
            raise RunFolderError(
                f"{directory}: was measured with {package} {then}, here is {now}; give another folder with --out, "
                "and show both with 'threefold report'"
            )
    then, now = (_shown(each.machine) for each in (before, manifest))
    if then != now:
        raise RunFolderError(f"{directory}: was measured on {then}, this is {now}; give another folder with --out")


def check_same_timing_machine(directory: Path, manifest: Manifest, records: Sequence[Record]) -> None:
    """Times of two machines never stand in one run.

    Raises:
        RunFolderError: the folder has times of another machine than the one that would time now.
    """
    for record in records:
        if not isinstance(record.cell, TimingCell | PeakCell) or record.status == "failed":
            continue
        timed = record.worker.machine if record.worker else manifest.machine
        then, now = _shown(timed), _shown(manifest.timed_on)
        if then != now:
            raise RunFolderError(
                f"{directory}: was timed on {then}, and would be timed on {now} now; give another folder with --out, "
                "or the same worker of the cluster that offers 'timing'"
            )


def _shown(machine: Machine) -> str:
    return f"{machine.processor}, {machine.cores} cores"


def _own_files(suite: Suite) -> dict[str, str]:
    """The user's own files that the suite's tasks read, by name, each with its SHA-256."""
    ways = (way for name in suite.tasks for way in dataset(task(name).dataset).ways)
    return {way.path.name: way.sha256 for way in ways if isinstance(way, OwnFile)}
