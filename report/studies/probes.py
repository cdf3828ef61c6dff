"""How well a linear classifier does on each layer's features: a row for each layer of each variant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, LayerProbe, SplitResult
from report.runs.reading import Run
from report.statistics.intervals import over_folds, over_seeds
from report.studies.rows import accuracies_of
from report.tables.accuracy import resampling_ratio
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import integer, metric_interval, percent
from report.text.naming import architecture_title


@dataclass(frozen=True)
class ProbeRow:
    """A layer: mean accuracy of a linear classifier on its features, over seeds."""

    study: str
    task: str
    recipe: str
    variant: str
    layer: str
    #: Numbers that describe an example there.
    features: int
    mean: float
    ci_low: float | None
    ci_high: float | None
    #: Mean accuracy of the network itself, on the same splits.
    network: float | None
    splits: int
    implementation: str
    run: str


def probe_rows(runs: Sequence[Run]) -> list[ProbeRow]:
    """The rows of all trainings whose layers were probed."""
    return [row for run in runs if run.manifest.study is not None for row in _rows(run)]


def probe_of(split: SplitResult, layer: str) -> LayerProbe | None:
    """The probe of that layer; None where there is none."""
    return next((probe for probe in split.probes if probe.layer == layer), None)


def _rows(run: Run) -> Iterator[ProbeRow]:
    assert run.manifest.study is not None
    for cell, record in accuracies_of(run):
        if not isinstance(record.result, AccuracyResult):
            continue
        splits = [split for split in record.result.splits if split.probes]
        for layer in splits[0].probes if splits else ():
            yield _row(run, cell, splits, layer)


def _row(run: Run, cell: AccuracyCell, splits: Sequence[SplitResult], layer: LayerProbe) -> ProbeRow:
    values = [probe.accuracy for split in splits if (probe := probe_of(split, layer.layer)) is not None]
    ratio = resampling_ratio(run, cell, splits)
    measured = over_folds(values, ratio) if ratio else over_seeds(values)
    networks = [split.metrics["accuracy"] for split in splits if "accuracy" in split.metrics]
    assert run.manifest.study is not None
    return ProbeRow(
        study=run.manifest.study.name,
        task=cell.task,
        recipe=cell.variant.recipe if cell.variant else cell.architecture,
        variant=cell.variant.name if cell.variant else "",
        layer=layer.layer,
        features=layer.features,
        mean=measured.mean,
        ci_low=measured.low,
        ci_high=measured.high,
        network=sum(networks) / len(networks) if networks else None,
        splits=len(values),
        implementation=cell.implementation,
        run=run.label,
    )


def _interval(low: float | None, high: float | None) -> str:
    return metric_interval(metric_of("accuracy"), low, high)


COLUMNS = (
    Column("Task", "task"),
    Column("Network", "recipe", architecture_title),
    Column("Variant", "variant"),
    Column("Layer", "layer"),
    quantity("Features", "features", integer),
    quantity("Accuracy of a linear classifier", "mean", percent),
    quantity("95 % interval", ("ci_low", "ci_high"), _interval),
    quantity("Of the network", "network", percent),
    quantity("Trainings", "splits", integer),
    Column("Implementation", "implementation"),
)


def probes_view(rows: Sequence[ProbeRow], several: bool) -> View:
    """All layers."""
    run = Column("Run", "run") if several else None
    return view("probes", "A linear classifier on each layer's features", COLUMNS, rows, lambda _: False, run)
