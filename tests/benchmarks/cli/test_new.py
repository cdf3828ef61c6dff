"""The skeletons: their tests fail as they are written, and pass once they are filled in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cli.new import SKELETONS
from tests.benchmarks.cli.real_command import refusal, threefold

#: Kind of skeleton -> file, what it has, and what fills it in.
FILLED = {
    "task": [
        ("__init__.py", "inputs = np.zeros((0, 4))", "inputs = np.random.default_rng(0).standard_normal((100, 4))"),
        ("__init__.py", "targets = np.zeros(0, np.int64)", "targets = (inputs[:, 0] > 0).astype(np.int64)"),
        ("__init__.py", "    examples=1,\n", "    examples=100,\n"),
    ],
    "architecture": [
        (
            "in_numpy.py",
            "architecture.hidden, dtype))\n",
            (
                "architecture.hidden, dtype))\n"
                '        self.add("output", Dense(architecture.hidden, architecture.outputs, dtype))\n'
            ),
        ),
    ],
    "implementation": [
        (
            "engine.py",
            '    """A model whose parameters are still to be loaded."""\n',
            (
                '    """NumPy\'s own."""\n    from impls.engines.in_numpy.engine import build_model as build\n\n'
                "    return build(implementation, architecture, network, training, device, dtype, seed)\n"
            ),
        ),
    ],
}


def pytest_of(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)


@pytest.mark.parametrize(
    "kind", [kind if kind == "architecture" else pytest.param(kind, marks=pytest.mark.nightly) for kind in FILLED]
)
def test_a_skeleton_fails_until_it_is_filled_in(kind: str, tmp_path: Path) -> None:
    written = threefold("new", kind, f"my-{kind}", "--folder", str(tmp_path))
    assert written.returncode == 0, written.stderr
    folder = tmp_path / f"my_{kind}"
    assert str(folder) in written.stdout
    empty = pytest_of(folder)
    assert empty.returncode == 1, empty.stdout + empty.stderr
    assert "failed" in empty.stdout
    for file, was, becomes in FILLED[kind]:
        text = (folder / file).read_text()
        assert text.count(was) == 1, (file, was)
        (folder / file).write_text(text.replace(was, becomes))
    if kind == "task":
        described = threefold("data", "describe", str(folder))
        assert described.returncode == 0, described.stderr
        (sha256,) = (line.split('"')[1] for line in described.stdout.splitlines() if "sha256=" in line)
        (folder / "__init__.py").write_text((folder / "__init__.py").read_text().replace("0" * 64, sha256))
    filled = pytest_of(folder)
    assert filled.returncode == 0, filled.stdout + filled.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["architecture", "mlp"], "architecture 'mlp' exists already"),
        (["implementation", "torch"], "implementation 'torch' exists already"),
        (["task", "sunspots-monthly"], "task 'sunspots-monthly' exists already"),
        (["task", "My Task"], "'My Task' is no name for a plug-in"),
        (["task", "../up"], "is no name for a plug-in"),
        (["network", "mine"], "'network' is not one of"),
    ],
)
def test_names_that_cannot_be_are_refused(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refusal(capsys, "new", *arguments, "--folder", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    assert "mine: exists already" in refusal(capsys, "new", "task", "mine", "--folder", str(tmp_path))


def test_every_file_of_a_skeleton_is_a_template() -> None:
    assert {path.suffix for path in SKELETONS.rglob("*") if path.is_file() and "__pycache__" not in path.parts} == {
        ".jinja"
    }


@pytest.mark.parametrize("kind", [*FILLED])
def test_every_file_of_a_skeleton_is_python(kind: str) -> None:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    values = {"name": "my-own", "key": "my_own", "title": "My own", "class_name": "MyOwn", "folder": "my_own"}
    templates = sorted((SKELETONS / kind).glob("*.py.jinja"))
    assert len(templates) >= 2
    for template in templates:
        text = environment.from_string(template.read_text()).render(values)
        compile(text, template.name, "exec")
        assert "{{" not in text
