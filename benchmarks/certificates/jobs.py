"""The certificates of a suite: one process an implementation goes through all of the suite's networks."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.certificates.compare import certificate, compare
from benchmarks.certificates.trials import (
    Trial,
    case_of_settings,
    make_trial,
    probe_command,
    shared_out,
)
from benchmarks.execution.jobs import Job, Outcome
from benchmarks.records.cells import CertificateCell, Planned
from impls.testing import Case, optimizer_case


def certificate_jobs(planned: Sequence[Planned], folder: Path) -> list[Job]:
    """The references' processes, and the others', which wait for theirs; arrays are left in `folder`.

    Every network of the suite goes through all stages as it stands. The optimizers that the suite's recipes train with
    are tried once an architecture, on its own small network: the update rule sees nothing of a network but its
    parameters. (`threefold certify` tries all optimizers.)

    Args:
        planned: certificate cells and their keys.
        folder: takes the arrays; made when it is not there.
    """
    if not planned:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, list[Trial]] = {_cell(each).reference: [] for each in planned}
    for each in planned:
        wanted[_cell(each).reference] += _trials(_cell(each), _cell(each).reference)
    references = {name: _job((), trials, folder) for name, trials in wanted.items()}
    candidates: list[Job] = []
    for (implementation, _, reference), group in groupby(sorted(planned, key=_process), key=_process):
        # Judged as soon as its process ends: by then the reference's arrays have to be there. Several processes run
        # one after the other, since what they share, the optimizers of an architecture, is measured by the first.
        after = frozenset({references[reference].command.name})
        for cells in shared_out(list(group), implementation):
            trials = [trial for each in cells for trial in _trials(_cell(each), implementation)]
            candidates.append(replace(_job(cells, trials, folder), after=after))
            after |= {candidates[-1].command.name}
    return [*references.values(), *candidates]


def case_of(cell: CertificateCell) -> Case:
    """The cell's network and recipe as a case."""
    settings = cell.settings
    return case_of_settings(
        f"{cell.task} {cell.architecture}", cell.network, settings["architecture"], settings["training"]
    )


def _trials(cell: CertificateCell, implementation: str) -> list[Trial]:
    case = case_of(cell)
    in_use = replace(
        optimizer_case(cell.network), name=f"{cell.network}: optimizers", optimizers=(case.training.optimizer,)
    )
    cases = (case, in_use)
    return [make_trial(case, implementation, cell.device, cell.dtype, cell.threads) for case in cases]


def _job(cells: Sequence[Planned], trials: Sequence[Trial], folder: Path) -> Job:
    unique = list({trial.folder: trial for trial in trials}.values())

    def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
        if left is None or left["unable"]:
            return [Outcome(each, None, left["unable"] if left else reason) for each in cells]
        return [Outcome(each, certificate(_findings(_cell(each), folder)), None) for each in cells]

    return Job(tuple(cells), probe_command(unique, folder), collect)


def _findings(cell: CertificateCell, folder: Path) -> list[Any]:
    pairs = zip(_trials(cell, cell.reference), _trials(cell, cell.implementation), strict=True)
    return [finding for reference, candidate in pairs for finding in compare(folder, reference, candidate)]


def _process(planned: Planned) -> tuple[str, str, str]:
    cell = _cell(planned)
    return cell.implementation, cell.device, cell.reference


def _cell(planned: Planned) -> CertificateCell:
    if not isinstance(planned.cell, CertificateCell):
        raise TypeError(f"{planned.cell.kind} cells have no certificate")
    return planned.cell
