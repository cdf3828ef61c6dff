"""Two runs as tables: what differs between them, and each quantity of each network in A and in B with its verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from report.comparing.figures import subjects
from report.comparing.runs import compare_runs
from report.comparing.verdicts import Comparison, Figure, Limits, Verdict
from report.runs.reading import Run
from report.text.naming import place_rank

#: Quantities in the order of the table, by what `Subject.what` calls them; metrics follow.
QUANTITIES = {
    "train_epoch": "train epoch",
    "train_step": "train step",
    "predict": "predict",
    "first_step": "first step",
    "peak memory": "peak memory",
}


@dataclass(frozen=True)
class TwoRunsRow:
    """One quantity of a network by one implementation in both runs; numbers are None where there is none to compare."""

    task: str
    architecture: str
    implementation: str
    device: str
    #: An operation, "first step", "peak memory", a metric's name, or the kind of a cell that was done in A alone.
    quantity: str
    batch_size: int | None
    #: "s", "B", or the metric's name.
    unit: str
    value_a: float | None
    value_b: float | None
    #: B ÷ A for times and memory, B − A for a metric.
    effect: float | None
    #: Of the effect: at the confidence of the comparison for times and memory, 95 % for a metric.
    effect_low: float | None
    effect_high: float | None
    verdict: Verdict
    reason: str
    #: Whether a report shows it first: the time of an epoch, peak memory, the principal metric, and what failed.
    principal: bool

    @property
    def is_ratio(self) -> bool:
        """Whether the effect is B ÷ A."""
        return self.unit in ("s", "B")


@dataclass(frozen=True)
class Difference:
    """A fact of which the two runs say different things."""

    fact: str
    a: str
    b: str


@dataclass(frozen=True)
class TwoRuns:
    """Run B beside run A."""

    a: str
    b: str
    differences: tuple[Difference, ...]
    comparison: Comparison
    rows: tuple[TwoRunsRow, ...]


def two_runs(first: Run, second: Run, versions: bool = False) -> TwoRuns:
    """What differs, and everything that both have measured; as `threefold compare A B --anyway` judges it.

    Args:
        first: A.
        second: B.
        versions: what other versions change is the question; see `compare_runs`.
    """
    comparison = compare_runs(first, second, (first.label, second.label), Limits(), anyway=True, versions=versions)
    return TwoRuns(
        first.label, second.label, tuple(differences(first, second)), comparison, _rows(first, second, comparison)
    )


def differences(first: Run, second: Run) -> Iterator[Difference]:
    """Machine, versions, suite, sources and how many cells: one for each fact that differs."""
    facts, others = _facts(first), _facts(second)
    for name in facts | others:
        one, other = facts.get(name, "none"), others.get(name, "none")
        if one != other:
            yield Difference(name, one, other)


def _facts(run: Run) -> dict[str, str]:
    manifest, machine = run.manifest, run.manifest.timed_on
    return {
        "processor": machine.processor,
        "cores": str(machine.cores),
        "memory": f"{machine.memory_bytes / 2**30:.1f} GiB",
        "GPU": machine.gpu or "none",
        "system": machine.system,
        "threads": str(manifest.threads),
        "denormal numbers": manifest.denormals,
        **{f"version of {name}": version for name, version in sorted(manifest.versions.items())},
        **dict(_flat(manifest.suite, "suite: ")),
        "commit": f"{manifest.commit or 'none'}{' with changed files' if manifest.modified else ''}",
        "sources (SHA-256)": manifest.sources,
        **{f"data of {name} (SHA-256)": task.dataset_sha256 for name, task in sorted(manifest.tasks.items())},
        "cells": str(len(manifest.cells)),
    }


def _flat(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _rows(first: Run, second: Run, comparison: Comparison) -> tuple[TwoRunsRow, ...]:
    named = subjects(second) | subjects(first)
    ranked = []
    for figure in comparison.figures:
        subject = named[figure.name]
        known = list(QUANTITIES)
        place = known.index(subject.what) if subject.what in known else len(known)
        row = TwoRunsRow(
            task=subject.cell.task,
            architecture=subject.cell.architecture,
            implementation=subject.cell.implementation,
            device=subject.cell.device,
            quantity=QUANTITIES.get(subject.what, subject.what),
            batch_size=subject.batch_size,
            unit=figure.unit,
            value_a=figure.baseline,
            value_b=figure.candidate,
            effect=figure.effect,
            effect_low=figure.low,
            effect_high=figure.high,
            verdict=figure.verdict,
            reason=figure.reason,
            principal=_is_principal(first, figure, subject.what, subject.cell.task),
        )
        ranked.append(((*place_rank(subject.cell), place, subject.batch_size or 0, subject.what), row))
    return tuple(row for _, row in sorted(ranked, key=lambda pair: pair[0]))


def _is_principal(run: Run, figure: Figure, what: str, task: str) -> bool:
    if figure.quantity == "accuracy":
        return what == run.principal_metric(task)
    # Between different machines or versions nothing is judged, but that something fails is a fact.
    failed = figure.effect is None and bool(figure.reason)
    return what in ("train_epoch", "peak memory") or figure.verdict is Verdict.WORSE or failed
