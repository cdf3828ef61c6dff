"""Both devices side by side: ratios by launch, and from which batch size the GPU pays."""

from dataclasses import replace
from pathlib import Path

import pytest

from report.figures.base import Sources
from report.figures.kinds.devices import KIND
from report.figures.plain import LinePanel
from report.runs.reading import Run, read_run
from report.tables.devices import DeviceRow, device_rows, pays_from
from report.tables.speed import speed_rows
from report.tables.views.devices import devices_view
from tests.report.claims.cases import Made

#: Real records of an H200 and of its processor.
EXAMPLE = Path(__file__).resolve().parents[3] / "results" / "examples" / "h200"


@pytest.mark.parametrize(
    ("below_1", "size"),
    [
        ({16: True, 64: True}, 16),
        ({16: False, 64: True, 256: True}, 64),
        ({16: True, 64: False, 256: True}, 256),
        ({16: True, 64: True, 256: False}, None),
        ({}, None),
    ],
)
def test_a_gpu_pays_from_the_size_after_which_it_is_never_slower(below_1: dict[int, bool], size: int | None) -> None:
    assert pays_from(below_1) == size


def run_of(on_gpu: dict[int, float], on_cpu: dict[int, float]) -> Run:
    return Made().timed("mlp", on_gpu, "torch", "cuda").timed("mlp", on_cpu, "torch").run()


def test_ratios_are_of_the_device_to_the_processor_by_the_same_implementation() -> None:
    run = run_of({16: 2e-3, 256: 2e-3}, {16: 1e-3, 256: 8e-3})
    rows = [row for row in device_rows([run]) if row.operation == "train_step"]
    assert [row.batch_size for row in rows] == [16, 256]
    assert [row.ratio for row in rows] == pytest.approx([2.0, 0.25], rel=0.05)
    assert {(row.pays_from, row.shown_from) for row in rows} == {(256, 256)}
    shown = devices_view(rows, several=False)
    titles = [column.title for column in shown.columns]
    assert [row.cells[titles.index("Pays from batch")].text for row in shown.rows] == ["256", "256"]


def test_what_was_measured_on_one_device_alone_is_left_out() -> None:
    run = Made().timed("mlp", {16: 1e-3}, "numpy").timed("mlp", {16: 1e-3}, "torch", "cuda").run()
    assert device_rows([run]) == []
    alone = Made().timed("mlp", {16: 1e-3}, "torch", "cuda").timed("mlp", {16: 1e-3}, "keras-jax", "cuda").run()
    assert list(KIND.plan(sources(alone))) == []


def test_the_first_run_on_a_gpu_is_read_as_it_is() -> None:
    """By hand from its records: one launch, so that nothing is shown; small networks are slower on the GPU."""
    rows = {(row.architecture, row.operation, row.batch_size): row for row in device_rows([read_run(EXAMPLE)])}
    assert {row.implementation for row in rows.values()} == {"torch"}
    assert len(rows) == 10
    assert rows["mlp", "train_step", 32].ratio == pytest.approx(3.0, abs=0.02)
    assert rows["cnn", "train_step", 256].ratio == pytest.approx(0.594, abs=0.005)
    assert rows["cnn", "train_step", 32].pays_from == 256
    assert rows["mlp", "train_step", 32].pays_from is None
    assert {(row.ratio_low, row.shown_from, row.launches) for row in rows.values()} == {(None, None, 1)}


def sources(run: Run) -> Sources:
    return Sources(run, (), speed_rows([run]), (), ("numpy", "torch"))


def test_the_figure_has_a_line_for_each_device_of_each_implementation() -> None:
    (figure,) = KIND.plan(sources(read_run(EXAMPLE)))
    labels = [entry.label for entry in figure.drawing.legend]
    assert labels == ["numpy, CPU", "torch, CPU", "torch, cuda"]
    looks = {entry.label: entry.look for entry in figure.drawing.legend}
    assert looks["torch, CPU"] != looks["torch, cuda"]
    assert looks["torch, CPU"].color == looks["torch, cuda"].color
    for panel in figure.drawing.panels:
        assert isinstance(panel, LinePanel)
        assert len(panel.lines) == 3
        assert all(line.x == (32.0, 256.0) for line in panel.lines)
        assert "MLP" in panel.title or "CNN" in panel.title


def test_a_row_without_a_certificate_is_marked() -> None:
    row: DeviceRow = device_rows([read_run(EXAMPLE)])[0]
    (cells,) = devices_view([replace(row, certificate="failed")], several=False).rows
    assert cells.marked
    assert "⚠" in cells.cells[2].text
