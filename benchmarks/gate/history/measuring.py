"""Measuring one commit for the history: every cell in fresh launches, in turns with a load that no commit changes."""

import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.environment import machine, versions
from benchmarks.gate import trees
from benchmarks.gate.cells import GateCell, GateFile
from benchmarks.gate.history.lines import HistoryError, HistoryLine
from benchmarks.gate.launches import LaunchError, Probe, Side, in_turns

REFERENCE = "reference"


def measure_commit(
    repository: Path, reference: str, file: GateFile, launches: int, threads: int, tell: Callable[[str], None]
) -> HistoryLine:
    """The line of a commit.

    Args:
        repository: that has it.
        reference: branch, tag or commit.
        file: what is measured.
        launches: fresh processes of each cell, in random order.
        threads: of every process.
        tell: takes a line about what is going on.

    Raises:
        HistoryError: the gate has no cells, or none of them runs in this commit.
        TreeError: there is no such commit.
    """
    if not file.cell:
        raise HistoryError("the gate has no [[cell]], and a history is of cells; add one to gate.toml")
    commit = trees.resolve(repository, reference)
    figures: dict[str, list[float]] = defaultdict(list)
    normalized: dict[str, list[float]] = defaultdict(list)
    references: list[float] = []
    failures: dict[str, str] = {}
    with trees.checked_out(repository, commit, commit) as (tree, _):
        side = Side(tree, Path(sys.executable), file.python_path, repository=repository)
        for launch in range(1, launches + 1):
            tell(f"launch {launch} of {launches}")
            cells = [cell for cell in file.cell if cell.name not in failures]
            for cell in random.sample(cells, len(cells)):
                try:
                    seconds, load, peak = _launch(cell, side, threads)
                except LaunchError as error:
                    failures[cell.name] = error.reason
                    tell(f"{cell.name} is left out: {error.reason}")
                    continue
                references += load.values()
                for operation, value in seconds.items():
                    figures[f"{operation} {cell.name}"].append(value)
                    normalized[f"{operation} {cell.name}"].append(value / load[operation])
                figures[f"peak memory {cell.name}"].append(peak)
                normalized[f"peak memory {cell.name}"].append(peak)
    if not figures:
        raise HistoryError(f"{reference}: no cell runs in this commit ({next(iter(failures.values()), 'no reason')})")
    return HistoryLine(
        commit=commit,
        date=_date(repository, commit),
        machine=machine(),
        versions=versions(),
        threads=threads,
        launches=launches,
        reference_s=median(references),
        figures={name: median(values) for name, values in figures.items()},
        normalized={name: median(values) for name, values in normalized.items()},
    )


def _date(repository: Path, commit: str) -> str:
    form = "--date=format-local:%Y-%m-%dT%H:%M:%SZ"
    return trees.git(repository, "show", "--no-patch", "--format=%cd", form, commit, TZ="UTC")


def _launch(cell: GateCell, side: Side, threads: int) -> tuple[dict[str, float], dict[str, float], float]:
    """Operation -> seconds a call, operation -> those of the reference load in turns with it, and the peak memory."""
    request = {"mode": "turns", "cell": cell.model_dump(mode="json"), "operations": cell.operations}
    seconds, load = {}, {}
    with tempfile.TemporaryDirectory(prefix="threefold-history-") as folder:
        probe = Probe("baseline", side, threads, request, Path(folder))
        try:
            probe.answer()
            for operation in cell.operations:
                turns = in_turns([(operation, probe, operation), (REFERENCE, probe, REFERENCE)])
                seconds[operation], load[operation] = median(turns[operation]), median(turns[REFERENCE])
            return seconds, load, float(probe.ask(operation="end")["peak_bytes"])
        finally:
            probe.end()
