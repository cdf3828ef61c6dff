"""A self-test from beginning to end: what is measured, and what is resampled."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.environment import machine, versions
from benchmarks.gate import trees
from benchmarks.gate.cells import GateFile
from benchmarks.gate.launches import PROBE
from benchmarks.gate.self_test.judging import rates_of
from benchmarks.gate.self_test.measuring import (
    MEMORY,
    REPEATED,
    REPEATED_LOADED,
    SLOWDOWNS,
    UNCHANGED,
    Extent,
    Measuring,
    load_of,
    slower_by,
)
from benchmarks.gate.self_test.result import SelfTest
from benchmarks.gate.sequential import Effort
from benchmarks.gate.store import PAIRS, Header, open_store
from benchmarks.records.store import write_beside
from report.comparing.verdicts import Limits

RESULT = "self-test.json"


def run_self_test(
    repository: Path,
    file: GateFile,
    folder: Path,
    *,
    extent: Extent,
    comparisons: int,
    limits: Limits,
    effort: Effort,
    threads: int,
    fresh: bool,
    tell: Callable[[str], None],
) -> SelfTest:
    """Measure what the folder lacks, resample, and write the result beside the pairs.

    Args:
        repository: whose HEAD is measured, as both sides.
        file: of the gate; its cells are measured.
        folder: keeps pairs and result; the same call again goes on from there.
        extent: how much is measured.
        comparisons: verdicts that are resampled, of each kind.
        limits: of a verdict.
        effort: of a verdict.
        threads: of every process.
        fresh: forget what the folder has.
        tell: takes a line about what is going on.
    """
    commit = trees.resolve(repository, "HEAD")
    measured = file.model_dump_json() + PROBE.read_text(encoding="utf-8")
    header = Header(
        baseline=commit,
        candidate=commit,
        candidate_reference="self-test",
        baseline_versions=versions(),
        candidate_versions=versions(),
        machine=json.dumps(machine().model_dump(), sort_keys=True),
        threads=threads,
        measured=hashlib.sha256(measured.encode()).hexdigest()[:16],
    )
    stored = open_store(folder, header, fresh)
    with trees.checked_out(repository, commit, commit) as both:
        measuring = Measuring(
            file.cell, both, Path(sys.executable), folder / PAIRS, stored, limits, effort, threads, tell
        )
        faults = measuring.faults()
        measuring.repeated(REPEATED, extent.repeats, extent.rounds)
        if extent.rounds:
            measuring.series(UNCHANGED, extent.rounds)  # all of it without gates
            for share in SLOWDOWNS:
                measuring.series(slower_by(share), extent.rounds, measuring.plants(share))
            measuring.series(MEMORY, extent.rounds, measuring.growths())
        if extent.loaded_repeats:
            with load_of(REPEATED_LOADED):
                measuring.repeated(REPEATED_LOADED, extent.loaded_repeats)
    tell("resampling")
    rates, agreed = rates_of(measuring.stored, [cell.name for cell in file.cell], comparisons, limits, effort)
    result = SelfTest(
        commit=commit,
        machine=machine(),
        versions=versions(),
        threads=threads,
        limits=limits,
        rounds=extent.rounds,
        comparisons=comparisons,
        time_limit_s=effort.seconds,
        rates=rates,
        faults=faults,
        agreement=agreed,
    )
    write_beside(folder / RESULT, result.model_dump_json(indent=2) + "\n")
    return result
