"""The rule against skipping in CI works, and only there; what is marked `nightly` runs with `--thorough` alone."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parent / "conftest.py"
TESTS = """
import pytest

@pytest.mark.skipif(True, reason="chromium is not installed")
def test_page(): ...

@pytest.mark.skipif(True, reason="there is no GPU")
def test_gpu(): ...
"""


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 skipped, 1 error"), ("", "2 skipped")])
def test_a_skip_for_want_of_what_ci_installs_fails_there(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        env={"CI": ci},
        check=False,
    )
    assert outcome in done.stdout, done.stdout


@pytest.mark.parametrize(("options", "outcome"), [([], "1 passed, 1 deselected"), (["--thorough"], "2 passed")])
def test_what_is_nightly_runs_with_thorough_alone(tmp_path: Path, options: list[str], outcome: str) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_a(): ...\n@pytest.mark.nightly\ndef test_b(): ...\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", str(tmp_path), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout, done.stdout
