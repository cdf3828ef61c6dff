"""Figures drawn by processes of their own are those that are drawn here; what a process leaves is drawn here."""

import importlib.metadata
import os
from pathlib import Path

import pytest
import seaborn

from report.figures import making
from report.figures.drawing import draw
from report.figures.looks import COLOURS
from report.figures.making import Drawers, figure_key
from report.figures.ownership import is_own
from report.figures.plain import Drawing, HeatPanel
from report.runs.reading import read_run
from tests.report.planning import figures_of
from tests.report.sample_runs import place, timing, write_run


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> tuple[making.Figure, ...]:
    """A few small ones."""
    records = [timing(place("digits", "mlp", name), launch, 1.0) for name in ("numpy", "torch") for launch in range(2)]
    return figures_of(read_run(write_run(tmp_path_factory.mktemp("run"), records))).all


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _draw(folder: Path, figures: tuple[making.Figure, ...], started: bool) -> dict[str, bytes]:
    folder.mkdir()
    with Drawers(folder) as drawers:
        if started:
            drawers.start()
        drawers.begin(figures)
        drawers.finish()
    return _files(folder)


@pytest.mark.usefixtures("two_cores")
def test_processes_draw_the_same_bytes(tmp_path: Path, figures: tuple[making.Figure, ...]) -> None:
    here = _draw(tmp_path / "here", figures, started=False)
    assert sorted(here) == sorted(name for figure in figures for name in figure.files)
    assert _draw(tmp_path / "there", figures, started=True) == here
    assert all(is_own(tmp_path / "here" / name) for name in here)


@pytest.mark.usefixtures("two_cores")
def test_what_a_dead_process_leaves_is_drawn_here(
    tmp_path: Path, figures: tuple[making.Figure, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("report.figures.making.sys.executable", "/bin/false")
    assert sorted(_draw(tmp_path / "drawn", figures, started=True)) == sorted(
        name for figure in figures for name in figure.files
    )


def test_key_changes_with_the_drawing_code(figures: tuple[making.Figure, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    before = figure_key(figures[0])
    assert before == figure_key(figures[0])
    monkeypatch.setattr(making, "drawn_by", lambda: "another Matplotlib")
    assert figure_key(figures[0]) != before


@pytest.mark.parametrize("library", ["matplotlib", "seaborn"])
def test_key_changes_with_what_draws(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = making.drawn_by.__wrapped__()
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0" if name == library else version(name))
    assert making.drawn_by.__wrapped__() != before


def test_colours_are_those_of_seaborns_palette_for_the_colour_blind():
    palette = seaborn.color_palette("colorblind").as_hex()
    assert list(COLOURS[: len(palette)]) == palette


def test_a_heat_map_writes_fields_without_a_value_too(tmp_path):
    panel = HeatPanel("", ("a", "b"), ("x",), "RdBu_r", -1.0, 1.0, ((None,), (0.9,)), (("none",), ("much",)))
    svg, _ = draw(Drawing((panel,), columns=1, heights=(1.0,)), "heat", "Heat", png=False)
    assert ">none<" in svg
    assert ">much<" in svg
