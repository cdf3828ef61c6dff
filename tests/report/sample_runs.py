"""Runs made up through the stored forms' own models, deterministic and small, for the report's tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.records.cells import AccuracyCell, Cell, CertificateCell, PeakCell, TimingCell, cell_key
from benchmarks.records.results import (
    AccuracyResult,
    CertificateResult,
    Disturbance,
    EpochPoint,
    Machine,
    Manifest,
    OperationTiming,
    PeakResult,
    Record,
    SplitResult,
    StageResult,
    TimingResult,
)
from benchmarks.records.store import RECORDS, write_manifest
from benchmarks.records.task_facts import TaskFacts

IMPLEMENTATIONS = ("numpy", "torch", "keras-tensorflow")
SECONDS = {"numpy": 0.9, "torch": 1.0, "torch+compile": 0.7, "keras-tensorflow": 2.5, "keras-tensorflow+xla": 1.6}
STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
QUIET = Disturbance(steal_share=0.0, other_share=0.01, involuntary_switches_per_s=3.0, disturbed=False)
NOISY = Disturbance(steal_share=0.2, other_share=0.5, involuntary_switches_per_s=900.0, disturbed=True)

TASKS = {
    "digits": TaskFacts(
        title="Handwritten digits",
        dataset="digits",
        dataset_sha256="d" * 64,
        kind="classification",
        metrics=("accuracy", "log_loss"),
        examples=1797,
        evaluation="5-fold cross-validation, stratified",
    ),
    "diabetes": TaskFacts(
        title="Diabetes progression",
        dataset="diabetes",
        dataset_sha256="a" * 64,
        kind="regression",
        metrics=("r2", "rmse"),
        examples=442,
        evaluation="5-fold cross-validation",
    ),
}


def place(
    task: str, architecture: str, implementation: str, device: str = "cpu", network: str | None = None
) -> dict[str, Any]:
    """Where something is measured; `network` is the architecture's folder, where that is not the label."""
    return {
        "task": task,
        "architecture": architecture,
        "settings": {} if network is None else {"network": network},
        "implementation": implementation,
        "device": device,
        "dtype": "float32",
        "threads": 1,
    }


def record(cell: Cell, result: Any = None, reason: str | None = None) -> Record:
    return Record(
        key=cell_key(cell, {}),
        cell=cell,
        status="failed" if reason is not None else "done",
        reason=reason,
        result=result,
        started=STARTED,
        duration_s=1.5,
    )


def accuracy_cell(
    where: Mapping[str, Any], folds: int = 5, seeds: tuple[int, ...] = (0,), epochs: int = 8
) -> AccuracyCell:
    return AccuracyCell(**where, folds=folds, seeds=seeds, epochs=epochs, batch_size=32)


def accuracy(
    where: Mapping[str, Any],
    values: Sequence[float],
    metric: str = "accuracy",
    seeds: tuple[int, ...] = (0,),
    epochs: int = 8,
    examples: tuple[int, int] = (1438, 359),
    others: Mapping[str, float] | None = None,
    first: Mapping[str, Any] | None = None,
) -> Record:
    """An accuracy with one value a split; the other metrics are the same in every split.

    `first` are further fields of the first split: what its network wrote, decoded, attended to.
    """
    folds = len(values) // len(seeds)
    cell = accuracy_cell(where, folds=folds, seeds=seeds, epochs=epochs)
    splits = []
    for index, value in enumerate(values):
        metrics = {metric: value, **(others or {})}
        splits.append(
            SplitResult(
                seed=seeds[index // folds],
                fold=index % folds,
                train_examples=examples[0],
                test_examples=examples[1],
                metrics=metrics,
                curve=_curve(metrics, epochs, SECONDS.get(cell.implementation, 1.0)),
                **((first or {}) if index == 0 else {}),
            )
        )
    parameters = None if epochs == 0 else 17_226
    return record(cell, AccuracyResult(parameters=parameters, splits=tuple(splits), peak_memory_bytes=300 * 2**20))


def _curve(metrics: Mapping[str, float], epochs: int, pace: float) -> tuple[EpochPoint, ...]:
    return tuple(
        EpochPoint(
            epoch=epoch,
            train_loss=2.0 * 0.7**epoch + 0.01 * next(iter(metrics.values())),
            metrics={name: value * (1 - 0.5 * 0.6**epoch) for name, value in metrics.items()},
            train_seconds=0.02 * epoch * pace,
        )
        for epoch in range(1, epochs + 1)
    )


def timing(
    where: Mapping[str, Any],
    launch: int,
    pace: float,
    batch_sizes: tuple[int, ...] = (32, 256),
    disturbed: bool = False,
    epoch_examples: int = 1438,
    position: int | None = None,
) -> Record:
    """A launch whose times are `pace` times a fixed cost that grows with the batch."""
    cell = TimingCell(**where, launch=launch, batch_sizes=batch_sizes, epoch_batch_size=32, budget_s=0.1, folds=5)
    operations = [_operation("train_step", size, size, pace, disturbed) for size in batch_sizes]
    operations += [_operation("predict", size, size, pace / 3, disturbed) for size in batch_sizes]
    operations.append(_operation("train_epoch", 32, epoch_examples, pace, disturbed))
    result = TimingResult(
        first_step_s=0.05 * pace,
        operations=tuple(operations),
        peak_memory_bytes=int(200 * 2**20 * pace) + launch,
        parameters=17_226,
        position=position,
    )
    return record(cell, result)


def _operation(name: Any, batch_size: int, examples: int, pace: float, disturbed: bool) -> OperationTiming:
    seconds = pace * (2e-4 + 2e-6 * examples)
    return OperationTiming(
        operation=name,
        batch_size=batch_size,
        examples=examples,
        samples_s=tuple(seconds * factor for factor in (0.98, 1.0, 1.0, 1.01, 1.04, 0.99, 1.0)),
        iterations=10,
        flops=100_000 * examples,
        disturbance=NOISY if disturbed else QUIET,
        attempts=3 if disturbed else 1,
    )


def certificate(where: Mapping[str, Any], passed: bool = True) -> Record:
    stages = (
        StageResult(stage="forward", worst=2.1e-7, bound=1e-5, tensor="logits", passed=True),
        StageResult(
            stage="gradients",
            worst=3.2e-6 if passed else 0.31,
            bound=1e-4,
            tensor="hidden_0/kernel",
            passed=passed,
            detail="" if passed else "hidden_0 departs first",
        ),
    )
    return record(CertificateCell(**where), CertificateResult(stages=stages, passed=passed))


def peak() -> Record:
    return record(PeakCell(device="cpu", dtype="float32", threads=1), PeakResult(flops_per_s=5e10, shape=(8, 8, 8)))


def manifest(records: Sequence[Record], label: str = "sample", **changes: Any) -> Manifest:
    facts: dict[str, Any] = {
        "label": label,
        "suite": {"name": "quick", "folds": 5, "timing": {"launches": 3, "budget_s": 0.1}},
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "modified": False,
        "sources": "5" * 64,
        "versions": {"python": "3.11.2", "numpy": "2.4.0", "torch": "2.13.0"},
        "machine": Machine(processor="Processor X", cores=2, memory_bytes=8 * 2**30, system="Linux x86_64"),
        "threads": 1,
        "tasks": TASKS,
        "cells": tuple(dict.fromkeys(each.key for each in records)),
        "created": STARTED,
    }
    return Manifest(**(facts | changes))


def write_run(directory: Path, records: Sequence[Record], label: str = "sample", **changes: Any) -> Path:
    """A run folder with these records in this order."""
    directory.mkdir(parents=True, exist_ok=True)
    write_manifest(directory, manifest(records, label, **changes))
    lines = [each.model_dump_json() for each in records]
    (directory / RECORDS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return directory


def sample_records(implementations: Sequence[str] = IMPLEMENTATIONS, pace: float = 1.0) -> list[Record]:
    """Two tasks, two networks on one of them, baselines, certificates, three launches each, the machine's peak."""
    generator = np.random.default_rng(7)
    networks = (("digits", "mlp", 0.965), ("digits", "cnn", 0.982), ("diabetes", "mlp", 0.47))
    records = [peak()]
    records.append(accuracy(place("digits", "linear", "scikit-learn"), _around(generator, 0.955), epochs=0))
    records.append(
        accuracy(place("diabetes", "linear", "scikit-learn"), _around(generator, 0.48), metric="r2", epochs=0)
    )
    for task, architecture, level in networks:
        splits = _around(generator, level)
        for implementation in implementations:
            where = place(task, architecture, implementation)
            values = [value + 0.0002 * generator.standard_normal() for value in splits]
            other = {"log_loss": 0.12} if task == "digits" else {"rmse": 55.1}
            records.append(accuracy(where, values, TASKS[task].metrics[0], others=other))
            if implementation != "numpy":
                records.append(certificate(where))
    for launch in range(3):
        for task, architecture, _ in networks:
            for implementation in implementations:
                factor = pace * SECONDS[implementation] * (1 + 0.02 * generator.standard_normal())
                factor *= 4 if architecture == "cnn" else 1
                records.append(timing(place(task, architecture, implementation), launch, factor))
    return records


def _around(generator: np.random.Generator, level: float) -> list[float]:
    return [level + 0.008 * generator.standard_normal() for _ in range(5)]
