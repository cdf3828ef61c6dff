"""The pinned versions fit together on every Python that the project is for, not only on the one that runs the tests."""

import json
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests import pins
from tests.pins import (
    ELSEWHERE,
    ENVIRONMENTS,
    FROM_SOURCE,
    LISTS,
    PLATFORMS,
    PYTHONS,
    closure,
    every_extra,
    pinned_list,
    required,
)
from tests.report.sample_runs import accuracy, place, write_run
from tests.test_project import PROJECT


def test_the_pythons_are_those_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    specifier = SpecifierSet(project["requires-python"])
    assert tuple(f"3.{minor}" for minor in range(8, 20) if f"3.{minor}.1" in specifier) == PYTHONS
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text()
    assert f"python: {json.dumps(PYTHONS)}" in workflow


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_that_is_needed_is_pinned_and_runs_there(python: str, platform: str) -> None:
    """By what the installed packages say of themselves: the Pythons they run on, and what they need on each system."""
    everything = closure(required(*every_extra()), python, platform)
    assert not everything.problems
    assert not everything.absent, "say in tests/pins.py, ELSEWHERE, what they need"
    assert len(everything.with_extras) > 80


def test_what_other_systems_need_is_known_rightly() -> None:
    """Where one of these happens to be installed, its metadata say the same."""
    for name, needs in ELSEWHERE.items():
        with suppress(PackageNotFoundError):
            own = [Requirement(each) for each in requires(name) or ()]
            assert {each.name for each in own if "extra" not in str(each.marker)} == set(needs)


def listed(environment: str, python: str, platform: str = sys.platform) -> set[str]:
    """The pins of a list that count on a system, with this Python."""
    lines = (LISTS / f"{environment}.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if not line.startswith(("#", "-"))]
    here = pins.environment_of(python, platform)
    return {f"{each.name}{each.specifier}" for each in requirements if not each.marker or each.marker.evaluate(here)}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_list_of_an_environment_has_what_it_needs(environment: str, python: str, platform: str) -> None:
    """Of what other Pythons than this one need in turn, only what is installed here too is known."""
    needed = closure(ENVIRONMENTS[environment], python, platform)
    expected = {f"{name}=={pins.pins()[name]}" for name in needed.names}
    here = listed(environment, python, platform)
    assert expected <= here, "run 'python -m tests.pins'"
    if python == f"3.{sys.version_info.minor}" and not needed.absent:
        assert expected == here, "run 'python -m tests.pins'"


def test_lists_name_the_places_where_a_package_is_needed() -> None:
    lines = (LISTS / "bench.txt").read_text(encoding="utf-8").splitlines()
    assert f"torch=={pins.pins()['torch']}" in lines
    assert any(line.startswith("colorama==") and line.endswith(' ; sys_platform == "win32"') for line in lines)
    lines = (LISTS / "tests.txt").read_text(encoding="utf-8").splitlines()
    for name, platform in (("appnope", "darwin"), ("cffi", "win32"), ("pycparser", "win32")):
        assert any(line.startswith(f"{name}==") and line.endswith(f' ; sys_platform == "{platform}"') for line in lines)


def test_a_list_is_not_written_where_a_system_needs_what_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: version for name, version in pins.pins().items() if name != "appnope"}
    monkeypatch.setattr(pins, "pins", lambda: known)
    with pytest.raises(LookupError, match=r"appnope.* is not pinned \(Python 3\.11, darwin\)"):
        pinned_list("tests")


def test_a_list_is_not_written_without_knowing_all_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENTS, "lint", [Requirement("not-here")])
    monkeypatch.setattr(pins, "pins", lambda: {"not-here": Version("1.0")})
    with pytest.raises(LookupError, match="not-here: not installed here"):
        pinned_list("lint")


#: Begins a process for which only the packages of a list are installed, and runs the command.
WITH_THESE_ALONE = """
import sys
from importlib.metadata import packages_distributions
from packaging.utils import canonicalize_name
there = {"threefold", *sys.argv.pop(1).split()}
hidden = {name for name, owners in packages_distributions().items() if not {*map(canonicalize_name, owners)} & there}
class Hidden:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in hidden - {"benchmarks", "impls", "report"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden)
from benchmarks.cli.main import main
main()
"""


def test_reports_are_made_without_a_framework(tmp_path: Path) -> None:
    names = {pin.split("==")[0] for pin in listed("report", f"3.{sys.version_info.minor}")}
    assert not {"torch", "tensorflow", "keras", "jax", "scikit-learn"} & names
    run = write_run(tmp_path / "run", [accuracy(place("digits", "mlp", "numpy"), [0.9, 0.8])])
    command = [sys.executable, "-c", WITH_THESE_ALONE, " ".join(names), "report", str(run)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (run / "index.html").exists()


#: As pip calls what systems of today take. Of Linux it has to be given each: it infers no older ones from a newer one.
SYSTEMS = {
    "linux": ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in range(17, 29))),
    "darwin": ("macosx_14_0_arm64",),
    "win32": ("win_amd64",),
}


@pytest.mark.nightly
@pytest.mark.parametrize("platform", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_pip_finds_a_wheel_of_each_pin(python: str, platform: str, tmp_path: Path) -> None:
    """For that Python on that system; it asks the package index."""
    wanted = sorted({pin for environment in ENVIRONMENTS for pin in listed(environment, python, platform)})
    wheels = [pin for pin in wanted if pin.partition("==")[0] not in FROM_SOURCE]
    (tmp_path / "wanted.txt").write_text("\n".join(wheels))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--no-deps"]
    command += ["--target", str(tmp_path / "none"), "--only-binary=:all:"]
    command += [
        "--python-version",
        f"{python}.0",
        *(f"--platform={tag}" for tag in SYSTEMS[platform]),
        "-r",
        str(tmp_path / "wanted.txt"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stderr


@pytest.mark.nightly
@pytest.mark.parametrize("python", PYTHONS)
def test_pip_finds_no_conflict(python: str, tmp_path: Path) -> None:
    """It resolves what the project needs with all pins, from wheels; of what has none a wheel is built."""
    (tmp_path / "wanted.txt").write_text("\n".join(map(str, required(*every_extra()))))
    pinned = dict(pin.split("==") for pin in (PROJECT / "constraints.txt").read_text().splitlines() if "==" in pin)
    sources = [f"{name}=={pinned[name]}" for name in FROM_SOURCE]
    building = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path / "wheels"), *sources]
    built = subprocess.run(building, capture_output=True, text=True, check=False, timeout=540)
    assert built.returncode == 0, built.stderr
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--target", str(tmp_path / "none"), "--python-version", f"{python}.0", "--only-binary=:all:"]
    command += ["--find-links", str(tmp_path / "wheels")]
    command += ["-c", str(PROJECT / "constraints.txt"), "-r", str(tmp_path / "wanted.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stderr
