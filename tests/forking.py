"""Starts programs as forks of one process that has their libraries loaded: `python -m tests.forking`.

A page's program, or a command, waits seconds for NumPy, pandas, scikit-learn and what these bring, and the
documentation has some fifty of them. A fork begins with the libraries, and knows what the digest of the sources is made
of; modules, folder, environment and files are its own. A command's report has its figures undrawn (`tests/undrawn.py`):
the report's own tests draw them.
"""

import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.undrawn import draw_nothing

PROJECT = Path(__file__).resolve().parent.parent
#: Packages that a fork imports anew where it is given a copy of them.
OWN = ("benchmarks", "impls", "report", "threefold", "tests", "docs")
#: Loaded once: with what they import, all libraries but the frameworks.
LOADED = (
    "benchmarks.cli",
    "impls.estimators",
    "report.writing.assembly",
    "report.figures.worker",
    "threefold",
    "pytest",
)
#: A little less than pytest waits.
LONGEST_S = 540


class Forks:
    """The process that has the libraries, from outside; a context manager."""

    def __enter__(self) -> "Forks":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths_of(PROJECT))), "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def run(self, words: Sequence[str], folder: Path, packages: Path = PROJECT) -> subprocess.CompletedProcess[str]:
        """What `python WORDS` prints and ends with: `-c PROGRAM`, `-m MODULE ARGUMENT…` or `FILE ARGUMENT…`.

        Args:
            words: after `python`.
            folder: the current one.
            packages: where the project's packages lie.
        """
        paths = [str(path) for path in paths_of(packages)]
        order = {
            "words": list(words),
            "folder": str(folder),
            "paths": paths,
            "anew": packages != PROJECT,
            "environment": os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        code, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(list(words), code, out, err)


def paths_of(packages: Path) -> tuple[Path, Path]:
    """What Python has to look into for the project's packages, as pytest's settings have it."""
    return packages, packages / "report" / "exported"


def main() -> None:
    """Fork for each order; a fork goes on from here as its program."""
    _load()
    number = os.dup(1)
    answers = os.fdopen(number, "w", encoding="utf-8")
    own = paths_of(PROJECT)  # not all below it: tox has the libraries in the project's folder
    libraries = [path for path in sys.path if Path(path or ".").resolve() not in own]
    for line in sys.stdin:
        order = json.loads(line)
        reading = [os.memfd_create(name) for name in ("out", "err")]
        pid = os.fork()
        if pid == 0:
            os.close(number)
            _become(order, reading, libraries)
            return
        _, status = os.waitpid(pid, 0)
        texts = [_content(descriptor) for descriptor in reading]
        answers.write(json.dumps([os.waitstatus_to_exitcode(status), *texts]) + "\n")
        answers.flush()


def _load() -> None:
    for name in LOADED:
        module = importlib.import_module(name)
        if name == "benchmarks.cli":
            for each in pkgutil.iter_modules(module.__path__):
                importlib.import_module(f"{name}.{each.name}")
    _remember_code()
    from benchmarks.environment import sources_digest

    for timed in (False, True):
        sources_digest(timed=timed)


#: By a file's text, what of it counts in the digest of the sources: to work it out for all takes more than a second.
CODE: dict[str, str] = {}


def _remember_code() -> None:
    """From now on, also in a fork that imports a copy of the packages: most of the copy's files have the same text."""
    from benchmarks import environment

    code_of = environment.code_of

    def remembered(source: str) -> str:
        if source not in CODE:
            CODE[source] = code_of(source)
        return CODE[source]

    environment.code_of = remembered


def _content(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb") as file:
        return file.read().decode()


def _become(order: dict[str, Any], outputs: Sequence[int], libraries: Sequence[str]) -> None:
    """Be the process that was ordered, from its start to the end of its program."""
    signal.alarm(LONGEST_S)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, descriptor in enumerate(outputs, 1):
        os.dup2(descriptor, number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  # descriptors, for good
        for number, mode in enumerate("rww")
    )
    if order["anew"]:
        for name in [name for name in sys.modules if name.partition(".")[0] in OWN]:
            del sys.modules[name]
        importlib.invalidate_caches()
    kind, *rest = order["words"]
    sys.path[:] = ["" if kind in ("-c", "-m") else str(Path(kind).parent), *order["paths"], *libraries]
    if kind == "-c":
        program = sys.modules["__main__"] = types.ModuleType("__main__")
        sys.argv = ["-c"]
        exec(compile(rest[0], "<page>", "exec"), program.__dict__)
    elif kind == "-m":
        if {"run", "report"} & set(rest):
            draw_nothing()
        if order["anew"] and {"run", "certify"} & set(rest):
            _remember_code()
        sys.argv = list(rest)
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [kind, *rest]
        runpy.run_path(kind, run_name="__main__")


if __name__ == "__main__":
    main()
