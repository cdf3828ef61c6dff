"""The phases of a run: certificates and trainings side by side, then timings one at a time."""

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from benchmarks.certificates.jobs import certificate_jobs
from benchmarks.environment import available_cores
from benchmarks.execution.account import Account
from benchmarks.execution.command import Limits
from benchmarks.execution.in_turn import run_in_turn
from benchmarks.execution.jobs import Finished, Job, Observer, run_jobs
from benchmarks.records.cells import REFERENCE, AccuracyCell, CertificateCell, PeakCell, Planned, TimingCell, TuningCell
from benchmarks.records.ownership import working_folder
from benchmarks.records.results import Machine
from benchmarks.runner.jobs import worker_job
from benchmarks.suites import Suite

#: Does jobs elsewhere than in processes of this machine, as `run_jobs` does them here, or `run_in_turn`.
Trainer: TypeAlias = Callable[[Sequence[Job], Limits, Observer, Account], Iterator[Finished]]


@dataclass(frozen=True)
class Timer:
    """Times elsewhere than on this machine."""

    machine: Machine
    time: Trainer


def run_phases(
    suite: Suite,
    able: Sequence[Planned],
    directory: Path,
    observer: Observer,
    account: Account,
    trainer: Trainer | None = None,
    timer: Timer | None = None,
) -> Iterator[Finished]:
    """Measure these cells, and yield each job as it ends; the files in between lie in the run's working folder.

    With a `trainer` it does the trainings, before everything else: what is timed here is timed when it is done. With a
    `timer` nothing is timed here.
    """
    work = working_folder(directory)
    limits = Limits(suite.time_limit_s, round(suite.memory_limit_mib * 2**20))
    if trainer is not None:
        trained = [each for each in able if isinstance(each.cell, AccuracyCell | TuningCell)]
        yield from trainer(_side_by_side(suite, trained, directory), limits, observer, account)
        able = [each for each in able if not isinstance(each.cell, AccuracyCell | TuningCell)]
    yield from run_jobs(_side_by_side(suite, able, directory), work, limits, slots_of(suite), observer, account)
    timings = _in_turn(suite, able, directory)
    if timer is not None:
        yield from timer.time(timings, limits, observer, account)
    else:
        yield from run_in_turn(timings, work, limits, observer, account)


def slots_of(suite: Suite) -> int:
    """Processes that measure side by side where nothing is timed: on a GPU one has it to itself."""
    return 1 if "cuda" in suite.devices else max(1, available_cores() // suite.threads)


def _side_by_side(suite: Suite, able: Sequence[Planned], directory: Path) -> list[Job]:
    """What the reference leaves for certificates; then one implementation after the other, the suite's last one first.

    So all frameworks but the reference's are started once. The reference, which starts at once, and the baselines are
    left to the end, where whoever is free takes a share of them.
    """
    certificates = [each for each in able if isinstance(each.cell, CertificateCell)]
    accuracies = [each for each in able if isinstance(each.cell, AccuracyCell | TuningCell)]
    jobs = [
        *certificate_jobs(certificates, working_folder(directory) / "certificates"),
        *(worker_job(each, directory, suite.keep_training_s) for each in accuracies),
    ]
    turns = {name: len(suite.implementations) - place for place, name in enumerate(suite.implementations)}

    def turn(job: Job) -> int:
        command = job.command
        if command.implementation == REFERENCE:
            return 0 if command.activity == "certificates" else len(turns) + 1
        return turns.get(command.implementation, len(turns) + 2)

    return sorted(jobs, key=turn)


def _in_turn(suite: Suite, able: Sequence[Planned], directory: Path) -> list[Job]:
    """The machine's peak, then the timings, launch by launch."""
    jobs = [
        worker_job(each, directory, suite.keep_training_s, group="peak")
        for each in able
        if isinstance(each.cell, PeakCell)
    ]
    timings = launches(each for each in able if isinstance(each.cell, TimingCell))
    sitting = secrets.token_hex(4)
    jobs += [
        worker_job(each, directory, suite.keep_training_s, _group(each), sitting, _contest(each)) for each in timings
    ]
    return jobs


def launches(planned: Iterator[Planned]) -> list[Planned]:
    """Timings in the order in which they are measured.

    A launch is a process of each implementation. Within it the networks come in random order, the same for all, and
    each network goes round the implementations, in random order too: they take turns of a fraction of a second
    (`benchmarks.execution.turns`), and who comes first is a matter of chance. On a GPU, whose memory a framework may
    take as a whole, one process has its launch to itself instead.

    Args:
        planned: timing cells and their keys; the launch's number decides its order, the same in every run.
    """
    ordered: list[Planned] = []
    timings = list(planned)
    for launch in sorted({_cell(each).launch for each in timings}):
        cells = [each for each in timings if _cell(each).launch == launch]
        shuffled = random.Random(launch)
        networks = _order_of_networks(sorted({_network(each) for each in cells}), launch)
        shuffled.shuffle(cells)  # the order of those that are equal by what they are sorted by
        cells.sort(key=lambda each: networks.index(_network(each)))
        on_gpu = [each for each in cells if _cell(each).device != "cpu"]
        turns = list(dict.fromkeys(_cell(each).implementation for each in on_gpu))
        on_gpu.sort(key=lambda each: turns.index(_cell(each).implementation))
        ordered += [*(each for each in cells if _cell(each).device == "cpu"), *on_gpu]
    return ordered


def _order_of_networks(networks: Sequence[tuple[str, str]], launch: int) -> list[tuple[str, str]]:
    """Random, but balanced over as many launches as there are networks (a Latin square of Williams, 1949).

    In these each of them comes once at each place: one that comes first has a fresh process, and its first step sets
    the framework up. And none follows another twice, but for an odd number of networks, where pairs come twice over
    twice as many launches: what a network leaves in its process falls on all.
    """
    count = len(networks)
    block, turned = divmod(launch, count)
    drawn = random.Random(block // 2 if count % 2 else block).sample(networks, count)
    # 0, 1, last, 2, last but one, ...: the distances between neighbours are all different.
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(count)]
    if count % 2 and block % 2:
        zigzag.reverse()
    return [drawn[(place + turned) % count] for place in zigzag]


def _group(planned: Planned) -> str:
    cell = _cell(planned)
    alone = "" if cell.device == "cpu" else f" {cell.device} {cell.implementation}"
    return f"launch {cell.launch}{alone}"


def _contest(planned: Planned) -> str:
    """Implementations of a network, which are compared, measure by turns; what holds a GPU measures alone."""
    cell = _cell(planned)
    return " ".join((_group(planned), *_network(planned))) if cell.device == "cpu" else ""


def _network(planned: Planned) -> tuple[str, str]:
    cell = _cell(planned)
    return cell.task, cell.architecture


def _cell(planned: Planned) -> TimingCell:
    assert isinstance(planned.cell, TimingCell)
    return planned.cell
