"""What a measured process does to itself: its share of the processors, its memory, a clean table between two cells."""

import ctypes
import gc
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from benchmarks.execution.optional import without_unused
from impls.engines import Implementation, implementations, load_engine
from impls.engines.hooks import KnowsDevicePeak, LetsGo, SetsThreads

#: Variables that fix the threads of OpenMP, OpenBLAS, MKL, Apple's vecLib and what is built on them; read when these
#: are loaded.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


#: What makes Python slower, stricter or more talkative for somebody who looks for a fault of a program of their own.
DEBUGGING_VARIABLES = (
    "PYTHONASYNCIODEBUG",
    "PYTHONDEBUG",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "PYTHONMALLOC",
    "PYTHONMALLOCSTATS",
    "PYTHONOPTIMIZE",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONTRACEMALLOC",
    "PYTHONVERBOSE",
    "PYTHONWARNINGS",
)


def inherited_environment(threads: int) -> dict[str, str]:
    """The user's environment without what would reach into a measurement, and with this number of threads.

    What the user's shell tells pytest (`PYTEST_ADDOPTS`, `PYTEST_PLUGINS` …) is for other tests than timings; so is
    what it tells Python in order to debug, such as warnings that are errors or an allocator that checks. Modules are
    never imported from the current folder, where a `random.py` may lie.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_") and name not in DEBUGGING_VARIABLES
    }
    return environment | dict.fromkeys(THREAD_VARIABLES, str(threads)) | {"PYTHONSAFEPATH": "1"}


def process_environment(threads: int, implementation: Implementation | None) -> dict[str, str]:
    """The environment of a process that measures `implementation` (None: a baseline) with this number of threads."""
    environment = inherited_environment(threads) | {"PYTHONPATH": os.pathsep.join(_import_path())}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # installed plugins are for other tests, too
    return environment | (dict(implementation.environment) if implementation else {})


def _import_path() -> list[str]:
    """The user's own PYTHONPATH, and before it the checkout, where this is none that is installed."""
    above = Path(__file__).resolve().parents[2]
    # An installed package is found without; before the standard library its folder could hide modules of that.
    own = [] if above.name in ("site-packages", "dist-packages") else [str(above)]
    return own + [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]  # empty: the current one


@cache
def fix_threads(implementation: str, threads: int) -> None:
    """Tell the framework itself, where its engine has a `set_threads`, before its first operation.

    Frameworks take their number of threads once, so that of several calls in one process the first one alone counts.
    """
    described = implementations().get(implementation)  # None: a baseline's library, which reads the variables alone
    if described is None:
        return
    with without_unused(described.unused):
        engine = load_engine(described)
    if isinstance(engine, SetsThreads):
        engine.set_threads(threads)


def clear_up(implementation: str) -> bool:
    """Between two cells: what the last one left is let go, and the peak of the memory begins anew.

    Returns:
        Whether the device's peak begins anew too; if not, the process should end here.
    """
    begins_anew = True
    described = implementations().get(implementation)
    gc.collect()  # models first: what engines keep for living models is not theirs to let go
    engine = sys.modules.get(f"{described.engine}.engine") if described else None
    if isinstance(engine, LetsGo):
        begins_anew = engine.let_go()
        gc.collect()
    _return_free_memory()
    reset_peak_bytes()
    return begins_anew


def device_peak_bytes(implementation: Implementation, device: str) -> int:
    """The largest memory in use so far: the process's on the CPU, the device's where its engine can tell."""
    if device != "cpu":
        engine = load_engine(implementation)
        if isinstance(engine, KnowsDevicePeak):
            return engine.device_peak_bytes()
    return process_peak_bytes()


def process_peak_bytes() -> int:
    """The largest resident memory of this process since it began, or since `reset_peak_bytes`."""
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024  # kibibytes; "high water mark"
    if find_spec("resource") is None:  # Windows, where the system keeps the peak of the working set
        memory: Any = psutil.Process().memory_info()  # its fields depend on the system
        return int(memory.peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kibibytes everywhere but on macOS


def resident_bytes() -> int:
    """The resident memory of this process."""
    resident: int = psutil.Process().memory_info().rss
    return resident


def reset_peak_bytes() -> bool:
    """Let the peak begin anew from the memory in use; returns whether the system can (Linux: proc(5), clear_refs)."""
    if sys.platform != "linux":
        return False
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _return_free_memory() -> None:
    """Give freed memory back to the system, where the C library is one that can be asked to (glibc)."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except AttributeError:
            return
