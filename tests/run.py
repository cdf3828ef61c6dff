"""All tests: `python -m tests.run`. PyTorch and TensorFlow never share a process, so their tests run in their own."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
#: Folders whose tests import a framework.
FRAMEWORKS = (TESTS / "impls" / "torch_process", TESTS / "impls" / "keras_process")


def main(arguments: list[str]) -> int:
    """Run the three parts one after the other, all of them whatever fails; 1 if any part failed."""
    ignored = [f"--ignore={folder}" for folder in FRAMEWORKS]
    parts = [[str(TESTS), *ignored], *([str(folder)] for folder in FRAMEWORKS)]
    # Threads are not what tests are about, and two processes of two threads each on two cores only wait for each other.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ
    failed = [part for part in parts if _pytest(part + arguments, environment) != 0]
    for part in failed:
        print(f"failed: pytest {' '.join(part)}", file=sys.stderr)
    return 1 if failed else 0


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
