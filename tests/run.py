"""All tests: `python -m tests.run [arguments of pytest]`.

PyTorch and TensorFlow never share a process, so the tests run as parts, each a pytest process of its own. As many run
side by side as there are cores, the longest first; a part's output is shown whole when it has ended.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
IMPLS = TESTS / "impls"

#: pytest's exit code where no test was selected, as `-k` may do to some of the parts.
NOTHING_SELECTED = 5


@dataclass(frozen=True)
class Part:
    """Tests that share a process, and how their run ended."""

    name: str
    folder: Path
    ignored: tuple[Path, ...] = ()
    exit_code: int = 0
    output: str = ""
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """pytest's last line without its frame, such as "12 passed in 3.4s"."""
        lines = self.output.strip().splitlines()
        return re.sub(r"^=+ | =+$", "", lines[-1]) if lines else "no output"


PLANTED, TORCH, KERAS = (IMPLS / name for name in ("testing/planted", "torch_process", "keras_process"))

#: Every test in one part, the longest part first.
PARTS = (
    Part("benchmarks", TESTS / "benchmarks"),
    Part("Keras", KERAS),
    Part("planted faults", PLANTED),
    Part("report and project", TESTS, (TESTS / "benchmarks", IMPLS)),
    Part("implementations", IMPLS, (PLANTED, TORCH, KERAS)),
    Part("PyTorch", TORCH),
)


def main(arguments: list[str]) -> int:
    """Run all parts, whatever fails; 1 if any part failed or no part had a test."""
    began = time.perf_counter()
    parts = []
    with ThreadPoolExecutor(max_workers=min(_cores(), len(PARTS))) as pool:
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
    ignored = [f"--ignore={folder}" for folder in part.ignored]
    # Parts that write one cache at the same time would spoil it for each other.
    cache = f"cache_dir=.pytest_cache/{part.name.replace(' ', '-')}"
    command = [sys.executable, "-m", "pytest", "-q", "-o", cache, str(part.folder), *ignored, *arguments]
    began = time.perf_counter()
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Part(part.name, part.folder, part.ignored, done.returncode, done.stdout, time.perf_counter() - began)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
