"""Two stored runs: what differs, accuracies paired by seed and fold, certificates, cells that failed."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import AccuracyCell, PeakCell, Place, TimingCell
from benchmarks.records.results import AccuracyResult, CertificateResult, Record, SplitResult
from impls.spec.discovery import architectures
from report.comparing.figures import metric_name, outcome_name, place_name
from report.comparing.verdicts import Figure, Limits, Verdict
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.statistics.paired import corrected_paired_test, holm
from report.tables.accuracy import resampling_ratio

#: Versions that change what is measured. (Those of plotting or testing do not.)
MEASURED_VERSIONS = ("python", "numpy", "torch", "tensorflow", "keras", "jax", "scipy", "scikit-learn")


def machine_differences(baseline: Run, candidate: Run) -> list[str]:
    """One line for each fact about the machine or its threads that differs."""
    first, second = baseline.manifest, candidate.manifest
    return _differing(
        {
            "processor": (first.timed_on.processor, second.timed_on.processor),
            "cores": (first.timed_on.cores, second.timed_on.cores),
            "system": (first.timed_on.system, second.timed_on.system),
            "gpu": (first.timed_on.gpu, second.timed_on.gpu),
            "threads": (first.threads, second.threads),
        }
    )


def version_differences(baseline: Run, candidate: Run) -> list[str]:
    """One line for each version of Python or of a package that differs and changes what is measured."""
    first, second = baseline.manifest.versions, candidate.manifest.versions
    return _differing({name: (first.get(name), second.get(name)) for name in MEASURED_VERSIONS})


def _differing(facts: Mapping[str, tuple[object, object]]) -> list[str]:
    return [
        f"{name} differs ({one if one is not None else 'none'} against {other if other is not None else 'none'})"
        for name, (one, other) in facts.items()
        if one != other
    ]


def changed_settings(baseline: Run, candidate: Run) -> list[str]:
    """The networks whose settings (sizes, optimizer, epochs …) differ: other work, so nothing to compare."""
    first, second = _settings(baseline), _settings(candidate)
    return list(dict.fromkeys(kind[1] for kind, values in first.items() if second.get(kind, values) != values))


def accuracies(baseline: Run, candidate: Run, limits: Limits, without: Collection[str]) -> list[Figure]:
    """Every metric of every network that both runs trained on the same seeds and folds."""
    drafts: list[tuple[Figure, float | None]] = []
    others = {place_name(cell): (cell, record) for cell, record in candidate.of_kind(AccuracyCell)}
    for cell, record in baseline.of_kind(AccuracyCell):
        other = others.get(place_name(cell))
        if place_name(cell) in without:
            continue
        if other and isinstance(record.result, AccuracyResult) and isinstance(other[1].result, AccuracyResult):
            drafts += _paired(baseline, cell, record.result.splits, other[1].result.splits)
    adjusted = iter(holm([p for _, p in drafts if p is not None]))
    return [judge_metric(figure, None if p is None else next(adjusted), limits) for figure, p in drafts]


def outcomes(baseline: Run, candidate: Run) -> list[Figure]:
    """Certificates that passed and no longer do, and cells that were done and now fail; the rest of them is fine."""
    others = {_identity(record): record for record in candidate.records}
    figures = []
    for record in baseline.records:
        other = others.get(_identity(record))
        if other is None or isinstance(record.cell, PeakCell):
            continue
        if record.status == "done" and other.status == "failed":
            figures.append(fact(outcome_name(record.cell.kind, record.cell), "cell", False, other.reason or "failed"))
        elif isinstance(record.result, CertificateResult) and isinstance(other.result, CertificateResult):
            failed = [stage for stage in other.result.stages if not stage.passed]
            why = "; ".join(f"{stage.stage}: {stage.detail or stage.tensor}" for stage in failed[:3])
            if record.result.passed:
                figures.append(
                    fact(outcome_name(record.cell.kind, record.cell), "certificate", other.result.passed, why)
                )
    return figures


def missing_from(baseline: Run, candidate: Run) -> list[str]:
    """Titles of the baseline's cells that the candidate has no record of; launches count as one."""
    present = {_title(record) for record in candidate.records}
    return list(dict.fromkeys(_title(record) for record in baseline.records if _title(record) not in present))


def _settings(run: Run) -> dict[tuple[str, str], list[object]]:
    """Kind of cell and place -> all that decides what is computed there, seeds and launches apart."""
    settings: dict[tuple[str, str], list[object]] = {}
    for record in run.records:
        cell = record.cell
        if isinstance(cell, Place):
            more: list[object] = []
            if isinstance(cell, AccuracyCell):
                more = [cell.epochs, cell.batch_size, cell.folds, cell.train_examples, cell.validation_share]
            settings[cell.kind, place_name(cell)] = [_with_defaults(cell), *more]
    return settings


def _with_defaults(cell: Place) -> dict[str, Any]:
    """The cell's settings; those that an architecture has got since the run was made are as they were without them."""
    settings = dict(cell.settings)
    known = architectures().get(cell.network)
    if known is None or not isinstance(settings.get("architecture"), Mapping):
        return settings
    defaults = {field.name: _stored(field.default) for field in fields(known) if field.default is not MISSING}
    return settings | {"architecture": defaults | dict(settings["architecture"])}


def _stored(value: object) -> object:
    """As JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def _identity(record: Record) -> tuple[str, str, int]:
    cell = record.cell
    return cell.kind, _title(record), cell.launch if isinstance(cell, TimingCell) else 0


def _title(record: Record) -> str:
    cell = record.cell
    if isinstance(cell, PeakCell):
        return f"peak {cell.device} {cell.dtype}"
    return f"{cell.kind} {place_name(cell)}"


def _paired(
    run: Run, cell: AccuracyCell, first: Sequence[SplitResult], second: Sequence[SplitResult]
) -> list[tuple[Figure, float | None]]:
    """A draft for each metric with its unadjusted p; None where there is no test."""
    splits = {(split.seed, split.fold): split for split in first}
    others = {(split.seed, split.fold): split for split in second}
    common = sorted(splits.keys() & others.keys())
    if not common:
        return []
    drafts = []
    for metric in sorted(splits[common[0]].metrics.keys() & others[common[0]].metrics.keys()):
        old = [splits[place].metrics[metric] for place in common]
        new = [others[place].metrics[metric] for place in common]
        name = metric_name(metric, cell)
        drafts.append(draft_metric(name, metric, old, new, resampling_ratio(run, cell, first)))
    return drafts


def draft_metric(
    name: str, metric: str, old: Sequence[float], new: Sequence[float], test_to_train: float
) -> tuple[Figure, float | None]:
    """A metric's means over the same splits and their difference, with the unadjusted p; None without a test."""
    figure = Figure(
        name=name,
        quantity="accuracy",
        unit=metric,
        baseline=mean_of(old),
        candidate=mean_of(new),
        effect=mean_of(new) - mean_of(old),
        low=None,
        high=None,
        p_value=None,
        verdict=Verdict.UNCERTAIN,
        reason="one training a side shows no spread; train with several seeds",
    )
    if not all(map(math.isfinite, (*old, *new))):
        return _not_finite(figure, old, new), None
    if list(old) == list(new):
        return figure.model_copy(update={"low": 0.0, "high": 0.0, "verdict": Verdict.IDENTICAL, "reason": ""}), None
    if len(old) < 2:
        return figure, None
    test = corrected_paired_test(new, old, test_to_train, margin=None)
    return figure.model_copy(update={"low": test.low, "high": test.high, "reason": ""}), test.p_difference


def _not_finite(figure: Figure, old: Sequence[float], new: Sequence[float]) -> Figure:
    """Trainings that diverged: worse where the candidate's did and the baseline's did not."""
    lost = sum(math.isfinite(one) and not math.isfinite(other) for one, other in zip(old, new, strict=True))
    if lost:
        verdict, reason = Verdict.WORSE, f"no longer finite in {lost} of {len(old)} splits: the training diverged"
    else:
        verdict, reason = Verdict.UNCERTAIN, "not finite in every split of the baseline: its training diverged"
    sides = {
        name: value if math.isfinite(value) else None
        for name, value in (("baseline", math.fsum(old) / len(old)), ("candidate", math.fsum(new) / len(new)))
    }
    return figure.model_copy(update={**sides, "effect": None, "verdict": verdict, "reason": reason})


def judge_metric(figure: Figure, p_value: float | None, limits: Limits) -> Figure:
    """The draft with its verdict, given its p adjusted over all metrics."""
    if figure.effect is None or figure.low is None or figure.high is None or p_value is None:
        return figure
    metric = metric_of(figure.unit)
    sign = -1.0 if metric.higher_is_better is False else 1.0
    gain, worst = sign * figure.effect, min(sign * figure.low, sign * figure.high)
    # Metrics that have a margin of equivalence state it in their unit; others may lose a share of their value.
    margin = metric.margin or limits.threshold * abs(figure.baseline or 0.0)
    if metric.higher_is_better is None and max(abs(figure.low), abs(figure.high)) > margin:
        verdict, reason = Verdict.UNCERTAIN, f"it changed, and of {figure.unit!r} nobody says whether more is better"
    elif p_value < limits.alpha and abs(gain) > margin:
        verdict, reason = (Verdict.WORSE if gain < 0 else Verdict.BETTER), ""
    elif worst > -margin:
        verdict, reason = Verdict.NOT_WORSE, ""
    else:
        verdict, reason = Verdict.UNCERTAIN, f"a loss of more than {margin:.3g} is not excluded"
    return figure.model_copy(update={"p_value": p_value, "verdict": verdict, "reason": reason})


def not_judged(name: str, reason: str) -> Figure:
    """A cell of which nothing can be said."""
    return fact(name, "cell", True, reason).model_copy(update={"verdict": Verdict.UNCERTAIN})


def fact(name: str, quantity: str, fine: bool, reason: str) -> Figure:
    """A figure without numbers: it is so, or it is not."""
    verdict = Verdict.NOT_WORSE if fine else Verdict.WORSE
    numbers: Mapping[str, None] = dict.fromkeys(("baseline", "candidate", "effect", "low", "high", "p_value"))
    return Figure.model_validate(
        {"name": name, "quantity": quantity, "unit": "", **numbers, "verdict": verdict, "reason": reason}
    )
