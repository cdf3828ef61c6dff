"""Anybody's pytest-benchmark suite as what a gate measures: the whole suite in one launch of each side."""

import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.gate.benchmark_files import read_side
from benchmarks.gate.launches import SIDES, LaunchError, Pair, SideName, Sides, environment_of, reading

#: What the suite is called beside the cells.
SUITE = "pytest-benchmark suite"
#: Seconds that one launch of a suite may take.
PATIENCE_S = 3600.0


def measure_suite_pair(arguments: Sequence[str], sides: Sides, stage: str, generator: random.Random) -> Pair:
    """Run the suite once for each side, in random order; a reading for each benchmark that both have.

    Raises:
        LaunchError: pytest failed, or there is no benchmark in common.
    """
    order = list(SIDES)
    generator.shuffle(order)
    began = time.perf_counter()
    samples = {name: _run(name, arguments, sides) for name in order}
    old, new = samples["baseline"], samples["candidate"]
    common = [name for name in old if name in new]
    if not common:
        raise LaunchError("candidate", "the suite has no benchmark that the baseline has")
    return Pair(
        stage=stage,
        cell=SUITE,
        first=order[0],
        seconds=time.perf_counter() - began,
        readings={name: reading([old[name]], [new[name]]) for name in common},
        missing=tuple(name for name in old if name not in new),
    )


def _run(name: SideName, arguments: Sequence[str], sides: Sides) -> dict[str, float]:
    side = sides.of(name)
    with tempfile.TemporaryDirectory(prefix="threefold-suite-") as folder:
        file = Path(folder) / "benchmarks.json"
        command = [str(side.python), "-m", "pytest", *arguments, f"--benchmark-json={file}", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                command,
                cwd=side.tree,
                env=environment_of(side, sides.threads),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LaunchError(name, f"pytest did not end in {PATIENCE_S:g} s", timed_out=True) from None
        if done.returncode or not file.exists():
            lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            raise LaunchError(name, f"pytest ended with exit code {done.returncode}: {lines[-1] if lines else ''}")
        return {benchmark: sample.centre for benchmark, sample in read_side(file).samples.items()}
