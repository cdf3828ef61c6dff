import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.records.results import Record
from report.figures import Figures, draw_figures
from report.figures.accuracy_time import undisturbed_seconds
from report.figures.style import drawing_style, legend, look_of, panels, svg_text
from report.runs.reading import read_run
from report.tables.accuracy import accuracy_rows
from report.tables.speed import speed_rows
from report.text.naming import IMPLEMENTATION_ORDER
from tests.report.sample_runs import TASKS, accuracy, place, timing, write_run

NUMPY, TORCH = (place("digits", "mlp", name) for name in ("numpy", "torch"))


def _figures(tmp_path: Path, records: Sequence[Record], **changes: Any) -> Figures:
    run = read_run(write_run(tmp_path, records, **changes))
    (figures,) = draw_figures([run], accuracy_rows([run]), speed_rows([run]))
    return figures


def test_implementations_are_told_apart_by_more_than_colour() -> None:
    looks = [look_of(name, IMPLEMENTATION_ORDER) for name in IMPLEMENTATION_ORDER]
    assert len({look.color for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_look_does_not_depend_on_what_else_is_shown() -> None:
    assert look_of("torch", ["torch"]) == look_of("torch", ["numpy", "torch", "zeta"])


def test_what_has_no_records_is_left_out_with_its_reason(tmp_path: Path) -> None:
    found = _figures(tmp_path, [timing(NUMPY, 0, 1.0, batch_sizes=(32,))])
    assert found.all == ()
    assert found.left_out == (
        "accuracies: no accuracy recorded",
        "speed ratios: no timing beside one of torch",
        "scaling: no network timed at two batch sizes",
        "accuracy against time: no learning curve recorded",
    )


@pytest.mark.parametrize(
    ("disturbed", "expected"),
    [((False, False, True), 1.05), ((True, True, False), 5.0), ((True, True, True), None)],
)
def test_time_axis_rests_on_undisturbed_launches(
    tmp_path: Path, disturbed: tuple[bool, ...], expected: float | None
) -> None:
    records = [
        timing(NUMPY, n, pace, disturbed=d) for n, (pace, d) in enumerate(zip((1, 1.1, 5), disturbed, strict=True))
    ]
    (epoch,) = read_run(write_run(tmp_path, records)).measurements.epochs()
    seconds = undisturbed_seconds(epoch)
    assert seconds == (None if expected is None else pytest.approx(expected * (2e-4 + 2e-6 * 1438)))


def test_caption_says_which_clock(tmp_path: Path) -> None:
    curves = [accuracy(NUMPY, [0.9, 0.8]), accuracy(TORCH, [0.9, 0.8])]
    captions = {
        name: next(figure.caption for figure in _figures(tmp_path / name, records).learning if "time" in figure.name)
        for name, records in {
            "none": curves,
            "some": [*curves, timing(NUMPY, 0, 1.0)],
            "all": [*curves, timing(NUMPY, 0, 1.0), timing(TORCH, 0, 1.0)],
        }.items()
    }
    assert "what passed during training, tracing included, as no epoch was timed undisturbed" in captions["none"]
    assert "what passed during training, tracing included: torch on digits (MLP, cpu)" in captions["some"]
    assert "what passed" not in captions["all"]


def test_enormous_intervals_are_cut_and_said_to_be(tmp_path: Path) -> None:
    records = [timing(TORCH, launch, 1.0) for launch in range(2)]
    records += [timing(NUMPY, launch, pace) for launch, pace in enumerate((0.5, 2.5))]
    ratios = next(figure for figure in _figures(tmp_path, records).speed if figure.name == "speed-ratios")
    assert "arrowhead" in ratios.caption
    assert "1e+" not in ratios.svg


def test_names_with_signs_of_other_languages_are_text(tmp_path: Path) -> None:
    task = "a<b> & $x^2$ \x07 _c"
    where = place(task, "mlp", "numpy")
    found = _figures(tmp_path, [accuracy(where, [0.9, 0.8])], tasks={task: TASKS["digits"]})
    curves = next(figure for figure in found.learning if "curves" in figure.name)
    assert curves.name == "learning-curves-a-b-x-2-c"
    without_comments = re.sub("<!--.*?-->", "", curves.svg)
    assert "a&lt;b&gt; &amp; $x^2$ _c: MLP, cpu</text>" in without_comments


def test_svg_is_the_same_each_time() -> None:
    def draw() -> str:
        with drawing_style():
            canvas, (axes,) = panels(1, columns=1)
            axes.plot(pd.Series([1.0, 2.0]), marker="o")
            legend(canvas, ["torch", "numpy"], [])
            return svg_text(canvas, "name", "Title")

    first = draw()
    assert first == draw()
    assert re.search(r"<title>Title</title>", first)
