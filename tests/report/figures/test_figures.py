import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from benchmarks.records.results import Record
from report.figures.catalogue import Figures
from report.figures.drawing import draw
from report.figures.kinds.accuracies import MOST_HEIGHT
from report.figures.kinds.accuracy_time import undisturbed_seconds
from report.figures.layout import EDGE, WIDTH, Grid, text_width
from report.figures.looks import legend_of, look_of
from report.figures.plain import Axis, Drawing, Figure, IntervalPanel, Line, LinePanel, Point
from report.runs.reading import read_run
from report.text.naming import IMPLEMENTATION_ORDER
from tests.report.planning import figures_of
from tests.report.sample_runs import TASKS, accuracy, place, timing, write_run

NUMPY, TORCH = (place("digits", "mlp", name) for name in ("numpy", "torch"))


def _figures(tmp_path: Path, records: Sequence[Record], **changes: Any) -> Figures:
    return figures_of(read_run(write_run(tmp_path, records, **changes)))


def _figure(figures: Figures, name: str) -> Figure:
    return next(figure for figure in figures.all if name in figure.name)


def test_implementations_differ_by_more_than_colour() -> None:
    looks = [look_of(name, IMPLEMENTATION_ORDER) for name in IMPLEMENTATION_ORDER]
    assert len({look.color for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_look_does_not_depend_on_what_else_is_shown() -> None:
    assert look_of("torch", ["torch"]) == look_of("torch", ["numpy", "torch", "zeta"])


def test_what_has_no_records_is_left_out_with_its_reason(tmp_path: Path) -> None:
    planned = _figures(tmp_path, [timing(NUMPY, 0, 1.0, batch_sizes=(32,))])
    assert planned.all == ()
    assert planned.left_out == (
        "accuracies: no accuracy recorded",
        "speed ratios: no timing beside one of torch",
        "scaling: no network timed at two batch sizes",
        "learning curves: no learning curve recorded",
        "accuracy against time: no learning curve by this machine's clock",
    )


def test_many_tasks_are_drawn_in_figures_that_fit_a_printed_page(tmp_path: Path) -> None:
    names = [f"task-{number:02}" for number in range(14)]
    networks = [f"network-{number}" for number in range(9)]
    records = [accuracy(place(name, network, "numpy"), [0.9, 0.8, 0.7]) for name in names for network in networks]
    tasks = dict.fromkeys(names, TASKS["digits"])
    figures = [each for each in _figures(tmp_path, records, tasks=tasks).all if each.section == "accuracy"]
    shown = [panel.title for figure in figures for panel in figure.drawing.panels]
    assert shown == names, "each task once"
    assert [figure.name for figure in figures] == [f"accuracies{end}" for end in ("", "-2", "-3")]
    for figure in figures:
        heights = figure.drawing.heights
        assert sum(max(heights[row : row + 2]) for row in range(0, len(heights), 2)) <= MOST_HEIGHT
        assert f"{figure.drawing.panels[0].title} to {figure.drawing.panels[-1].title}" in figure.title


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
    (epoch,) = read_run(write_run(tmp_path, records)).measurements.epochs
    seconds = undisturbed_seconds(epoch)
    assert seconds == (None if expected is None else pytest.approx(expected * (2e-4 + 2e-6 * 1438)))


def test_caption_says_which_clock(tmp_path: Path) -> None:
    curves = [accuracy(NUMPY, [0.9, 0.8]), accuracy(TORCH, [0.9, 0.8])]
    captions = {
        name: _figure(_figures(tmp_path / name, records), "time").caption
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
    ratios = _figure(_figures(tmp_path, records), "speed-ratios")
    assert "arrowhead" in ratios.caption
    (panel,) = ratios.drawing.panels
    assert isinstance(panel, IntervalPanel)
    low, high = panel.x.limits or (0.0, 0.0)
    assert all((point.low or 0.0) < low and high < (point.high or 0.0) for point in panel.points)
    svg, _ = draw(ratios.drawing, "name", "title", png=False)
    assert "1e+" not in svg


def test_names_with_signs_of_other_languages_are_text(tmp_path: Path) -> None:
    task = "a<b> & $x^2$ \x07 _c"
    where = place(task, "mlp", "numpy")
    planned = _figures(tmp_path, [accuracy(where, [0.9, 0.8])], tasks={task: TASKS["digits"]})
    curves = _figure(planned, "curves")
    assert curves.name == "learning-curves-a-b-x-2-c"
    svg, _ = draw(curves.drawing, curves.name, "title", png=False)
    assert "a&lt;b&gt; &amp; $x^2$ _c: MLP, cpu</text>" in re.sub("<!--.*?-->", "", svg)


def _drawing(value: float = 2.0) -> Drawing:
    line = Line((1.0, 2.0, 3.0), (1.0, None, value), look_of("torch", []))
    rows = ("a rather long name of a row", "b")
    points = (Point(1.0, 0.0, look_of("numpy", []), 0.5, 2.0), Point(3.0, 1.0, look_of("torch", [])))
    return Drawing(
        panels=(
            LinePanel("A", (line,), Axis("x", whole=True), Axis("y", logarithmic=True, numbers="short"), level=1.5),
            IntervalPanel("B", rows, points, Axis("x", limits=(0.8, 4.0)), level=1.0),
        ),
        columns=2,
        heights=(2.0, 2.0),
        legend=legend_of(["torch", "numpy"], []),
    )


def test_drawing_is_the_same_each_time() -> None:
    first = draw(_drawing(), "name", "Title", png=True)
    assert first == draw(_drawing(), "name", "Title", png=True)
    assert re.search(r"<title>Title</title>", first[0])
    assert (first[1] or b"").startswith(b"\x89PNG")


def test_widths_of_labels_are_those_of_the_font_they_are_drawn_in() -> None:
    """Margins are computed from them: a label that is wider than thought would be cut off."""
    canvas = Canvas()
    text = canvas.text(0, 0, "a rather long name of a row", fontsize=8.5, family="DejaVu Sans")
    drawn = text.get_window_extent(FigureCanvasAgg(canvas).get_renderer()).width / canvas.dpi
    assert text_width("a rather long name of a row", 8.5) == pytest.approx(drawn, rel=0.03)


def test_labels_end_left_of_their_axes_and_begin_within_the_figure() -> None:
    svg, _ = draw(_drawing(), "name", "Title", png=False)
    (label,) = re.findall(r'text-anchor: end;[^>]*x="([\d.]+)"[^>]*>a rather long name', svg)
    first_panel_end = max(float(x) for x in re.findall(r'text-anchor: middle;[^>]*x="([\d.]+)"[^>]*>3<', svg))
    assert float(label) - 72 * text_width("a rather long name of a row", 8.5) > first_panel_end


def test_panels_share_what_labels_leave() -> None:
    grid = Grid(columns=2, heights=[2.0, 2.0, 3.0], title_lines=[1, 1, 2])
    for index, left in enumerate((0.5, 1.5, 0.7)):
        grid.reserve(index, left=left, below=0.4, right=0.0)
    grid.reserve_top(0.3)
    first, second, third = (grid.place(index) for index in range(3))
    assert first.width == second.width == third.width
    assert first.x == third.x == pytest.approx(EDGE + 0.7), "of a column the widest labels count"
    assert second.x - (first.x + first.width) > 1.5
    assert second.x + second.width < WIDTH
    assert third.y + third.height < first.y
    assert third.y > 0.4


def test_equal_data_and_code_have_equal_keys() -> None:
    assert _drawing().content_key("code") == _drawing().content_key("code")
    assert _drawing().content_key("code") != _drawing(3.0).content_key("code")
    assert _drawing().content_key("code") != _drawing().content_key("other code")
