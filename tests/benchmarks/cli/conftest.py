"""The tiny suite, and a run of it that several files of tests look at."""

from pathlib import Path

import pytest

from tests.benchmarks.cli.real_command import SMALL, threefold


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that went undisturbed to its end; what it printed is in `output.txt` beside it."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "small.toml").write_text(SMALL)
    done = threefold("run", "--suite", str(folder / "small.toml"), "--out", str(folder / "run"))
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "output.txt").write_text(done.stdout)
    return folder / "run"
