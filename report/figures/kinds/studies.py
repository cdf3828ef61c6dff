"""A study's variants: as lines over the amount of data, as a heat map of two settings, or as means with intervals."""

from collections.abc import Iterator, Mapping, Sequence

from report.figures.base import FigureKind, Sources, first_of
from report.figures.looks import COLOURS, DASHES, MARKERS
from report.figures.metrics import metric_axis
from report.figures.plain import (
    Axis,
    Drawing,
    Entry,
    Figure,
    IntervalPanel,
    Line,
    LinePanel,
    Look,
    Panel,
    Point,
    spread_rows,
)
from report.studies.rows import StudyRow, study_rows
from report.text.formatting import integer
from report.text.naming import architecture_title, one_line

#: Rows of a panel at most; of more than that those alone whose learning rate was chosen are drawn.
MOST_ROWS = 40
TEST, TRAINING, CHOSEN = (Look(COLOURS[index], MARKERS[index], DASHES[0]) for index in range(3))
LOOKS = {"test": TEST, "training": TRAINING, "chosen": CHOSEN}
NAMES = {
    "test": "on held-out examples",
    "training": "on training examples",
    "chosen": "on held-out examples, learning rate chosen on validation parts",
}


def plan(sources: Sources) -> Iterator[Figure]:
    """A figure with a panel for each task."""
    study = sources.run.manifest.study
    rows = [row for row in study_rows([sources.run]) if row.mean is not None]
    if study is None or not rows:
        return
    places, remark = first_of(list(dict.fromkeys((row.task, row.metric) for row in rows)), "tasks")
    tasks = list(dict.fromkeys(task for task, _ in places))
    shown = {place: [row for row in rows if (row.task, row.metric) == place] for place in places}
    over_data = {place: _over_data(here) for place, here in shown.items()}
    looks = _looks(list(over_data.values()))
    panels: list[Panel] = []
    entries: dict[str, Look] = {}
    for (task, metric), here in shown.items():
        if curves := over_data[task, metric]:
            panels.append(_line_panel(task, curves, looks))
            entries |= {name: looks[name] for name in curves}
        else:
            panel, legend = _interval_panel(task, here)
            panels.append(panel)
            entries |= legend
    yield Figure(
        name=f"study {study.name}",
        title=study.title,
        caption=f"{study.question} Means with 95 % intervals over all trainings of a variant.{remark}",
        alternative=f"{study.title}: one panel for each of {', '.join(tasks)}; the table of variants has the numbers.",
        drawing=Drawing(
            tuple(panels),
            columns=2 if len(panels) > 1 else 1,
            heights=tuple(_height(panel) for panel in panels),
            legend=tuple(Entry(one_line(name), look) for name, look in entries.items()),
            lines=any(isinstance(panel, LinePanel) for panel in panels),
        ),
        section="studies",
    )


def _height(panel: Panel) -> float:
    return 0.9 + 0.26 * len(panel.rows) if isinstance(panel, IntervalPanel) else 3.4


def _over_data(rows: Sequence[StudyRow]) -> dict[str, list[StudyRow]]:
    """Network -> its rows by training examples; empty where the amount of data is not what the variants differ by."""
    curves: dict[str, list[StudyRow]] = {}
    rows = [row for row in rows if row.variant]
    several = len({row.recipe for row in rows}) > 1
    for row in rows:
        name, examples, rest = row.variant.rpartition(" examples")
        if not examples or rest:
            return {}
        curves.setdefault(_network(row.recipe, name.rpartition(", ")[0], several), []).append(row)
    if any(len({row.train_examples for row in curve}) < 2 for curve in curves.values()):
        return {}
    return {name: sorted(curve, key=lambda row: row.train_examples) for name, curve in curves.items()}


def _network(recipe: str, words: str, several: bool) -> str:
    """`Transformer small`: the variant's words, after the recipe where the task has several."""
    if several or not words:
        return f"{architecture_title(recipe)} {words}".strip()
    first, _, rest = words.partition(" ")
    return f"{architecture_title(first)} {rest}".strip()


def _looks(curves: Sequence[Mapping[str, object]]) -> dict[str, Look]:
    """A look for each network, the same in all panels."""
    return {
        name: Look(COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)], DASHES[place % len(DASHES)])
        for place, name in enumerate(dict.fromkeys(name for here in curves for name in here))
    }


def _line_panel(task: str, curves: Mapping[str, Sequence[StudyRow]], looks: Mapping[str, Look]) -> LinePanel:
    lines = tuple(
        Line(
            x=tuple(float(row.train_examples) for row in curve),
            y=tuple(row.mean for row in curve),
            look=looks[name],
            band=tuple(((row.ci_high or 0.0) - (row.ci_low or 0.0)) / 2 for row in curve),
        )
        for name, curve in curves.items()
    )
    ticks = tuple(sorted({float(row.train_examples) for curve in curves.values() for row in curve}))
    metric = next(iter(curves.values()))[0].metric
    x = Axis("training examples", logarithmic=True, ticks=ticks)
    return LinePanel(one_line(task), lines, x, metric_axis(metric))


def _interval_panel(task: str, rows: Sequence[StudyRow]) -> tuple[IntervalPanel, dict[str, Look]]:
    if len(rows) > MOST_ROWS:
        rows = [row for row in rows if row.chosen_by or not row.variant]
    points = []
    shown: list[str] = []
    for number, row in enumerate(rows):
        kinds = ["chosen" if row.chosen_by else "test", *(["training"] if row.training is not None else [])]
        shown += kinds
        for kind, offset in zip(kinds, spread_rows(len(kinds), 0.4), strict=True):
            if kind == "training":
                points.append(Point(row.training or 0.0, number + offset, LOOKS[kind]))
            else:
                points.append(Point(row.mean or 0.0, number + offset, LOOKS[kind], row.ci_low, row.ci_high))
    several = len({row.recipe for row in rows}) > 1
    usual = max(row.train_examples for row in rows if row.variant) if any(row.variant for row in rows) else 0
    labels = tuple(one_line(_label(row, several, usual)) for row in rows)
    legend = {NAMES[kind]: LOOKS[kind] for kind in LOOKS if kind in shown}
    return IntervalPanel(one_line(task), labels, tuple(points), metric_axis(rows[0].metric)), legend


def _label(row: StudyRow, several: bool, usual: int) -> str:
    """A baseline that has more training examples than all variants says so."""
    title = architecture_title(row.recipe)
    if not row.variant:
        return f"{title} ({integer(row.train_examples)} examples)" if row.train_examples > usual > 0 else title
    return f"{title}: {row.variant}" if several else row.variant


KIND = FigureKind("studies", "studies", plan, detail=False)
