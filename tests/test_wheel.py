"""What is installed from a wheel works without the checkout: every file that is read at run time is in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.records.store import read_records
from tests.test_project import PROJECT

SUITE = """
name = "tiny"
tasks = ["diabetes"]
implementations = ["numpy"]
folds = 2
[timing]
launches = 1
batch_sizes = [32]
budget_s = 0.02
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder into which the project's wheel alone was installed; the wheel is built from a copy."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    for package in ("benchmarks", "impls", "report"):
        shutil.copytree(PROJECT / package, sources / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, sources)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    built = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(sources)]
    subprocess.run(built, check=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_the_packages_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    names = ("benchmarks", "impls", "report", "threefold")
    script = f"import {', '.join(names)}; print({', '.join(f'{name}.__file__' for name in names)})"
    places = run(installed, tmp_path, "-c", script).stdout.split()
    assert len(places) == 4
    assert all(place.startswith(str(installed)) for place in places)


def test_a_suite_with_timing_and_report_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(SUITE)
    done = run(installed, tmp_path, "-m", "benchmarks", "run", "--suite", "tiny.toml", "--out", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    records, problems = read_records(tmp_path / "run")
    assert not problems
    assert {record.cell.kind for record in records} >= {"accuracy", "timing", "peak"}
    assert all(record.status == "done" for record in records)
    assert (tmp_path / "run" / "index.html").stat().st_size > 10_000


def test_every_file_that_is_not_python_is_in_the_wheel(installed: Path) -> None:
    wanted = {
        path.relative_to(PROJECT)
        for package in ("benchmarks", "impls", "report")
        for path in (PROJECT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    exported = Path("report", "exported")
    wanted = {path.relative_to(exported) if path.is_relative_to(exported) else path for path in wanted}
    assert wanted
    assert Path("threefold", "py.typed") in wanted
    assert {path for path in wanted if not (installed / path).is_file()} == set()
