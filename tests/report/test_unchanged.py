"""A report that would be the same is left as it is; of one that changed, only what changed is drawn."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.records.ownership import OWN
from benchmarks.records.results import Record
from report.build import build_report
from report.figures.making import Drawers
from report.figures.plain import Figure
from report.writing.state import PACKAGES, STATE, inputs_digest
from tests.report.sample_runs import accuracy, place, timing, write_run

PLACES = [place("digits", "mlp", name) for name in ("numpy", "torch")]
TIMINGS = [timing(where, launch, 1.0 + pace) for pace, where in enumerate(PLACES) for launch in range(2)]
FIGURES = {"families", "accuracies", "speed-ratios", "scaling", "learning-curves-digits", "accuracy-against-time"}


def _accuracies(last: float) -> list[Record]:
    return [accuracy(where, [0.9, 0.8, 0.85, 0.9, last]) for where in PLACES]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The names of the figures drawn by each report that is written."""
    reports: list[list[str]] = []

    class Noting(Drawers):
        def begin(self, figures: Sequence[Figure]) -> None:
            reports.append([figure.name for figure in figures])
            super().begin(figures)

    monkeypatch.setattr("report.build.Drawers", Noting)
    return reports


def test_what_changed_is_made_again(tmp_path: Path, drawn: list[list[str]]) -> None:
    """One report through its life: each step is what the one before left."""
    run = write_run(tmp_path / "run", [*_accuracies(0.95), *TIMINGS])
    build_report([run], run)
    assert set(drawn.pop()) == FIGURES
    build_report([run], run)
    assert drawn == [], "nothing changed"

    page = (run / "index.html").read_text(encoding="utf-8")
    (run / "index.html").write_text(page + "<!-- changed -->", encoding="utf-8")
    build_report([run], run)
    assert drawn.pop() == [], "a damaged page is written again, and no figure is drawn"
    assert (run / "index.html").read_text(encoding="utf-8") == page

    damaged = run / "figures" / "scaling.svg"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole.replace(b"digits", b"DIGITS"))
    build_report([run], run)
    assert drawn.pop() == ["scaling"]
    assert damaged.read_bytes() == whole

    write_run(run, [*_accuracies(0.96), *TIMINGS])
    build_report([run], run)
    assert set(drawn.pop()) == {"accuracies", "learning-curves-digits", "accuracy-against-time"}
    assert (run / "index.html").read_text(encoding="utf-8") != page

    (run / OWN / STATE).write_text('{"inputs": 7', encoding="utf-8")
    build_report([run], run)
    assert set(drawn.pop()) == FIGURES, "what is not remembered is made anew"


def test_changed_code_makes_everything_again(
    tmp_path: Path, drawn: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run(tmp_path / "run", _accuracies(0.95)[:1])
    build_report([run], run)
    first = drawn.pop()
    monkeypatch.setattr("report.figures.making.drawn_by", lambda: "another Matplotlib")
    monkeypatch.setattr("report.writing.state.LIBRARIES", ("numpy",))
    build_report([run], run)
    assert drawn.pop() == first


@pytest.mark.parametrize("package", PACKAGES)
def test_the_sources_of_each_package_count(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root that is looked for in the wrong folder has no sources, and would give the same digest for ever."""
    everything = inputs_digest([])
    monkeypatch.setattr("report.writing.state.PACKAGES", tuple(name for name in PACKAGES if name != package))
    assert inputs_digest([]) != everything
