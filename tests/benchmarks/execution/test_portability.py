"""What macOS and Windows lack, or do otherwise, played on Linux: modules, platform names, line ends, file names.

All modules but those that are written for a framework: to import both would take most of the time, and is never done.
"""

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.execution.child import process_environment
from benchmarks.gate.store import Header, open_store
from benchmarks.records.ownership import claim_folder, holding
from tests.benchmarks.cli.real_command import threefold
from tests.report.sample_runs import sample_records, write_run
from tests.test_project import PROJECT

SCRIPT = """
import importlib, os, pkgutil, sys
from types import SimpleNamespace

def import_all():
    for name in ("benchmarks", "report", "impls"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            parts = module.name.split(".")
            framework = {"in_torch", "in_keras"} & set(parts) or "idiomatic" in module.name
            if not framework and not module.name.endswith(("__main__", "_layers", "_optimizers")):
                importlib.import_module(module.name)

import_all()  # and with it the libraries, which are another matter
platform = "PLATFORM"
for name in [name for name in sys.modules if name.split(".")[0] in ("benchmarks", "report", "impls")]:
    del sys.modules[name]
for name in ("fcntl", "resource", "pwd", "grp", "termios", "posix"):
    sys.modules[name] = None  # imports fail, as if there were no such module
sys.platform = platform
for name in ("fork", "killpg", "getpgid", "setsid", "sched_getaffinity", "getuid", "geteuid", "uname", "getloadavg"):
    if platform == "win32" or name == "sched_getaffinity":
        delattr(os, name)
import_all()

from benchmarks import environment
from benchmarks.execution import child as measured, floating_point, tree
import psutil
measured.psutil = SimpleNamespace(Process=lambda: SimpleNamespace(memory_info=lambda: SimpleNamespace(peak_wset=12345)))
assert platform != "win32" or measured.process_peak_bytes() == 12345
assert measured.reset_peak_bytes() is False
measured._return_free_memory()
assert environment.available_cores() >= 1
assert environment.machine().processor
assert environment.machine().cores >= 1
assert floating_point.mode_of_measured_processes() == "kept"  # no way that works here is that system's
assert tree.resident_bytes_of(psutil.Process()) > 0
print(platform, "is well")
"""


# Windows lacks all that macOS lacks.
@pytest.mark.parametrize("platform", ["win32", pytest.param("darwin", marks=pytest.mark.nightly)])
def test_everything_imports_where_the_modules_of_linux_are_not(platform: str) -> None:
    script = SCRIPT.replace("PLATFORM", platform)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout.splitlines() == [f"{platform} is well"], done.stderr


def test_every_library_gets_its_threads_on_every_system() -> None:
    """OpenMP, OpenBLAS, MKL and numexpr are everywhere; vecLib, which NumPy's wheels for macOS use, is Apple's."""
    names = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "NUMEXPR_NUM", "VECLIB_MAXIMUM")
    environment = process_environment(3, None)
    assert {f"{name}_THREADS": environment.get(f"{name}_THREADS") for name in names} == {
        f"{name}_THREADS": "3" for name in names
    }


@pytest.fixture
def line_ends_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that is written without saying how lines end gets a carriage return before each line's end."""
    opened = io.open

    def open_as_windows(file: Any, mode: str = "r", *arguments: Any, **settings: Any) -> Any:
        named = dict(zip(("buffering", "encoding", "errors", "newline"), arguments, strict=False)) | settings
        if not set(mode) & {"b", "r"} and named.get("newline") is None:
            named["newline"] = "\r\n"
        return opened(file, mode, **named)

    monkeypatch.setattr(io, "open", open_as_windows)


def test_folders_are_ours_whatever_line_ends_the_system_writes(tmp_path: Path, line_ends_of_windows: None) -> None:
    (tmp_path / "text").write_text("a\nb\n", encoding="utf-8")
    assert (tmp_path / "text").read_bytes() == b"a\r\nb\r\n"  # the fixture does what it says
    for _ in range(2):
        claim_folder(tmp_path / "claimed")
        with holding(tmp_path / "held") as held:
            held.keep = True
        header = Header(
            baseline="a", candidate="b", candidate_reference="b", baseline_versions={}, candidate_versions={},
            machine="m", threads=1, measured="c",
        )  # fmt: skip
        assert open_store(tmp_path / "gate", header, fresh=False) == []


#: What Windows refuses in a name, and names of its devices.
REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)


def test_names_of_files_are_ones_that_windows_takes(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", sample_records(["torch+compile"]))
    assert threefold("report", str(run)).returncode == 0
    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("*")]
    assert len(written) > 30
    assert [path for path in written if any(REFUSED.search(part) for part in path.parts)] == []


def test_files_of_the_project_have_such_names_too_and_none_differ_by_case_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    names = listed.stdout.splitlines()
    assert [name for name in names if any(REFUSED.search(part) for part in name.split("/"))] == []
    assert len({name.casefold() for name in names}) == len(names)
    # 260 characters is what Windows takes, unless told otherwise, of which the checkout's own place needs some.
    assert max(map(len, names)) < 160
