"""`NetworkClassifier` in NumPy compared with scikit-learn's `MLPClassifier`: processor time of a fit, and accuracy.

    python -m benchmarks.overhead.estimators --launches 5 --out results/published/overhead/estimators.jsonl

A launch is a fresh process in which both fit the same networks on the same training parts, in turns and in random
order, with the same optimizer, batch size and number of epochs; scikit-learn once with the float64 data that it is
usually given, and once with float32. Accuracy is of a quarter of the examples, drawn anew in each round.
"""

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from benchmarks.execution.child import process_environment
from benchmarks.execution.process import START
from benchmarks.overhead.estimator_fits import CONTESTS, OURS, THEIRS
from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from impls.errors import ThreefoldError


class Fit(Frozen):
    """One fit."""

    contest: str
    contender: str
    round: int
    processor_seconds: float
    #: Of the test part, from 0 to 1.
    accuracy: float


class Launch(Frozen):
    """A line of the record: all fits of one process."""

    threads: int
    fits: tuple[Fit, ...]
    machine: Machine
    versions: dict[str, str]


class Row(NamedTuple):
    """One contest against one contender of scikit-learn's; intervals are of 95 %, by Student's t over launches."""

    contest: str
    contender: str
    ours_s: float
    theirs_s: float
    #: Their processor time over ours, the geometric mean; with its interval, None from one launch.
    ratio: float
    low: float | None
    high: float | None
    #: Accuracy, ours minus theirs, in percentage points; with its interval.
    difference: float
    difference_low: float | None
    difference_high: float | None


def main(arguments: list[str] | None = None) -> int:
    """Measure the launches, store each as it ends, and print the table of all that are stored."""
    options = _options(arguments)
    launches = read_launches(options.out) if options.out and options.out.exists() else []
    for _ in range(options.launches):
        launches.append(_launch(len(launches), options.threads, options.rounds, options.contests))
        if options.out:
            append_launch(options.out, launches[-1])
    print(table(rows(launches)))
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


def rows(launches: Sequence[Launch]) -> list[Row]:
    """The rows of the table: by contest, and by what scikit-learn is given."""
    contests = dict.fromkeys(fit.contest for launch in launches for fit in launch.fits)
    return [_row(launches, contest, contender) for contest in contests for contender in THEIRS]


def table(of: Sequence[Row]) -> str:
    """The rows in Markdown."""
    from tabulate import tabulate

    lines = [
        [
            CONTESTS[row.contest].title,
            row.contender,
            f"{1e3 * row.ours_s:.0f} ms",
            f"{1e3 * row.theirs_s:.0f} ms",
            f"{row.ratio:.2f}" + _interval(row.low, row.high, ".2f"),
            f"{row.difference:+.2f}" + _interval(row.difference_low, row.difference_high, "+.2f"),
        ]
        for row in of
    ]
    headers = ["Network and data", "`MLPClassifier` in", "Ours", "Theirs", "Theirs / ours", "Accuracy, ours − theirs"]
    return tabulate(lines, headers, "pipe", disable_numparse=True)


def caption(launches: Sequence[Launch]) -> str:
    """What the table shows, and where it was measured."""
    last = launches[-1]
    rounds = len({fit.round for fit in last.fits})
    return (
        "Processor time of a fit in float32 (median over launches and rounds), how many times as long scikit-learn's "
        "takes (geometric mean), and the difference in accuracy on the test part in percentage points; with 95 % "
        f"intervals by Student's t over {len(launches)} launches of {rounds} rounds. {last.threads} thread of "
        f"{last.machine.processor}; Python {last.versions['python']}, NumPy {last.versions['numpy']}, "
        f"scikit-learn {last.versions['scikit-learn']}."
    )


def _interval(low: float | None, high: float | None, form: str) -> str:
    return "" if low is None else f" ({low:{form}} to {high:{form}})"


def _row(launches: Sequence[Launch], contest: str, contender: str) -> Row:
    logs, differences = [], []
    ours_s: list[float] = []
    theirs_s: list[float] = []
    for launch in launches:
        ours, theirs = (_fits(launch, contest, name) for name in (OURS, contender))
        ours_s += [fit.processor_seconds for fit in ours]
        theirs_s += [fit.processor_seconds for fit in theirs]
        pairs = list(zip(ours, theirs, strict=True))
        logs.append(_mean([math.log(b.processor_seconds / a.processor_seconds) for a, b in pairs]))
        differences.append(100.0 * _mean([a.accuracy - b.accuracy for a, b in pairs]))
    ratio, low, high = (None if each is None else math.exp(each) for each in _with_interval(logs))
    assert ratio is not None
    return Row(contest, contender, _median(ours_s), _median(theirs_s), ratio, low, high, *_with_interval(differences))


def _fits(launch: Launch, contest: str, contender: str) -> list[Fit]:
    fits = [fit for fit in launch.fits if (fit.contest, fit.contender) == (contest, contender)]
    return sorted(fits, key=lambda fit: fit.round)


def _with_interval(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    mean = _mean(values)
    if len(values) < 2:
        return mean, None, None
    from scipy import stats

    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    half = float(stats.t.ppf(0.975, len(values) - 1)) * spread / math.sqrt(len(values))
    return mean, mean - half, mean + half


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _median(values: Sequence[float]) -> float:
    import statistics

    return statistics.median(values)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead.estimators", description="Time fits beside scikit-learn's MLPClassifier."
    )
    parser.add_argument("--launches", type=int, default=5, help="beside those in the record")
    parser.add_argument("--rounds", type=int, default=3, help="fits of each contender in a launch")
    parser.add_argument("--contests", nargs="+", default=list(CONTESTS), choices=list(CONTESTS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="JSON lines file to which every launch is added")
    return parser.parse_args(arguments)


def _launch(seed: int, threads: int, rounds: int, contests: Sequence[str]) -> Launch:
    from benchmarks.environment import machine, versions
    from impls.engines import implementation

    command = [sys.executable, "-m", START, "benchmarks.overhead.estimator_fits", str(seed), str(rounds), *contests]
    environment = process_environment(threads, implementation("numpy"))
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    fits = tuple(Fit.model_validate(fit) for fit in json.loads(finished.stdout.splitlines()[-1]))
    return Launch(threads=threads, fits=fits, machine=machine(), versions=versions())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ThreefoldError as error:
        sys.exit(f"estimators: {error}")
