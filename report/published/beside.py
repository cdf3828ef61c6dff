"""The page that puts our results beside published ones, from records and from `figures.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, SplitResult
from report.runs.reading import Run
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.views.base import Column, Row, TableCell, View, markdown, text
from report.text.formatting import ABSENT, counted, integer, metric_interval_rounded, metric_rounded, metric_value
from report.text.naming import architecture_title, implementation_rank
from report.text.wording import listing

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
    plain = [run for run in runs if run.manifest.study is None]
    rows, sizes = accuracy_rows(plain), _sizes(plain)
    return "\n\n".join(_section(group, rows, sizes) for group in groups())


def _sizes(runs: Sequence[Run]) -> dict[tuple[str, ...], str]:
    """Run, task, architecture, implementation and device -> how many examples its trainings see and are tested on."""
    return {
        (run.label, cell.task, cell.architecture, cell.implementation, cell.device): _examples(record.result.splits)
        for run in runs
        for cell, record in run.of_kind(AccuracyCell)
        if isinstance(record.result, AccuracyResult)
    }


def _examples(splits: Sequence[SplitResult]) -> str:
    trained, tested = (
        listing([integer(count) for count in dict.fromkeys((min(counts), max(counts)))], last="to")
        for counts in ([each.train_examples for each in splits], [each.test_examples for each in splits])
    )
    return f"on {trained} examples, tested on {tested}"


def _section(group: Group, accuracy: Sequence[AccuracyRow], sizes: Mapping[tuple[str, ...], str]) -> str:
    titles = [metric_of(metric).title for metric in group.metrics]
    columns = (Column("System"), *(Column(title) for title in titles), Column("Source"))
    ours = _ours(group, accuracy, sizes)
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


def _ours(group: Group, accuracy: Sequence[AccuracyRow], sizes: Mapping[tuple[str, ...], str]) -> list[Row]:
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
        cells: list[TableCell] = [
            text(_value(metrics[name])) if name in metrics else text(ABSENT) for name in group.metrics
        ]
        system = f"ours, {task}: {architecture_title(label)} ({first.implementation})"
        examples = sizes[first.run, task, label, first.implementation, first.device]
        rows.append(Row((text(system), *cells, text(f"our run {first.run}, {_trainings(first)}, {examples}"))))
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
    size = "" if row.parameters is None else f", {integer(row.parameters)} parameters"
    return f"{'one training' if count == 1 else f'{count} trainings'} of {counted(row.epochs, 'epoch')}{size}"
