"""Commands beside `run` with a plug-in: what it adds is certified, reported, and measured by a gate on both sides."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.gate.cells import GateFile
from benchmarks.gate.gate import Gate, header_of
from benchmarks.gate.launches import Side, environment_of
from benchmarks.records.store import read_records
from impls.plugins import VARIABLE, use
from report.writing.state import inputs_digest
from tests.benchmarks.cli.real_command import called
from tests.benchmarks.gate.toy_project import change, commit, make_project
from tests.report.sample_runs import sample_records, write_run
from tests.undrawn import drawing_nothing

SAMPLE = Path(__file__).parent / "sample"
SENTENCE = "On the three clouds a perceptron is no worse than a linear model"
GATE = """
sources = ["clouds"]
[[cell]]
name = "shallow"
architecture = "shallow"
implementation = "numpy"
settings = { inputs = 64, units = 8, outputs = 10 }
input_shape = [64]
training = { optimizer = "adam", learning_rate = 1e-3 }
operations = ["train_step"]
"""


@pytest.fixture
def clouds(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "clouds"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_network_of_a_plugin_is_certified_and_its_code_belongs_to_the_key(clouds: Path, tmp_path: Path) -> None:
    command = ["certify", "--architecture", "shallow", "--implementation", "numpy", "--dtype", "float64"]
    done = called(*command, "--out", tmp_path / "out", "--plugin", clouds)
    assert done.returncode == 0, done.stdout + done.stderr
    records, _ = read_records(tmp_path / "out")
    (first,) = {record.key for record in records}
    network = clouds / "shallow" / "in_numpy.py"
    network.write_text(network.read_text() + "\nCHANGED = True\n")
    assert called(*command, "--out", tmp_path / "out", "--plugin", clouds).returncode == 0
    assert {record.key for record in read_records(tmp_path / "out")[0]} > {first}


def test_a_report_has_the_claims_of_the_plugins_that_are_loaded_now(clouds: Path, tmp_path: Path) -> None:
    """A report that is left as it is because no record changed would show those of the last time."""
    run = write_run(tmp_path / "run", sample_records(["numpy"])[:2])
    shown = []
    with drawing_nothing():
        for options in ([], ["--plugin", clouds], []):
            use([])
            os.environ[VARIABLE] = ""
            done = called("report", run, *options)
            assert done.returncode == 0, done.stderr
            shown.append(SENTENCE in (run / "index.html").read_text(encoding="utf-8"))
    assert shown == [False, True, False]


def test_a_changed_plugin_changes_what_a_report_depends_on(clouds: Path) -> None:
    use([clouds])
    before = inputs_digest([])
    plugin = clouds / "__init__.py"
    plugin.write_text(plugin.read_text() + "\nCHANGED = True\n")
    assert inputs_digest([]) != before


def test_each_side_of_a_gate_loads_its_own_plugin_and_both_the_one_from_elsewhere(clouds: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "elsewhere")
    use([clouds, tmp_path / "elsewhere"])
    sides = [Side(tmp_path / tree, Path(sys.executable), repository=clouds.parent) for tree in ("old", "new")]
    loaded = [environment_of(side, 1)[VARIABLE].split(os.pathsep) for side in sides]
    elsewhere = str(tmp_path / "elsewhere")
    assert loaded == [[str(tmp_path / tree / "clouds"), elsewhere] for tree in ("old", "new")]


def test_pairs_of_a_gate_belong_to_the_plugin_from_elsewhere(clouds: Path, tmp_path: Path) -> None:
    """Those of the repository change with its commits, which pairs belong to already."""
    pythons = [Path(sys.executable)] * 2

    def measured(repository: Path) -> str:
        gate = Gate(repository, GateFile(pytest=("suite",)), "a", "b", tmp_path)
        return header_of(gate, ["a", "b"], pythons).measured

    without = measured(tmp_path / "other")
    use([clouds])
    first = measured(tmp_path / "other")
    assert first != without
    assert measured(clouds.parent) == without
    plugin = clouds / "__init__.py"
    plugin.write_text(plugin.read_text() + "\nCHANGED = True\n")
    use([clouds])
    assert measured(tmp_path / "other") not in (first, without)


def test_a_gate_sees_what_changed_in_a_plugin_of_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "project", GATE)
    shutil.copytree(SAMPLE, project / "clouds", ignore=shutil.ignore_patterns("__pycache__"))
    commit(project, "a plug-in")
    change(project, 'ACTIVATIONS["tanh"]', 'ACTIVATIONS["relu"]', "clouds/shallow/in_numpy.py")
    monkeypatch.chdir(project)
    done = called("gate", "--baseline", "main", "--rounds", 1, "--plugin", "clouds")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "departs first in layer activation_0" in done.stdout
