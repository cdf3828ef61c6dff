"""The certificates of a suite: one command a trial, in the processes that also train the suite's networks."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.certificates.compare import certificate, compare
from benchmarks.certificates.trials import (
    Trial,
    case_of_settings,
    make_trial,
    probe_command,
)
from benchmarks.execution.jobs import Collect, Job, Outcome
from benchmarks.records.cells import CertificateCell, Planned
from impls.testing import COMBINED, Case, optimizer_case, stages_of

#: Stages that take a second network, for longer sequences, which a graph compiler needs seconds for. Who gives the
#: reference's results on batches that have padding, at the length at which the suite trains, has passed as well there.
THE_REFERENCES = ("padding",)


def certificate_jobs(planned: Sequence[Planned], folder: Path) -> list[Job]:
    """The references' trials, then the others', the last of which answers the cell; arrays are left in `folder`.

    Every network of the suite goes through all stages as it stands, but for `THE_REFERENCES`. The optimizers that the
    suite's recipes train with are tried once an architecture, on its own small network: the update rule sees nothing of
    a network but its parameters. (`threefold certify` tries all stages and all optimizers.) The reference has cells of
    its own, of what it must keep without a partner.

    Args:
        planned: certificate cells and their keys.
        folder: takes the arrays; made when it is not there.
    """
    if planned:
        folder.mkdir(parents=True, exist_ok=True)
    preparations: dict[str, Job] = {}  # by command: what several cells need is measured once
    answers: list[Job] = []
    for each in planned:
        cell = _cell(each)
        own, *shared = _trials(cell, cell.implementation)
        others = [*_trials(cell, cell.reference), *shared] if cell.implementation != cell.reference else []
        needed = [_job(trial, folder) for trial in others if trial != own]
        preparations |= {job.command.name: job for job in needed}
        after = frozenset(job.command.name for job in needed)
        answers.append(replace(_job(own, folder, each), after=after))
    answered = {job.command.name for job in answers}  # what the reference's own cells measure serves the others too
    return [*(job for name, job in preparations.items() if name not in answered), *answers]


def case_of(cell: CertificateCell) -> Case:
    """The cell's network and recipe as a case."""
    settings = cell.settings
    case = case_of_settings(
        f"{cell.task} {cell.architecture}", cell.network, settings["architecture"], settings["training"]
    )
    return replace(case, sizes=cell.sizes)


def _trials(cell: CertificateCell, implementation: str) -> list[Trial]:
    case = case_of(cell)
    if implementation != cell.reference:
        case = replace(case, stages=tuple(s.name for s in stages_of(case) if s.name not in THE_REFERENCES))
    in_use = replace(
        optimizer_case(cell.network),
        name=f"{cell.network}: optimizers",
        optimizers=(case.training.optimizer,),
        variations=(COMBINED,),
    )
    cases = (case, in_use)
    return [make_trial(case, implementation, cell.device, cell.dtype, cell.threads) for case in cases]


def _job(trial: Trial, folder: Path, planned: Planned | None = None) -> Job:
    cells = () if planned is None else (planned,)
    return Job(cells, probe_command([trial], folder), _collector(planned, folder))


def _collector(planned: Planned | None, folder: Path) -> Collect:
    def collect(left: dict[str, Any] | None, reason: str | None) -> list[Outcome]:
        if planned is None:
            return []
        if left is None or left["unable"]:
            return [Outcome(planned, None, left["unable"] if left else reason)]
        return [Outcome(planned, certificate(_findings(_cell(planned), folder)), None)]

    return collect


def _findings(cell: CertificateCell, folder: Path) -> list[Any]:
    pairs = zip(_trials(cell, cell.reference), _trials(cell, cell.implementation), strict=True)
    return [finding for reference, candidate in pairs for finding in compare(folder, reference, candidate)]


def _cell(planned: Planned) -> CertificateCell:
    if not isinstance(planned.cell, CertificateCell):
        raise TypeError(f"{planned.cell.kind} cells have no certificate")
    return planned.cell
