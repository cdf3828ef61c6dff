"""The rule against skipping in CI works, and only there."""

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
