"""A project with a model of its own in a git repository: what users of the gate have, and what launches in no time."""

import subprocess
from pathlib import Path

MODEL = '''"""A linear model in NumPy."""

import numpy as np

EPSILON = 1e-8


class Linear:
    def __init__(self, dtype):
        self.weights = {"output/kernel": np.zeros((128, 10), dtype)}

    def parameters(self):
        return {name: value.copy() for name, value in self.weights.items()}

    def load_parameters(self, parameters):
        self.weights = {name: value.copy() for name, value in parameters.items()}

    def predict(self, inputs):
        return inputs @ self.weights["output/kernel"]

    def train_step(self, batch):
        inputs, targets = batch
        errors = self.predict(inputs) - targets
        gradient = inputs.T @ errors / len(inputs)
        self.weights["output/kernel"] -= 0.01 * gradient / (np.sqrt(np.mean(gradient**2)) + EPSILON)
        return float(np.mean(errors**2))


def subject(dtype):
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((4, 32, 128)).astype(dtype)
    targets = generator.standard_normal((4, 32, 10)).astype(dtype)
    return Linear(dtype), list(zip(inputs, targets))
'''

GATE = """
sources = ["toy.py"]

[[cell]]
name = "linear"
build = "toy:subject"
operations = ["train_step"]
"""


def make_project(folder: Path, gate: str = GATE, **files: str) -> Path:
    """The project with one commit; further files by module name."""
    folder.mkdir()
    (folder / "toy.py").write_text(MODEL)
    (folder / "gate.toml").write_text(gate)
    (folder / ".gitignore").write_text("results/local/\n__pycache__/\n")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.email", "somebody@example.org")
    git(folder, "config", "user.name", "Somebody")
    commit(folder, "first")
    return folder


def change(folder: Path, old: str, new: str, file: str = "toy.py") -> None:
    """Replace text of the project, without committing."""
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()
