"""The page that puts our results beside published ones, from records and from `figures.toml`."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.metrics.evaluate import metric_of
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.views.base import Cell, Column, Row, View, markdown, text
from report.text.formatting import ABSENT, metric_interval_rounded, metric_rounded, metric_value
from report.text.naming import architecture_title, implementation_rank

FILE = Path(__file__).with_name("figures.toml")


class PublishedFigure(BaseModel):
    """A system's results, as its source states them: metric -> value, or words where it is no metric of ours."""

    model_config = ConfigDict(extra="allow", frozen=True)

    system: str
    source: str
    url: str
    text: str = ""

    def values(self) -> dict[str, float]:
        """Metric -> value."""
        return {name: float(value) for name, value in (self.model_extra or {}).items()}


class Group(BaseModel):
    """Published figures that belong beside the same tasks of ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    tasks: tuple[str, ...]
    metrics: tuple[str, ...]
    #: In what the settings differ.
    difference: str
    figures: tuple[PublishedFigure, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All groups, in the order of the file."""
    return tuple(Group(**each) for each in tomllib.loads(FILE.read_text(encoding="utf-8"))["groups"])


def beside_block(runs: Sequence[Run]) -> str:
    """For each group a table of published results and of ours, and in what the settings differ."""
    rows = accuracy_rows([run for run in runs if run.manifest.study is None])
    return "\n\n".join(_section(group, rows) for group in groups())


def _section(group: Group, accuracy: Sequence[AccuracyRow]) -> str:
    titles = [metric_of(metric).title for metric in group.metrics]
    columns = (Column("System"), *(Column(title) for title in titles), Column("Source"))
    ours = _ours(group, accuracy)
    missing = (
        "" if ours else "The published records hold none of these tasks yet; `threefold run --suite full` has them."
    )
    table = markdown(View("beside", "", columns, (*ours, *(_published(group, each) for each in group.figures))))
    return "\n\n".join(filter(None, (f"## {group.title}", missing, table, group.difference)))


def _published(group: Group, figure: PublishedFigure) -> Row:
    values = figure.values()
    cells = [
        metric_value(metric_of(metric), values[metric]) if metric in values else figure.text or ABSENT
        for metric in group.metrics
    ]
    return Row((text(figure.system), *map(text, cells), text(f"{figure.source}, {figure.url}")))


def _ours(group: Group, accuracy: Sequence[AccuracyRow]) -> list[Row]:
    """Each network of ours, by the implementation with most trainings, the first one of them."""
    places: dict[tuple[str, str], dict[str, AccuracyRow]] = {}
    ranked = sorted(accuracy, key=lambda row: (-row.folds * row.seeds, implementation_rank(row.implementation)))
    for task in group.tasks:
        for row in ranked:
            if row.task == task and row.mean is not None and not row.is_baseline and row.metric in group.metrics:
                places.setdefault((task, row.architecture), {}).setdefault(row.metric, row)
    rows = []
    for (task, label), metrics in places.items():
        first = next(iter(metrics.values()))
        cells: list[Cell] = [text(_value(metrics[name])) if name in metrics else text(ABSENT) for name in group.metrics]
        system = f"ours, {task}: {architecture_title(label)} ({first.implementation})"
        rows.append(Row((text(system), *cells, text(f"our run {first.run}, {_trainings(first)}"))))
    return rows


def _value(row: AccuracyRow) -> str:
    metric, mean = metric_of(row.metric), row.mean
    if mean is None:
        return ABSENT
    if row.ci_low is None or row.ci_high is None:
        return metric_value(metric, mean)
    interval = metric_interval_rounded(metric, row.ci_low, row.ci_high)
    return f"{metric_rounded(metric, mean, row.ci_low, row.ci_high)} ({interval})"


def _trainings(row: AccuracyRow) -> str:
    count = row.folds * row.seeds
    return "one training" if count == 1 else f"{count} trainings"
