"""A plug-in outside the package in real runs: as a folder that is named, and as an installed package."""

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.records.results import AccuracyResult, CertificateResult
from benchmarks.records.store import read_manifest, read_records
from tests.benchmarks.cli.real_command import threefold, unreported

SAMPLE = Path(__file__).parent / "sample"
SUITE = """
name = "clouds"
tasks = ["three-clouds"]
implementations = {implementations}
folds = 2
[timing]
leave_out = ["three-clouds"]
"""
METADATA = "Metadata-Version: 2.1\nName: threefold-shallow\nVersion: 1.2\n"
ENTRY_POINTS = """
[threefold.datasets]
clouds = threefold_shallow:DATASET
[threefold.tasks]
clouds = threefold_shallow:TASK
[threefold.architectures]
shallow = threefold_shallow:ARCHITECTURE
[threefold.claims]
clouds = threefold_shallow:CLAIM
[threefold.metrics]
worst = threefold_shallow:METRIC
broken = threefold_shallow:NOTHING
"""


def suite(folder: Path, *implementations: str) -> str:
    path = folder / "clouds.toml"
    path.write_text(SUITE.format(implementations=list(implementations)))
    return str(path)


@pytest.mark.parametrize(
    "implementations",
    [
        ("numpy",),
        pytest.param(("numpy", "torch", "keras-tensorflow"), marks=pytest.mark.nightly),
    ],
    ids="-".join,
)
def test_a_suite_of_a_plugin_runs_and_its_code_belongs_to_the_keys(
    implementations: tuple[str, ...], tmp_path: Path
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "clouds", ignore=shutil.ignore_patterns("__pycache__"))
    options = ["run", "--suite", suite(tmp_path, *implementations), "--plugin", str(tmp_path / "clouds")]
    done = threefold(*options, "--out", str(tmp_path / "run"), command=unreported())
    assert done.returncode == 0, done.stdout + done.stderr
    records, problems = read_records(tmp_path / "run")
    assert not problems
    proved = [each for each in records if isinstance(each.result, CertificateResult)]
    assert {(each.cell.architecture, each.cell.implementation) for each in proved} == {
        (network, name) for network in ("shallow", "mlp") for name in implementations
    }
    assert all(each.result.passed for each in proved)
    trained = [each.result for each in records if isinstance(each.result, AccuracyResult)]
    assert len(trained) == 2 * len(implementations) + 1
    assert all(
        split.metrics["accuracy"] >= split.metrics["worst_recall"] > 0 for result in trained for split in result.splits
    )
    manifest = read_manifest(tmp_path / "run")
    assert manifest.plugins.keys() == {"clouds"}
    assert str(tmp_path) not in (tmp_path / "run" / "manifest.json").read_text()

    network = tmp_path / "clouds" / "shallow" / "in_numpy.py"
    network.write_text(network.read_text() + "\nCHANGED = True\n")
    again = threefold(*options, "--only", "accuracy", "--out", str(tmp_path / "run"), command=unreported())
    assert again.returncode == 0, again.stderr
    assert "are there already" not in again.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder of packages as pip leaves it, with the sample as a distribution; an entry point of it leads nowhere."""
    folder = tmp_path / "installed"
    shutil.copytree(SAMPLE, folder / "threefold_shallow", ignore=shutil.ignore_patterns("__pycache__"))
    about = folder / "threefold_shallow-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def path_with(installed: Path) -> str:
    return os.pathsep.join(filter(None, (str(installed), os.environ.get("PYTHONPATH"))))


def test_an_installed_package_adds_the_same_and_a_broken_part_is_one_line(installed: Path) -> None:
    listed = threefold("list", PYTHONPATH=path_with(installed))
    assert listed.returncode == 0, listed.stderr
    assert "threefold-shallow 1.2" in listed.stdout
    assert "three-clouds" in listed.stdout
    assert "clouds-mlp" in listed.stdout
    (line,) = listed.stderr.splitlines()
    assert line.startswith("threefold: plug-in threefold-shallow 1.2, entry point threefold.metrics: broken = ")
    assert "AttributeError" in line


@pytest.mark.nightly  # a named folder's suite runs always, and goes the same way once it is loaded
def test_a_suite_of_an_installed_package_runs(installed: Path, tmp_path: Path) -> None:
    options = ["--suite", suite(tmp_path, "numpy"), "--only", "accuracy", "--out", str(tmp_path / "run")]
    done = threefold("run", *options, PYTHONPATH=path_with(installed))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 cells are good" in done.stdout
    assert "On the three clouds a perceptron is no worse" in (tmp_path / "run" / "index.html").read_text()
    assert read_manifest(tmp_path / "run").plugins.keys() == {"threefold-shallow 1.2"}
