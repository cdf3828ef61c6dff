"""How long reports take: `python -m tests.report.report_times`, of published and of made-up runs.

It prints a line for each case and ends with exit code 1 where one takes longer, or more memory, than it may.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.records.results import Record
from tests.report.sample_runs import TASKS, accuracy, certificate, peak, place, timing, write_run

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "results" / "published" / "standard"
IMPLEMENTATIONS = ("numpy", "torch", "torch+compile", "keras-tensorflow", "keras-tensorflow+xla")
LAUNCHES = 8


@dataclass(frozen=True)
class Limit:
    """What a case may take on two cores."""

    seconds: float
    page_mib: float | None = None
    memory_mib: float | None = None


def many_records(tasks: int, launches: int = LAUNCHES) -> Iterator[Record]:
    """A made-up run: two networks a task by five implementations, certified and timed; 98 records a task."""
    yield peak()
    for number, network in product(range(tasks), ("mlp", "lstm")):
        task = f"task-{number:04d}-sample"
        for rank, name in enumerate(IMPLEMENTATIONS):
            where = place(task, network, name, network="mlp" if network == "mlp" else "recurrent")
            shift = 0.001 * ((number + rank) % 7)
            yield accuracy(where, [0.9 + shift, 0.91, 0.92 - shift], epochs=4, examples=(800, 400))
            if name != "numpy":
                yield certificate(where)
            for launch in range(launches):
                yield timing(where, launch, 1.0 + 0.1 * rank + 0.003 * (launch % 5), batch_sizes=(32,))


def write_many(folder: Path, tasks: int, launches: int = LAUNCHES) -> int:
    """Write the made-up run; how many records it has."""
    records = list(many_records(tasks, launches))
    write_run(folder, records, tasks={f"task-{number:04d}-sample": TASKS["digits"] for number in range(tasks)})
    return len(records)


def timed(runs: Sequence[Path], out: Path) -> tuple[float, float, float]:
    """Seconds of `threefold report`, those of processor time in all its processes, and the MiB of its largest one."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks", "report", *map(str, runs), "--out", str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)}: ended with status {status}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure every case."""
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        copies = [shutil.copytree(STANDARD, folder / f"run-{number}") for number in range(8)]
        many = folder / "many"
        # In a process of its own: what this one holds would count as memory of those that it starts.
        with ProcessPoolExecutor(max_workers=1) as pool:
            print(f"{pool.submit(write_many, many, 1020).result():,} records made up", flush=True)
        cases = [
            ("standard", [STANDARD], folder / "standard", Limit(5.0)),
            ("standard, unchanged", [STANDARD], folder / "standard", Limit(1.0)),
            ("eight runs", copies, folder / "eight", Limit(15.0, page_mib=3.0)),
            ("100,000 records", [many], folder / "many-out", Limit(60.0, memory_mib=2048.0)),
            ("100,000 records, unchanged", [many], folder / "many-out", Limit(5.0)),
        ]
        for name, runs, out, limit in cases:
            seconds, processor, memory = timed(runs, out)
            page = (out / "index.html").stat().st_size / 2**20
            good = (
                seconds <= limit.seconds and page <= (limit.page_mib or page) and memory <= (limit.memory_mib or memory)
            )
            failed |= not good
            remark = "" if good else f"  MORE THAN {limit}"
            times = f"{seconds:.1f} s ({processor:.1f} s of processor)"
            print(f"{name}: {times}, {memory:,.0f} MiB, page {page:.2f} MiB{remark}", flush=True)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {largest:,.0f} MiB")
    sys.exit(failed)


if __name__ == "__main__":
    main()
