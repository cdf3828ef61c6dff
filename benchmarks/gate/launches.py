"""A pair of launches: baseline and candidate as two fresh processes, measured in turns, A B B A."""

import json
import math
import os
import queue
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal

from benchmarks.execution.child import inherited_environment
from benchmarks.gate.cells import GateCell
from benchmarks.records.cells import Frozen
from impls.errors import ThreefoldError
from impls.plugins.files import VARIABLE, given

PROBE = Path(__file__).parent / "probe.py"
#: Turns of each process and operation in a pair, and about how long each lasts. Both processes are loaded all the time,
#: so that whatever the machine does for longer than two turns reaches both.
TURNS = 8
TURN_S = 0.03
MAX_CALLS = 10_000
#: Seconds that a process may take for an answer before it is ended.
PATIENCE_S = 300.0
#: A process's environment is up to this many bytes longer than it has to be: its size moves the stack, and with it the
#: speed of a program (Mytkowicz et al. 2009), so it is random in every launch.
PADDING = 4096

SideName = Literal["baseline", "candidate"]
SIDES: tuple[SideName, SideName] = ("baseline", "candidate")


class LaunchError(ThreefoldError):
    """A process of one side ended without an answer, or gave none in time, which a busy machine can do to either."""

    def __init__(self, side: SideName, reason: str, timed_out: bool = False) -> None:
        super().__init__(f"{side}: {reason}")
        self.side = side
        self.reason = reason
        self.timed_out = timed_out


class Reading(Frozen):
    """One figure of a pair: seconds a call, or bytes."""

    baseline: float
    candidate: float
    #: log(candidate / baseline); for times the median over the turns, which is not quite that of the two numbers.
    log_ratio: float


class Pair(Frozen):
    """What one pair of launches measured."""

    stage: str
    cell: str
    first: SideName
    #: How long it took, with starting up.
    seconds: float
    readings: Mapping[str, Reading]
    #: Figures of the baseline that the candidate lacks.
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """Where a side's code is, what it runs with, and what a self-test plants in it."""

    tree: Path
    python: Path
    python_path: tuple[str, ...] = (".",)
    plant: Mapping[str, Any] = field(default_factory=dict)
    #: Root of the repository that the tree is a commit of: plug-ins that lie in it are the commit's.
    repository: Path | None = None


@dataclass(frozen=True)
class Sides:
    """Both sides."""

    baseline: Side
    candidate: Side
    threads: int = 1

    def of(self, name: SideName) -> Side:
        """The side of that name."""
        return self.baseline if name == "baseline" else self.candidate


class Probe:
    """A process that measures one cell of one side: see `probe.py` for what is said to it and what it answers."""

    def __init__(self, name: SideName, side: Side, threads: int, request: Mapping[str, Any], folder: Path) -> None:
        self.name = name
        path = folder / f"{name}-{time.monotonic_ns()}.json"
        path.write_text(json.dumps({**request, "threads": threads, "plant": dict(side.plant)}), encoding="utf-8")
        self._errors = path.with_suffix(".log").open("w+b")
        self._process = subprocess.Popen(
            [str(side.python), str(PROBE), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=side.tree,
            env=environment_of(side, threads),
        )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def answer(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            LaunchError: it has none in time, ended, or says why it cannot.
        """
        try:
            line = self._answers.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise LaunchError(self.name, f"no answer in {PATIENCE_S:g} s", timed_out=True) from None
        if not line:
            raise LaunchError(self.name, f"ended with exit code {self._process.wait()}{self._last_words()}")
        content: dict[str, Any] = json.loads(line)
        if "failure" in content:
            raise LaunchError(self.name, str(content["failure"]))
        return content

    def ask(self, **question: Any) -> dict[str, Any]:
        """Put a question and wait for the answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended, which `answer` reports
        return self.answer()

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            try:
                stream.close()  # type: ignore[union-attr]  # both are pipes
            except OSError:
                continue

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._answers.put(line)
        except ValueError:
            pass  # closed by `end`
        self._answers.put("")

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = [line for line in self._errors.read().decode(errors="replace").splitlines() if line.strip()]
        return f": {lines[-1].strip()[:300]}" if lines else ""


def environment_of(side: Side, threads: int) -> dict[str, str]:
    """The environment of a process of this side.

    Its modules come from its tree and from what is installed for its Python, whose versions are recorded. The user's
    own PYTHONPATH may lead to the worktree, which would lend either side what its commit lacks. So would a plug-in of
    the worktree: each side loads its own.
    """
    places = [str(side.tree / each) for each in side.python_path]
    environment = inherited_environment(threads) | {"PYTHONPATH": os.pathsep.join(places)}
    if used := given():
        root = side.repository
        own = [side.tree / each.relative_to(root) if root and each.is_relative_to(root) else each for each in used]
        environment[VARIABLE] = os.pathsep.join(map(str, own))
    return environment | {"THREEFOLD_PADDING": "x" * random.randrange(PADDING)}


def measure_pair(cell: GateCell, sides: Sides, stage: str, generator: random.Random) -> Pair:
    """Launch both sides of a cell, let them load side by side, and measure them in turns.

    Raises:
        LaunchError: one of them failed.
    """
    order = list(SIDES)
    generator.shuffle(order)
    began = time.perf_counter()
    request = {"mode": "turns", "cell": cell.model_dump(mode="json"), "operations": cell.operations}
    readings: dict[str, Reading] = {}
    with tempfile.TemporaryDirectory(prefix="threefold-pair-") as folder:
        probes: list[Probe] = []
        try:
            probes += [Probe(name, sides.of(name), sides.threads, request, Path(folder)) for name in order]
            for probe in probes:
                probe.answer()
            for operation in cell.operations:
                seconds = in_turns([(probe.name, probe, operation) for probe in probes])
                readings[f"{operation} {cell.name}"] = reading(seconds["baseline"], seconds["candidate"])
            peaks = {probe.name: float(probe.ask(operation="end")["peak_bytes"]) for probe in probes}
            readings[f"peak memory {cell.name}"] = reading([peaks["baseline"]], [peaks["candidate"]])
        finally:
            for probe in probes:
                probe.end()
    return Pair(stage=stage, cell=cell.name, first=order[0], seconds=time.perf_counter() - began, readings=readings)


def ask_once(name: SideName, side: Side, threads: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """Start a process that does one thing, and take its answer.

    Raises:
        LaunchError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="threefold-probe-") as folder:
        probe = Probe(name, side, threads, request, Path(folder))
        try:
            return probe.answer()
        finally:
            probe.end()


def reading(baseline: Sequence[float], candidate: Sequence[float]) -> Reading:
    """The figure of both sides' turns, paired by their order."""
    ratios = [math.log(new / old) for old, new in zip(baseline, candidate, strict=True)]
    return Reading(baseline=median(baseline), candidate=median(candidate), log_ratio=median(ratios))


def in_turns(contenders: Sequence[tuple[str, Probe, str]]) -> dict[str, list[float]]:
    """Seconds a call of each turn, A B B A.

    Args:
        contenders: two, each its name in the result, its process, and the operation.
    """
    calls = _calls(contenders)
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in contenders}
    for turn in range(TURNS):
        for name, probe, operation in contenders if turn % 2 == 0 else reversed(contenders):
            count = calls[operation]
            seconds[name].append(probe.ask(operation=operation, calls=count)["seconds"] / count)
    return seconds


def _calls(contenders: Sequence[tuple[str, Probe, str]]) -> dict[str, int]:
    """How often each operation is called in a turn: the same for both sides, whichever is faster."""
    once: dict[str, list[float]] = {}
    for _, probe, operation in contenders:
        once.setdefault(operation, []).append(probe.ask(operation=operation, calls=1)["seconds"])
    return {
        operation: min(max(1, round(TURN_S / max(median(seconds), 1e-7))), MAX_CALLS)
        for operation, seconds in once.items()
    }
