"""What a result depends on besides its cell: versions, sources, the machine. Nothing here names an owner or a path."""

import ast
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import psutil

import benchmarks
import impls
from benchmarks.records.results import Machine
from impls.engines import implementations
from impls.plugins import Plugin, plugin_of

#: The packages whose code makes results, wherever this file lies.
SOURCES = (Path(benchmarks.__file__).parent, Path(impls.__file__).parent)
#: What makes no result in them, relative to where the packages lie: commands, comparisons of runs, and the parts of a
#: run that choose, watch and write down what others measure. What a suite chooses is in its cells.
NOT_MEASURING = (
    "benchmarks/__main__.py",
    "benchmarks/cli/",
    "benchmarks/cluster/",
    "benchmarks/gate/",
    "benchmarks/overhead/",
    "benchmarks/studies/",
    "benchmarks/suites/",
    "benchmarks/tuning/",
    "benchmarks/printable.py",
    "benchmarks/records/output_files.py",
    "benchmarks/records/ownership.py",
    "benchmarks/records/wall_time.py",
    "benchmarks/runner/manifest.py",
    "benchmarks/runner/plan.py",
    "benchmarks/runner/progress.py",
    "benchmarks/runner/recording.py",
    "benchmarks/runner/run.py",
    "benchmarks/certificates/certify.py",
    "benchmarks/certificates/output.py",
    "benchmarks/certificates/defaults/",
    "impls/estimators/",
    "impls/fitting/",
)
#: What times alone: how processes are started, take turns and are watched from outside, and what they do to be timed.
#: Trainings and certificates come out the same whatever stands there, and stay when it is changed.
TIMING_ALONE = (
    "benchmarks/execution/account.py",
    "benchmarks/execution/command.py",
    "benchmarks/execution/in_turn.py",
    "benchmarks/execution/jobs.py",
    "benchmarks/execution/log.py",
    "benchmarks/execution/messages.py",
    "benchmarks/execution/process.py",
    "benchmarks/execution/tree.py",
    "benchmarks/execution/turns.py",
    "benchmarks/measure/disturbance.py",
    "benchmarks/measure/peak.py",
    "benchmarks/measure/timing/",
    "benchmarks/runner/jobs.py",
    "benchmarks/runner/phases.py",
)
PROJECT = Path(impls.__file__).parent.parent
#: Packages whose versions are recorded in any case; those that implementations require come to them.
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "pytest-benchmark")
#: Processes that share a GPU where nothing is timed.
ON_A_GPU = 8


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on; what is not installed is left out."""
    installed = {"python": platform.python_version()}
    wanted = [*PACKAGES, *(package for each in implementations().values() for package in each.requires)]
    for package in dict.fromkeys(wanted):
        try:
            installed[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return installed


@cache
def sources_digest(*, timed: bool = True) -> str:
    """SHA-256 over the names and the code of the Python files that make results.

    Comments, docstrings and layout are not code: to word them better makes no result old.

    Args:
        timed: whether the results are times or peaks; others do not depend on `TIMING_ALONE`.
    """
    digest = hashlib.sha256()
    for name, path in measuring_sources():
        if not timed and name.startswith(TIMING_ALONE):
            continue
        digest.update(name.encode() + b"\0")
        digest.update(_code_in(path, path.stat().st_mtime_ns) + b"\0")
    return digest.hexdigest()


@cache
def _code_in(path: Path, _changed_ns: int) -> bytes:
    """The code of a file, once for both digests, which takes most of their time; again when the file has changed."""
    return code_of(path.read_text(encoding="utf-8")).encode()


@cache
def plugin_digest(plugin: Plugin) -> str:
    """SHA-256 over the names and the code of a plug-in's Python files: part of the key of every cell that uses it."""
    digest = hashlib.sha256()
    for path in plugin.sources:
        digest.update(path.name.encode() + b"\0")
        digest.update(code_of(path.read_text(encoding="utf-8-sig")).encode() + b"\0")
    return digest.hexdigest()


def plugin_digests(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By plug-in, the digest of those that added any of these: (group, name), such as ("tasks", "wine")."""
    added_by = (plugin_of(group, name) for group, name in named)
    return {plugin.name: plugin_digest(plugin) for plugin in added_by if plugin is not None}


def measuring_sources() -> list[tuple[str, Path]]:
    """The files whose code makes results, each with its name from the package on: `impls/training.py`."""
    named = {path.relative_to(package.parent).as_posix(): path for package in SOURCES for path in package.rglob("*.py")}
    return [(name, named[name]) for name in sorted(named) if not name.startswith(NOT_MEASURING)]


def code_of(source: str) -> str:
    """The syntax tree without docstrings, as text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


def commit() -> tuple[str | None, bool]:
    """The git commit of the project and whether its files differ from it; (None, False) outside a checkout."""
    head = _git("rev-parse", "HEAD")
    if head is None:
        return None, False
    return head, bool(_git("status", "--porcelain", "--untracked-files=no"))


@cache
def machine() -> Machine:
    """Processor, cores, memory, operating system and GPU."""
    return Machine(
        processor=_processor(),
        cores=available_cores(),
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.machine()}",
        gpu=_gpu(),
    )


def available_cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_at_once(device: str, threads: int) -> int:
    """How many certify side by side, where no time counts: as many as have processors; on a GPU only a few.

    Each has libraries and a context of its own in the GPU's memory, half a gigabyte; no framework takes more than it
    uses (see the implementations' environments).
    """
    at_once = max(1, available_cores() // threads)
    return at_once if device == "cpu" else min(at_once, ON_A_GPU)


@cache
def has_gpu() -> bool:
    """Whether an NVIDIA driver shows a GPU; asks no framework, so that none is loaded."""
    return _gpu() is not None


@cache
def _gpu() -> str | None:
    names = _output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
    return names.splitlines()[0] if names else None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str | None:
    return _output("git", "-C", str(PROJECT), *arguments)


def _output(*command: str) -> str | None:
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return finished.stdout.strip()
