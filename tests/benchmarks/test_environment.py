"""What a result depends on besides its cell."""

from pathlib import Path

import pytest

import benchmarks
import impls
from benchmarks import environment
from benchmarks.environment import SOURCES, sources_digest

NETWORK = '''"""A network."""


def step(x):
    """One step."""
    return 2 * x  # twice
'''


def test_both_packages_that_make_results_are_hashed() -> None:
    assert {folder.name for folder in SOURCES} == {"benchmarks", "impls"}
    assert all(Path(package.__file__ or "").parent in SOURCES for package in (benchmarks, impls))
    assert all(len(list(folder.rglob("*.py"))) > 50 for folder in SOURCES)


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        ("2 * x", "3 * x", False),
        ("def step(x):", "def step(x, y=0):", False),
        ("One step.", "A step.", True),
        ("A network.", "The network.", True),
        ("# twice", "# doubled", True),
        ("2 * x", "(2 * x)", True),
    ],
)
def test_code_counts_and_words_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, now: str, same: bool
) -> None:
    monkeypatch.setattr(environment, "SOURCES", (tmp_path,))
    digests = []
    for text in (NETWORK, NETWORK.replace(was, now)):
        (tmp_path / "network.py").write_text(text)
        digests.append(sources_digest.__wrapped__())
    assert (digests[0] == digests[1]) is same


def test_a_file_of_another_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "SOURCES", (tmp_path,))
    (tmp_path / "network.py").write_text(NETWORK)
    before = sources_digest.__wrapped__()
    (tmp_path / "network.py").rename(tmp_path / "net.py")
    assert sources_digest.__wrapped__() != before
