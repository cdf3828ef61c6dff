"""The series of a self-test: stored pair by pair, so that an interrupted one goes on where it stopped."""

import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.gate.cells import GateCell
from benchmarks.gate.launches import Pair, Side, Sides, measure_pair
from benchmarks.gate.quality import judge_quality
from benchmarks.gate.self_test.faults import FAULTS, Fault, planted
from benchmarks.gate.self_test.load import half_a_core
from benchmarks.gate.sequential import Effort, decide
from benchmarks.gate.store import StoredSource, append_pair
from report.comparing.verdicts import Limits, Verdict

#: Shares by which a step is slowed down, and by which a cell's peak memory grows.
SLOWDOWNS = (0.03, 0.05, 0.10)
GROWTH = 0.05
CALIBRATION, UNCHANGED, LOADED, MEMORY = "calibration", "unchanged", "unchanged with load", "memory"
CALIBRATION_ROUNDS = 5
REPEATED, REPEATED_LOADED = "repeated", "repeated with load"


@dataclass(frozen=True)
class Extent:
    """How much a self-test measures."""

    #: Rounds of each series that verdicts are resampled from; 0 for none of them, and whole gates alone.
    rounds: int = 60
    #: Whole gates over unchanged code, measured anew.
    repeats: int = 20
    #: The same while a process keeps one core busy half of the time.
    loaded_repeats: int = 0


@dataclass
class Measuring:
    """Measures what a self-test still lacks, in two trees of the same commit."""

    cells: Sequence[GateCell]
    trees: tuple[Path, Path]
    python: Path
    path: Path
    stored: list[Pair]
    limits: Limits
    effort: Effort
    threads: int
    tell: Callable[[str], None]

    def series(self, stage: str, rounds: int, plants: Mapping[str, Mapping[str, Any]] | None = None) -> list[Pair]:
        """All pairs of a series, those that are missing measured now.

        Args:
            stage: its name.
            rounds: pairs of each cell.
            plants: cell -> what is planted in the candidate.
        """
        by_cell = defaultdict(list)
        for pair in self.stored:
            if pair.stage == stage:
                by_cell[pair.cell].append(pair)
        for number in range(rounds):
            missing = [cell for cell in self.cells if len(by_cell[cell.name]) <= number]
            random.shuffle(missing)
            if missing:
                self.tell(f"{stage}, round {number + 1} of {rounds}")
            for cell in missing:
                pair = self.pair(cell, stage, (plants or {}).get(cell.name, {}))
                by_cell[cell.name].append(pair)
        return [pair for pairs in by_cell.values() for pair in pairs]

    def pair(self, cell: GateCell, stage: str, plant: Mapping[str, Any]) -> Pair:
        """One pair, measured and stored."""
        operations = (*cell.operations, "extra_work") if stage == CALIBRATION else cell.operations
        pair = measure_pair(
            cell.model_copy(update={"operations": operations}), self.sides(plant), stage, random.SystemRandom()
        )
        append_pair(self.path, pair)
        self.stored.append(pair)
        return pair

    def sides(self, plant: Mapping[str, Any]) -> Sides:
        """Both trees, with this planted in the candidate."""
        baseline, candidate = self.trees
        return Sides(Side(baseline, self.python), Side(candidate, self.python, plant=plant), self.threads)

    def plants(self, share: float) -> dict[str, dict[str, Any]]:
        """Cell -> work that makes its step longer by this share, in the units that the calibration measured."""
        pairs = self.series(CALIBRATION, CALIBRATION_ROUNDS)
        plants: dict[str, dict[str, Any]] = {}
        for cell in self.cells:
            step, unit = (
                median(pair.readings[f"{name} {cell.name}"].baseline for pair in pairs if pair.cell == cell.name)
                for name in ("train_step", "extra_work")
            )
            plants[cell.name] = {"work": {"train_step": round(share * step / unit)}}
        return plants

    def growths(self) -> dict[str, dict[str, Any]]:
        """Cell -> bytes that make its peak memory larger by `GROWTH`."""
        pairs = self.series(CALIBRATION, CALIBRATION_ROUNDS)
        peaks: dict[str, list[float]] = defaultdict(list)
        for pair in pairs:
            peaks[pair.cell].append(pair.readings[f"peak memory {pair.cell}"].baseline)
        return {cell: {"bytes": round(GROWTH * median(values))} for cell, values in peaks.items()}

    def repeated(self, stage: str, count: int, rounds: int = 0) -> None:
        """Whole gates over unchanged code, one after the other.

        Args:
            stage: their name.
            count: how many.
            rounds: of the unchanged series, its share measured before each gate: how quiet a machine is changes from
                one hour to the next, and the two are compared.
        """
        gates = stored_gates(self.stored, stage)
        for number in range(1, count + 1):
            self.series(UNCHANGED, math.ceil(rounds * number / count))
            prefix = f"{stage} {number}: "
            source = StoredSource(
                self._one(prefix), gates.get(number, []), self.path, self._prefixed(prefix), replays=True
            )
            decide([cell.name for cell in self.cells], source, self.limits, self.effort)

    def faults(self) -> dict[str, bool]:
        """Fault and cell -> whether the gate finds it as a change of the mathematics."""
        noticed = {}
        for fault in FAULTS:
            cells = [cell for cell in self.cells if cell.name in fault.cells]
            for cell in cells:
                self.tell(f"{fault.name}: {cell.name}")
                noticed[f"{fault.name}: {cell.name}"] = self._finds(fault, cell)
        return noticed

    def _finds(self, fault: Fault, cell: GateCell) -> bool:
        with planted(fault, self.trees[1]):
            figures, _ = judge_quality([cell], self.sides({}), self.limits, with_accuracy=False)
        return any(figure.quantity == "trajectory" and figure.verdict is Verdict.WORSE for figure in figures)

    def _prefixed(self, prefix: str) -> Callable[[str], None]:
        return lambda line: self.tell(prefix + line)

    def _one(self, prefix: str) -> Callable[[str, str], Pair]:
        cells = {cell.name: cell for cell in self.cells}

        def measure(stage: str, name: str) -> Pair:
            pair = measure_pair(cells[name], self.sides({}), prefix + stage, random.SystemRandom())
            self.stored.append(pair)
            return pair

        return measure


def slower_by(share: float) -> str:
    """The stage in which the step of every cell is longer by this share."""
    return f"slower by {share:.0%}"


def is_series(stage: str) -> bool:
    """Whether verdicts are resampled from pairs of this stage."""
    return stage in (UNCHANGED, MEMORY, *map(slower_by, SLOWDOWNS))


def stored_gates(pairs: Sequence[Pair], stage: str) -> dict[int, list[Pair]]:
    """Number of a repeated gate -> its pairs, under the stages that it knows."""
    name = re.compile(rf"{re.escape(stage)} (\d+): ")
    gates: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if match := name.match(pair.stage):
            gates[int(match[1])].append(pair.model_copy(update={"stage": pair.stage[match.end() :]}))
    return gates


@contextmanager
def load_of(stage: str) -> Iterator[None]:
    """The load that a series is measured under, if any."""
    if stage in (LOADED, REPEATED_LOADED):
        with half_a_core():
            yield
    else:
        yield
