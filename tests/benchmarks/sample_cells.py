"""Cells and records to test with."""

from datetime import UTC, datetime

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, EpochPoint, Record, SplitResult


def accuracy_cell(task: str = "digits", implementation: str = "numpy") -> AccuracyCell:
    return AccuracyCell(
        task=task,
        architecture="mlp",
        settings={"architecture": {"inputs": 64}},
        implementation=implementation,
        device="cpu",
        dtype="float32",
        threads=1,
        folds=2,
        seeds=(0,),
        epochs=1,
        batch_size=32,
    )


def accuracy_result(accuracy: float = 0.9) -> AccuracyResult:
    point = EpochPoint(epoch=1, train_loss=0.5, metrics={"accuracy": accuracy}, train_seconds=0.1)
    splits = tuple(
        SplitResult(
            seed=0, fold=fold, train_examples=50, test_examples=50, metrics={"accuracy": accuracy}, curve=(point,)
        )
        for fold in range(2)
    )
    return AccuracyResult(parameters=10, splits=splits, peak_memory_bytes=1)


def record(key: str = "0123456789abcdef", reason: str | None = None) -> Record:
    return Record(
        key=key,
        cell=accuracy_cell(),
        status="failed" if reason else "done",
        reason=reason,
        result=None if reason else accuracy_result(),
        started=datetime(2026, 1, 2, tzinfo=UTC),
        duration_s=1.5,
    )
