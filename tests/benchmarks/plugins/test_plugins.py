"""Loading of plug-ins: what they add, what is refused, and what their faults leave alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import datasets
from benchmarks.environment import plugin_digest
from benchmarks.metrics.evaluate import METRICS, evaluate, metrics
from benchmarks.tasks import task, tasks
from impls import ThreefoldError, build, plugins
from impls.building import has_network
from impls.engines import implementations
from impls.spec.discovery import architectures, package_of
from report.claims.catalogue import claims
from tests.benchmarks.cli.real_command import refusal

SAMPLE = Path(__file__).parent / "sample"
TASK = """
from dataclasses import replace
from benchmarks.tasks import task
TASK = replace(task("wine"), name="{name}")
"""


def test_a_folder_adds_to_every_registry() -> None:
    registries = (datasets, tasks, architectures, metrics, claims)
    without = [len(each()) for each in registries]
    plugins.use([SAMPLE])
    assert plugins.problems() == ()
    assert [len(each()) for each in registries] == [number + 1 for number in without]
    assert claims()["clouds-mlp"].topic == "networks"
    assert datasets()["three-clouds"].load().inputs.shape == (90, 4)
    assert plugins.origin("tasks", "three-clouds") == "sample"
    assert plugins.origin("tasks", "wine") == "threefold"
    assert evaluate(
        "classification",
        ["worst_recall"],
        datasets()["three-clouds"].load().targets,
        np.eye(3)[datasets()["three-clouds"].load().targets],
    ) == {"worst_recall": 1.0}


def test_networks_come_from_the_plugins_own_folder() -> None:
    plugins.use([SAMPLE])
    shallow = architectures()["shallow"](inputs=4, units=8, outputs=3)
    assert package_of("shallow") == "threefold_plugins.sample.shallow"
    assert all(has_network("shallow", name) for name in ("numpy", "torch", "keras-tensorflow"))
    assert not has_network("shallow", "numpy-textbook")
    assert build(shallow, "numpy").predict(np.ones((1, 4))).shape == (1, 3)
    with pytest.raises(ThreefoldError, match=r"threefold_plugins/sample/shallow/in_textbook\.py is missing"):
        build(shallow, "numpy-textbook")


def test_a_file_imports_what_lies_beside_it_and_nothing_shadows_a_library(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "shallow", tmp_path / "shallow")
    (tmp_path / "random.py").write_text("raise SystemExit('shadowed')")
    (tmp_path / "net.py").write_text(
        "import random\nfrom .shallow.architecture import Shallow\nARCHITECTURE = Shallow\n"
    )
    plugins.use([tmp_path / "net.py"])
    assert "shallow" in architectures()
    assert has_network("shallow", "torch")
    (loaded,) = plugins.plugins()
    assert {path.name for path in loaded.sources} >= {"net.py", "architecture.py", "in_torch.py"}
    assert "random.py" not in {path.name for path in loaded.sources}


def test_an_implementation_of_a_plugin_is_listed_and_builds(tmp_path: Path) -> None:
    (tmp_path / "in_copy").mkdir()
    (tmp_path / "in_copy" / "__init__.py").write_text("")
    (tmp_path / "in_copy" / "engine.py").write_text("from impls.engines.in_numpy.engine import build_model\n")
    (tmp_path / "copy_engine.py").write_text(
        "from impls.engines import Implementation\n"
        "IMPLEMENTATION = Implementation(name='numpy-copy', engine=f'{__name__}.in_copy', network='in_numpy')\n"
    )
    plugins.use([tmp_path / "copy_engine.py"])
    assert implementations()["numpy-copy"].missing() == ()
    model = build(architectures()["mlp"](inputs=2, hidden=(), outputs=2), "numpy-copy")
    assert model.implementation == "numpy-copy"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            "import missing_library",
            r"broken\.py \(broken\.py line 1\): ModuleNotFoundError: No module named 'missing_library'",
        ),
        ("x = (\n", r"broken\.py \(broken\.py line 1\): SyntaxError: '\(' was never closed"),
        ("x = 1\ny = x / 0\n", r"broken\.py \(broken\.py line 2\): ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", r"broken\.py \(broken\.py line 1\): SystemExit: 3"),
        ("x = 1", r"broken\.py: adds nothing; define one of DATASET"),
        ("TASK = 3", r"3 is a int, where a Task belongs"),
        ("TASKS = 'wine'", r"broken\.py: TASKS is no list"),
        ("ARCHITECTURE = object", r"<class 'object'> is no class derived from Architecture"),
        ("def f(a, b): return 0.0\nMETRIC = f", r"f at .* is no metric: decorate the function"),
        (TASK.format(name="iris").replace("name=", "kind='x', name="), r"line 4\): task 'iris': kind='x'"),
        (TASK.format(name="digits"), r"task 'digits' exists already \(in threefold\); give it another name"),
    ],
)
def test_what_is_wrong_with_a_plugin_is_one_line_and_the_rest_works(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "broken.py").write_text(content)
    (tmp_path / "good.py").write_text(TASK.format(name="wine-again"))
    plugins.use([tmp_path / "broken.py", tmp_path / "good.py"])
    assert "wine-again" in tasks()
    assert tasks().keys() >= {"wine", "digits"}
    architectures(), metrics()
    (line,) = plugins.problems()
    assert line.startswith("plug-in broken.py")
    assert "\n" not in line
    assert re.search(problem, line), line


def test_a_plugin_that_asks_for_what_there_is_while_it_loads_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text(TASK.format(name="first"))
    (tmp_path / "second.py").write_text(TASK.format(name="second"))
    plugins.use([tmp_path / "first.py", tmp_path / "second.py"])
    assert tasks().keys() >= {"first", "second"}
    assert task("first").dataset == "wine"


def test_two_files_of_one_name_are_two_plugins(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(TASK.format(name=name))
    plugins.use([tmp_path / "one" / "mine.py", tmp_path / "two" / "mine.py"])
    assert tasks().keys() >= {"one", "two"}


def test_the_digest_is_of_code_and_of_what_the_plugin_imports(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("NAME = 'mine'\n")
    (tmp_path / "mine.py").write_text("from .helper import NAME\n" + TASK.format(name="{}").replace('"{}"', "NAME"))
    digests = []
    for content in ("NAME = 'mine'\n", "NAME = 'mine'  # a comment\n", "NAME = 'mine' + ''\n"):
        (tmp_path / "helper.py").write_text(content)
        plugins.reset()
        plugins.use([tmp_path / "mine.py"])
        (loaded,) = plugins.plugins()
        digests.append(plugin_digest(loaded))
    assert digests[0] == digests[1] != digests[2]


def test_paths_that_are_no_plugin_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "table.csv").write_text("a,b\n")
    assert "does not exist" in refusal(capsys, "list", "--plugin", str(tmp_path / "none.py"))
    assert "neither a .py file nor a folder" in refusal(capsys, f"--plugin={tmp_path / 'table.csv'}", "list")
    assert "neither a .py file nor a folder" in refusal(capsys, "data", "list", "--plugin", str(tmp_path))


def test_the_variable_may_name_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two words"):
        Path(name).mkdir()
        Path(name, "mine.py").write_text(TASK.format(name=name.replace(" ", "-")))
    Path("notes.txt").write_text("no plug-in")
    given = ["one/mine.py", "two words/mine.py", "notes.txt", "none.py", "", "one"]
    monkeypatch.setenv(plugins.VARIABLE, os.pathsep.join(given))
    plugins.reset()
    assert tasks().keys() >= {"one", "two-words"}
    assert [re.sub(r"plug-in \S*/", "", line) for line in plugins.problems()] == [
        "notes.txt: is neither a .py file nor a folder with an __init__.py; the rest works without it",
        "none.py: does not exist; give a Python file or a folder with an __init__.py; the rest works without it",
        "one: is neither a .py file nor a folder with an __init__.py; the rest works without it",
    ]


def test_without_plugins_nothing_of_them_is_imported_by_help() -> None:
    script = "import sys; from benchmarks.cli.main import app; sys.exit('impls' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_metrics_of_threefold_are_the_first() -> None:
    plugins.use([SAMPLE])
    assert list(metrics())[: len(METRICS)] == list(METRICS)
