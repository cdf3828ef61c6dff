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

def test_quick(): ...

@pytest.mark.nightly
def test_slow(): ...
"""


@pytest.mark.parametrize(
    ("ci", "options", "outcome"),
    [("true", [], "1 passed, 1 skipped, 1 deselected, 1 error"), ("", ["--thorough"], "2 passed, 2 skipped")],
    ids=["in CI", "at night"],
)
def test_what_ci_installs_is_not_skipped_there_and_what_is_nightly_runs_with_thorough_alone(
    tmp_path: Path, ci: str, options: list[str], outcome: str
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", str(tmp_path), *options],
        capture_output=True,
        text=True,
        env={"CI": ci},
        check=False,
    )
    assert outcome in done.stdout, done.stdout
