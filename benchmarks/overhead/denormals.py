"""What denormal numbers cost: steps of the adding problem's networks, with denormals kept and flushed.

    python -m benchmarks.overhead.denormals --out denormals.csv

Each network, implementation and mode is timed in fresh processes, all in turn, on a machine that does nothing else.
TensorFlow flushes them in either mode: its two figures say how far two launches are apart.
"""

import argparse
import csv
import itertools
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.execution.floating_point import FLUSHED, KEPT, flush_denormals

COLUMNS = ("lag", "network", "implementation", "kept_ms", "flushed_ms", "kept_by_flushed")


def main(arguments: list[str] | None = None) -> int:
    """Time everything, print each row as it is known, and write the table."""
    options = _options(arguments)
    if options.child:
        _child(*options.child)
        return 0
    rows = []
    print("".join(f"{column:>18}" for column in COLUMNS))
    for lag, network, implementation in itertools.product(options.lags, options.networks, options.implementations):
        times: dict[str, list[float]] = {KEPT: [], FLUSHED: []}
        for _ in range(options.launches):
            for mode, seconds in times.items():
                seconds.append(_launch(mode, lag, network, implementation, options.threads, options.seconds))
        kept, flushed = (1e3 * statistics.median(times[mode]) for mode in (KEPT, FLUSHED))
        rows.append((lag, network, implementation, f"{kept:.4g}", f"{flushed:.4g}", f"{kept / flushed:.3g}"))
        print("".join(f"{value:>18}" for value in rows[-1]), flush=True)
    if options.out:
        with options.out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead.denormals", description="Time steps with denormal numbers kept and flushed."
    )
    parser.add_argument("--lags", type=int, nargs="+", default=[50, 100, 200], choices=[50, 100, 200])
    parser.add_argument("--networks", nargs="+", default=["rnn", "lstm", "gru"], choices=["rnn", "lstm", "gru"])
    parser.add_argument("--implementations", nargs="+", default=["numpy", "torch", "keras-tensorflow"])
    parser.add_argument("--launches", type=int, default=3, help="processes for each figure, which is their median")
    parser.add_argument("--seconds", type=float, default=2.0, help="of measuring in each process")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="CSV file for the table")
    parser.add_argument("--child", nargs=6, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _launch(mode: str, lag: int, network: str, implementation: str, threads: int, seconds: float) -> float:
    """Seconds of one step, the median of a fresh process."""
    from benchmarks.execution.child import process_environment
    from impls.engines import implementation as find_implementation

    command = [sys.executable, "-m", "benchmarks.overhead.denormals", "--child"]
    command += [mode, str(lag), network, implementation, str(threads), str(seconds)]
    environment = process_environment(threads, find_implementation(implementation))
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(finished.stdout.split()[-1])


def _child(mode: str, lag: str, network: str, implementation: str, threads: str, seconds: str) -> None:
    """Print the median of the seconds of steps, all from the starting weights on."""
    if mode == FLUSHED and not flush_denormals():
        raise SystemExit("denormals cannot be flushed on this platform")
    # From here on, libraries are loaded.
    import numpy as np

    from benchmarks.datasets.adding_problem import adding_problem
    from benchmarks.execution.child import fix_threads
    from benchmarks.tasks import tasks
    from impls import Batch, build

    fix_threads(implementation, int(threads))
    recipe = tasks()[f"adding-problem-{lag}"].recipes[network]
    data = adding_problem(int(lag), recipe.batch_size)
    batch = Batch(np.asarray(data.inputs), data.targets)
    model = build(recipe.architecture, implementation, recipe.training)
    start = model.parameters()
    model.train_step(batch)
    taken: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < float(seconds) or len(taken) < 3:
        model.load_parameters(start)
        before = time.perf_counter()
        model.train_step(batch)
        taken.append(time.perf_counter() - before)
    print(statistics.median(taken))


if __name__ == "__main__":
    sys.exit(main())
