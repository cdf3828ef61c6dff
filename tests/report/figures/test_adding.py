"""The worked example of the documentation: one file adds a figure to every report."""

import re
from pathlib import Path

import pytest

from report.figures import kinds
from report.figures.catalogue import figure_kinds
from report.runs.reading import read_run
from tests.report.planning import figures_of
from tests.report.sample_runs import accuracy, place, write_run

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-figure.md"
BLOCK = re.compile(r'```python title="report/figures/kinds/parameters.py"\n(.*?)```', re.DOTALL)


def test_a_file_of_kinds_is_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kinds"
    folder.mkdir()
    (example,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (folder / "parameters.py").write_text(example, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(folder)])
    figure_kinds.cache_clear()
    try:
        run = read_run(write_run(tmp_path / "run", [accuracy(place("digits", "mlp", "numpy"), [0.9, 0.8])]))
        (figure,) = [each for each in figures_of(run).all if each.name == "parameters"]
    finally:
        figure_kinds.cache_clear()
    assert figure.section == "accuracy"
    assert figure.run == run.label
