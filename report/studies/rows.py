"""The table of a study: a row for each variant, and one for each choice of a learning rate by validation parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, Record, SplitResult
from report.runs.reading import Run
from report.statistics.intervals import Estimate
from report.studies.choosing import Group, best_in_hindsight, choose, groups_of
from report.tables.accuracy import estimate
from report.text.formatting import number
from report.text.naming import is_baseline, one_line, place_rank


@dataclass(frozen=True)
class StudyRow:
    """A metric of a variant, the principal one mostly; numbers are None where nothing was measured."""

    study: str
    task: str
    #: Label of the recipe, or of the baseline.
    recipe: str
    #: Its name, or of several that differ by their learning rate the name that they share; empty for what is unchanged.
    variant: str
    #: "each split's validation part", where these choose the learning rate; else empty.
    chosen_by: str
    #: Which learning rates, and how often.
    chosen: str
    metric: str
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    #: Means on the validation part that was set aside, and on the training examples.
    validation: float | None
    training: float | None
    #: Of the learning rate that is best on the test parts: what is chosen by them is too good.
    in_hindsight: float | None
    trainings: int
    train_examples: int
    parameters: int | None
    #: Mean seconds of a training, where all machines that trained are of one kind.
    train_s: float | None
    interval: str
    implementation: str
    status: str
    reason: str
    run: str

    @property
    def label(self) -> str:
        """`cnn: sgd, 0.01`."""
        return f"{self.recipe}: {self.variant}" if self.variant else self.recipe


BY_VALIDATION = "each split's validation part"


def study_rows(runs: Sequence[Run]) -> list[StudyRow]:
    """The rows of all runs that are of studies."""
    return [row for run in runs if run.manifest.study is not None for row in _rows(run)]


def accuracies_of(run: Run) -> list[tuple[AccuracyCell, Record]]:
    """Networks first, in the order in which the study declares them, which is that of the manifest's cells."""
    places = {key: place for place, key in enumerate(run.manifest.cells)}
    pairs = run.of_kind(AccuracyCell)
    return sorted(pairs, key=lambda pair: (pair[0].task, is_baseline(pair[0]), places.get(pair[1].key, 0)))


def _rows(run: Run) -> Iterator[StudyRow]:
    pairs = accuracies_of(run)
    for cell, record in pairs:
        result = record.result if isinstance(record.result, AccuracyResult) else None
        for metric in _metrics(run, cell.task):
            yield _row(run, cell, result, metric, record.status, one_line(record.reason or ""))
    results = [(cell, each.result if isinstance(each.result, AccuracyResult) else None) for cell, each in pairs]
    for group in groups_of(results):
        row = _chosen_row(run, group)
        if row is not None:
            yield row


def _metrics(run: Run, task: str) -> tuple[str, ...]:
    """The principal metric; of what is written token by token all: words that are wrong, and how wrong they are."""
    facts = run.manifest.tasks.get(task)
    if facts is None or not facts.metrics:
        return ("",)
    return facts.metrics if facts.kind == "transduction" else facts.metrics[:1]


def _row(
    run: Run, cell: AccuracyCell, result: AccuracyResult | None, metric: str, status: str, reason: str
) -> StudyRow:
    splits = result.splits if result is not None and all(metric in split.metrics for split in result.splits) else ()
    measured = estimate(run, cell, splits, metric) if splits else None
    recipe, name = (cell.architecture, "") if cell.variant is None else (cell.variant.recipe, cell.variant.name)
    return StudyRow(
        study=_study(run),
        task=cell.task,
        recipe=recipe,
        variant=name,
        chosen_by="",
        chosen="",
        metric=metric,
        **_measured(measured),
        validation=_mean([split.validation_metrics for split in splits], metric),
        training=_mean([split.train_metrics for split in splits], metric),
        in_hindsight=None,
        trainings=len(splits),
        train_examples=_examples(splits),
        parameters=result.parameters if result else None,
        train_s=_seconds(run, splits),
        interval=measured.method if measured else "",
        implementation=cell.implementation,
        status=status,
        reason=reason,
        run=run.label,
    )


def _chosen_row(run: Run, group: Group) -> StudyRow | None:
    metric = run.principal_metric(group.task) or ""
    chosen, hindsight = choose(group, metric), best_in_hindsight(group, metric)
    if chosen is None or hindsight is None:
        return None
    cell, _ = min(group.members.values(), key=lambda pair: place_rank(pair[0]))
    measured = estimate(run, cell, chosen.splits, metric)
    return StudyRow(
        study=_study(run),
        task=group.task,
        recipe=group.recipe,
        variant=group.name,
        chosen_by=BY_VALIDATION,
        chosen=", ".join(f"{number(rate)} ({count} ×)" for rate, count in chosen.counts.items()),
        metric=metric,
        **_measured(measured),
        validation=_mean([split.validation_metrics for split in chosen.splits], metric),
        training=_mean([split.train_metrics for split in chosen.splits], metric),
        in_hindsight=fmean(split.metrics[metric] for split in hindsight),
        trainings=len(chosen.splits),
        train_examples=_examples(chosen.splits),
        parameters=next((result.parameters for _, result in group.members.values() if result), None),
        train_s=_seconds(run, chosen.splits),
        interval=measured.method,
        implementation=cell.implementation,
        status="done",
        reason="",
        run=run.label,
    )


def _study(run: Run) -> str:
    assert run.manifest.study is not None
    return run.manifest.study.name


def _measured(measured: Estimate | None) -> dict[str, float | None]:
    if measured is None:
        return {"mean": None, "ci_low": None, "ci_high": None}
    return {"mean": measured.mean, "ci_low": measured.low, "ci_high": measured.high}


def _mean(metrics: Sequence[object], metric: str) -> float | None:
    values = [each[metric] for each in metrics if isinstance(each, dict) and metric in each]
    return fmean(values) if values and len(values) == len(metrics) else None


def _examples(splits: Sequence[SplitResult]) -> int:
    """Rounded, since folds differ by an example."""
    return round(fmean(split.train_examples for split in splits)) if splits else 0


def _seconds(run: Run, splits: Sequence[SplitResult]) -> float | None:
    """None also where machines of several kinds have trained: their seconds would stand side by side."""
    if len(run.trained_on) > 1:
        return None
    trained = [split.curve[-1].train_seconds for split in splits if split.curve]
    return fmean(trained) if trained else None
