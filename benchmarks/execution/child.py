"""What a measured process does first: its share of the processors, its turn, its end when the run is gone."""

import importlib
import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from impls.engines import Implementation

#: Variables that fix the threads of OpenMP, OpenBLAS, MKL, Apple's vecLib and what is built on them; read when these
#: are loaded.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

#: Names the file by which a process that is measured in turn says that it has loaded everything.
READY_VARIABLE = "THREEFOLD_READY"

_TURN = threading.Event()


def process_environment(threads: int, implementation: Implementation | None) -> dict[str, str]:
    """The environment of a process that measures `implementation` (None: a baseline) with this number of threads.

    What the user's shell tells pytest (`PYTEST_ADDOPTS`, `PYTEST_PLUGINS` …) is for other tests than the timings, and
    modules are never imported from the current folder, where a `random.py` may lie.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    environment |= {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(_import_path())}
    return environment | (dict(implementation.environment) if implementation else {})


def _import_path() -> list[str]:
    """The user's own PYTHONPATH, and before it the checkout, where this is none that is installed."""
    above = Path(__file__).resolve().parents[2]
    # An installed package is found without; before the standard library its folder could hide modules of that.
    own = [] if above.name in ("site-packages", "dist-packages") else [str(above)]
    return own + [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]  # empty: the current one


def fix_threads(implementation: Implementation, threads: int) -> None:
    """Tell the framework itself, where its engine has a `set_threads`, before its first operation."""
    engine = importlib.import_module(f"{implementation.engine}.engine")
    if hasattr(engine, "set_threads"):
        engine.set_threads(threads)


def device_peak_bytes(implementation: Implementation, device: str) -> int:
    """The largest memory in use so far: the process's on the CPU, the device's where its engine can tell."""
    if device != "cpu":
        engine = importlib.import_module(f"{implementation.engine}.engine")
        if hasattr(engine, "device_peak_bytes"):
            peak: int = engine.device_peak_bytes()
            return peak
    return process_peak_bytes()


def process_peak_bytes() -> int:
    """The largest resident memory of this process so far."""
    if find_spec("resource") is None:  # Windows, where the system keeps the peak of the working set
        memory: Any = psutil.Process().memory_info()  # its fields depend on the system
        return int(memory.peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kibibytes everywhere but on macOS


def end_with_parent() -> None:
    """End this process as soon as the other end of its standard input is closed: when the run is killed, say.

    Whatever is written there before tells the process that its turn has come.
    """

    def wait() -> None:
        # The bare descriptor: a thread that waits in `sys.stdin` holds a lock that Python wants when it ends.
        while os.read(descriptor, 1):
            _TURN.set()
        os._exit(1)

    if not sys.stdin.isatty():
        descriptor = os.dup(sys.stdin.fileno())
        threading.Thread(target=wait, daemon=True).start()


def wait_for_turn() -> None:
    """Say that everything is loaded, and sleep until nothing else is going on; go on at once where no run waits."""
    if ready := os.environ.get(READY_VARIABLE):
        Path(ready).touch()
        _TURN.wait()
