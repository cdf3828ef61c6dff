"""All tests, and what mypy and import-linter say: `python -m tests.run [arguments of pytest]`.

PyTorch and TensorFlow never share a process, so the tests run as parts, each a pytest process of its own; types and
layers are parts too. One more runs side by side than there are cores, since tests of processes wait for them now and
then; the longest comes first. A part's output is shown whole when it has ended.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

TESTS = Path(__file__).parent
IMPLS = TESTS / "impls"

#: pytest's exit code where no test was selected, as `-k` may do to some of the parts.
NOTHING_SELECTED = 5


@dataclass(frozen=True)
class Part:
    """Tests that share a process, and how their run ended."""

    name: str
    folders: tuple[Path, ...]
    ignored: tuple[Path, ...] = ()
    exit_code: int = 0
    output: str = ""
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """The last line without its frame, such as "12 passed in 3.4s"."""
        lines = self.output.strip().splitlines()
        return re.sub(r"^=+ | =+$", "", lines[-1]) if lines else "no output"

    def command(self, arguments: list[str]) -> list[str]:
        """pytest with the arguments, on the part's tests."""
        ignored = [f"--ignore={folder}" for folder in self.ignored]
        # Parts that write one cache at the same time would spoil it for each other.
        cache = f"cache_dir=.pytest_cache/{self.name.replace(' ', '-')}"
        folders = map(str, self.folders)
        return [sys.executable, "-m", "pytest", "-q", "-o", cache, *folders, *ignored, *arguments]


class Check(Part):
    """A tool that goes through the whole project, and takes none of pytest's arguments; its name is its command."""

    def command(self, arguments: list[str]) -> list[str]:
        return [self.name]


REPORT, BENCHMARKS = TESTS / "report", TESTS / "benchmarks"
#: What starts most of the processes that are measured.
RUNNING = tuple(BENCHMARKS / name for name in ("certificates", "execution", "measure", "records", "runner"))
COMMAND_LINE = BENCHMARKS / "cli"
PLANTED, TORCH, KERAS = (IMPLS / name for name in ("testing/planted", "torch_process", "keras_process"))
KERAS_JAX, KERAS_TORCH = IMPLS / "keras_jax_process", IMPLS / "keras_torch_process"

#: Every test in one part, the longest part first: one that is begun last would leave a core idle.
PARTS = (
    Part("benchmarks", (BENCHMARKS,), (COMMAND_LINE, *RUNNING)),
    Part("project", (TESTS,), (REPORT, BENCHMARKS, IMPLS)),
    Part("running", RUNNING),
    Part("Keras", (KERAS,)),
    Part("command line", (COMMAND_LINE,)),
    Part("implementations", (IMPLS,), (PLANTED, TORCH, KERAS, KERAS_JAX, KERAS_TORCH)),
    Part("PyTorch", (TORCH,)),
    Check("mypy", (TESTS.parent,)),
    Part("report", (REPORT,)),
    Part("Keras on JAX", (KERAS_JAX,)),
    Part("planted faults", (PLANTED,)),
    Part("Keras on PyTorch", (KERAS_TORCH,)),
    Check("lint-imports", (TESTS.parent,)),
)


def main(arguments: list[str]) -> int:
    """Run all parts, whatever fails; 1 if any part failed or no part had a test."""
    began = time.perf_counter()
    parts = []
    with ThreadPoolExecutor(max_workers=min(_cores() + 1, len(PARTS))) as pool:
        running = [pool.submit(run, part, arguments) for part in PARTS]
        for finished in as_completed(running):
            part = finished.result()
            parts.append(part)
            print(f"\n{'=' * 20} {part.name} {'=' * 20}\n{part.output.rstrip()}", flush=True)
    print(f"\n{len(parts)} parts in {time.perf_counter() - began:.0f} s:")
    for part in parts:
        mark = "FAILED" if part.exit_code not in (0, NOTHING_SELECTED) else "ok"
        print(f"  {mark:6}  {part.name:20}  {part.seconds:4.0f} s  {part.outcome}")
    codes = {part.exit_code for part in parts}
    return 0 if codes <= {0, NOTHING_SELECTED} and 0 in codes else 1


def run(part: Part, arguments: list[str]) -> Part:
    """The part with how its run ended."""
    # Threads are not what tests are about, and two processes of two threads each on two cores only wait for each other.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ
    began = time.perf_counter()
    done = subprocess.run(
        part.command(arguments),
        cwd=TESTS.parent if isinstance(part, Check) else None,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return replace(part, exit_code=done.returncode, output=done.stdout, seconds=time.perf_counter() - began)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
