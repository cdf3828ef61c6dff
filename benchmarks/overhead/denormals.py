"""What denormal numbers cost: steps of the adding problem's networks, with denormals kept and flushed.

    python -m benchmarks.overhead.denormals --launches 5 --out results/overhead/denormals.jsonl

A launch is two fresh processes of an implementation, one in each mode, one after the other; which comes first changes
from launch to launch. Each process times every network at every lag, all steps from the starting weights on.
TensorFlow flushes denormals in either mode: its ratio says how far two processes are apart that do the same.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from pydantic import ValidationError

from benchmarks.execution.child import process_environment
from benchmarks.execution.floating_point import FLUSHED, KEPT
from benchmarks.execution.process import START
from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from impls.engines import implementation as find_implementation
from impls.errors import ThreefoldError

LAGS = (50, 100, 200)
NETWORKS = ("rnn", "lstm", "gru")
Mode: TypeAlias = Literal["kept", "flushed"]
MODES: tuple[Mode, ...] = (KEPT, FLUSHED)

#: Lag -> network -> the median processor seconds of a step.
Seconds: TypeAlias = dict[int, dict[str, float]]


class Launch(Frozen):
    """A line of the record: both modes of one implementation, measured one after the other."""

    implementation: str
    threads: int
    #: Which mode was measured first.
    first: Mode
    kept: Seconds
    flushed: Seconds
    machine: Machine
    versions: dict[str, str]


class Cost(NamedTuple):
    """A row of the table; milliseconds a step, medians over launches."""

    lag: int
    network: str
    implementation: str
    kept_ms: float
    flushed_ms: float
    #: Time with denormals kept over time with them flushed: the geometric mean over launches, and its 95 % interval
    #: (Student's t on the logarithms); None from one launch.
    ratio: float
    low: float | None
    high: float | None
    launches: int


def main(arguments: list[str] | None = None) -> int:
    """Measure the launches, store each as it ends, and print the table of all that are stored."""
    options = _options(arguments)
    launches = read_launches(options.out) if options.out and options.out.exists() else []
    for number in range(options.launches):
        for implementation in options.implementations:
            launches.append(_launch(number, implementation, options.threads, options.seconds))
            if options.out:
                append_launch(options.out, launches[-1])
    print(table(costs(launches)))
    return 0


def read_launches(path: Path) -> list[Launch]:
    """All launches of a record.

    Raises:
        ThreefoldError: the file is no such record.
    """
    try:
        return [Launch.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, ValidationError):
        raise ThreefoldError(f"{path}: is no record of this command; give another file with --out") from None


def append_launch(path: Path, launch: Launch) -> None:
    """Add a line to the record, made if missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(launch.model_dump_json() + "\n")


def costs(launches: Sequence[Launch]) -> list[Cost]:
    """The rows of the table: by lag, network and implementation."""
    rows = []
    implementations = list(dict.fromkeys(launch.implementation for launch in launches))
    for lag in LAGS:
        for network in NETWORKS:
            for implementation in implementations:
                of_it = [launch for launch in launches if launch.implementation == implementation]
                kept, flushed = ([getattr(launch, mode)[lag][network] for launch in of_it] for mode in MODES)
                rows.append(_cost(lag, network, implementation, kept, flushed))
    return rows


def table(rows: Sequence[Cost]) -> str:
    """The rows in Markdown, a lag and network a line, implementations side by side: ms kept, ms flushed, ratio."""
    from tabulate import tabulate

    implementations = list(dict.fromkeys(row.implementation for row in rows))
    lines = []
    for lag, network in dict.fromkeys((row.lag, row.network) for row in rows):
        of_it = {row.implementation: row for row in rows if (row.lag, row.network) == (lag, network)}
        lines.append([lag, network.upper(), *(_cell(of_it[name]) for name in implementations)])
    return tabulate(lines, ["Lag", "Network", *implementations], "pipe", disable_numparse=True)


def caption(launches: Sequence[Launch]) -> str:
    """What the table shows, and where it was measured."""
    counts = Counter(launch.implementation for launch in launches)
    last = launches[-1]
    packages = {package for name in counts for package in find_implementation(name).requires} | {"numpy"}
    return (
        "Milliseconds of processor time for a training step of the adding problem's networks with denormals kept → "
        "flushed, and the ratio "
        "of the two (geometric mean over launches, 95 % interval by Student's t on the logarithms). Launches: "
        + ", ".join(f"{name} {count}" for name, count in counts.items())
        + f"; {last.threads} thread of {last.machine.processor}; "
        + ", ".join(f"{package} {last.versions[package]}" for package in sorted(packages) if package in last.versions)
        + "."
    )


def _cell(row: Cost) -> str:
    times = f"{row.kept_ms:.3g} → {row.flushed_ms:.3g} ms: × {row.ratio:.2f}"
    return times if row.low is None else f"{times} ({row.low:.2f} to {row.high:.2f})"


def _cost(lag: int, network: str, implementation: str, kept: Sequence[float], flushed: Sequence[float]) -> Cost:
    from scipy import stats

    logs = [math.log(before / after) for before, after in zip(kept, flushed, strict=True)]
    mean, low, high = math.fsum(logs) / len(logs), None, None
    if len(logs) > 1:
        half = stats.t.ppf(0.975, len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
        low, high = math.exp(mean - half), math.exp(mean + half)
    kept_ms, flushed_ms = (1e3 * statistics.median(seconds) for seconds in (kept, flushed))
    return Cost(lag, network, implementation, kept_ms, flushed_ms, math.exp(mean), low, high, len(logs))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead.denormals", description="Time steps with denormal numbers kept and flushed."
    )
    parser.add_argument("--implementations", nargs="+", default=["numpy", "torch", "keras-tensorflow"])
    parser.add_argument("--launches", type=int, default=3, help="of each implementation, beside those in the record")
    parser.add_argument("--seconds", type=float, default=0.5, help="of measuring each network and lag in each process")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="JSON lines file to which every launch is added")
    return parser.parse_args(arguments)


def _launch(number: int, implementation: str, threads: int, seconds: float) -> Launch:
    from benchmarks.environment import machine, versions

    modes = MODES if number % 2 == 0 else MODES[::-1]
    measured = {mode: _process(mode, implementation, threads, seconds) for mode in modes}
    return Launch(
        implementation=implementation,
        threads=threads,
        first=modes[0],
        kept=measured[KEPT],
        flushed=measured[FLUSHED],
        machine=machine(),
        versions=versions(),
    )


def _process(mode: str, implementation: str, threads: int, seconds: float) -> Seconds:
    # Started like every measured process, which flushes denormals before a library is loaded, or as programs are.
    command = [sys.executable, "-m", *([START] if mode == FLUSHED else []), "benchmarks.overhead.denormal_steps"]
    command += [implementation, str(threads), str(seconds), json.dumps(LAGS), json.dumps(NETWORKS)]
    environment = process_environment(threads, find_implementation(implementation))
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    answer = json.loads(finished.stdout.splitlines()[-1])
    if answer["flushed"] != (mode == FLUSHED):
        raise ThreefoldError(f"denormals were to be {mode} in a process of {implementation}, and were not")
    measured: Seconds = {int(lag): networks for lag, networks in answer["seconds"].items()}
    return measured


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ThreefoldError as error:
        sys.exit(f"denormals: {error}")
