"""Installs lists of packages, several at a time: `python requirements/install.py --no-deps -r requirements/tests.txt`.

pip installs one package after the other, with one processor busy. A list names every package with its version, so that
none waits for another: as many pips as there are processors share it. What else there is to install follows. Without
`--no-deps`, two pips may write and replace the same package, which one of them asks for and the other has in its list.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

#: Packages that one pip gets: it takes a second to start.
AT_ONCE = 20
#: Each a pip's whole share, and first: one that is begun last would leave processors idle.
LARGEST = ("tensorflow", "torch", "jaxlib", "pyarrow")
PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check")


def main(arguments: Sequence[str]) -> int:
    """Install what pip's arguments say, of which `-r` alone has a value. Returns pip's exit code, 0 if all is well."""
    words = iter(arguments)
    options, lists, last = [], [], []
    for word in words:
        if word == "-r":
            lists.append(Path(next(words)))
        elif word.startswith("--"):
            options.append(word)
        else:
            last.append(word)
    for path in lists:
        further, packages = read(path)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            codes = list(pool.map(pip, [[*options, *further, *share] for share in shares(packages)]))
        if failed := [code for code in codes if code]:
            return failed[0]
    return pip([*options, *last]) if last else 0


def read(path: Path) -> tuple[list[str], list[str]]:
    """The options and the packages of a list."""
    lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    options = [word for line in lines if line.startswith("-") for word in line.split()]
    return options, [line for line in lines if line and not line.startswith("-")]


def shares(packages: Sequence[str]) -> list[list[str]]:
    """The packages of each pip."""
    large = [package for package in packages if package.split("==")[0] in LARGEST]
    small = [package for package in packages if package not in large]
    return [*([package] for package in large), *(small[at : at + AT_ONCE] for at in range(0, len(small), AT_ONCE))]


def pip(arguments: Sequence[str]) -> int:
    """One pip; its exit code."""
    return subprocess.run([*PIP, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
