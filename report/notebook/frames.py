"""A run's records as pandas tables: one row for each record, training, epoch, measurement, sample or stage.

All tables but that of the records begin with the columns of `PLACE`, so that they can be grouped and merged by them.
The last two columns of each say on which machine it was measured, and by which worker of a cluster, if by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.records.cells import AccuracyCell, Cell, CertificateCell, PeakCell, TimingCell
from benchmarks.records.results import AccuracyResult, CertificateResult, PeakResult, Record, TimingResult
from report.runs.reading import Run

#: What names a network and where it ran.
PLACE = ("task", "architecture", "implementation", "device", "dtype")

#: What names the machine: processor and cores (and the GPU of what ran there), and a cluster's worker, None elsewhere.
MACHINE = ("machine", "worker")

#: A cell's settings are of many levels: what is in them is in the record itself.
_NOT_A_COLUMN = {"settings", "kind", "batch_sizes", "seeds", "sizes", "variant"}


def records_frame(run: Run) -> pd.DataFrame:
    """Every record: its cell, whether it is done or failed and why, when it began, and how long it took."""
    rows = []
    for record in run.records:
        cell = {name: value for name, value in record.cell.model_dump().items() if name not in _NOT_A_COLUMN}
        rows.append(
            {"kind": record.cell.kind, **_place(record.cell), "status": record.status, "reason": record.reason}
            | {"started": record.started, "duration_s": record.duration_s, "key": record.key}
            | {name: value for name, value in cell.items() if name not in PLACE}
            | _machine(run, record)
        )
    return _frame(rows, ("kind", *PLACE, "status", "reason", "started", "duration_s", "key", *MACHINE))


def accuracy_frame(run: Run) -> pd.DataFrame:
    """Every training (a seed and a fold), with a column for each metric, which is empty where a task has no such one.

    Baselines are among them: their `epochs` are 0.
    """
    rows = []
    for cell, record in run.of_kind(AccuracyCell):
        if isinstance(record.result, AccuracyResult):
            shared = _place(cell) | {"parameters": record.result.parameters, "epochs": cell.epochs}
            for split in record.result.splits:
                facts = {"seed": split.seed, "fold": split.fold, "train_examples": split.train_examples}
                facts |= {"test_examples": split.test_examples}
                rows.append(shared | facts | dict(split.metrics) | _machine(run, record))
    return _frame(rows, (*PLACE, "parameters", "epochs", "seed", "fold", "train_examples", "test_examples", *MACHINE))


def curves_frame(run: Run) -> pd.DataFrame:
    """Every point of the learning curves: an epoch of a training, with a column for each metric."""
    rows = []
    for cell, record in run.of_kind(AccuracyCell):
        if isinstance(record.result, AccuracyResult):
            for split in record.result.splits:
                shared = _place(cell) | {"seed": split.seed, "fold": split.fold}
                for point in split.curve:
                    facts = {"epoch": point.epoch, "train_seconds": point.train_seconds, "train_loss": point.train_loss}
                    rows.append(shared | facts | dict(point.metrics) | _machine(run, record))
    return _frame(rows, (*PLACE, "seed", "fold", "epoch", "train_seconds", "train_loss", *MACHINE))


def timings_frame(run: Run) -> pd.DataFrame:
    """Every operation of each launch: the median seconds of a call, and how disturbed the machine was meanwhile."""
    rows = [
        _place(cell)
        | {"launch": cell.launch, "operation": timing.operation, "batch_size": timing.batch_size}
        | {"examples": timing.examples, "median_s": float(np.median(timing.samples_s))}
        | {"rounds": len(timing.samples_s), "iterations": timing.iterations, "flops": timing.flops}
        | {"disturbed": timing.disturbance.disturbed, "attempts": timing.attempts}
        | {"first_step_s": result.first_step_s, "peak_memory_bytes": result.peak_memory_bytes}
        | {"parameters": result.parameters}
        | _machine(run, record)
        for cell, result, record in _timings(run)
        for timing in result.operations
    ]
    columns = ("launch", "operation", "batch_size", "examples", "median_s", "rounds", "disturbed")
    return _frame(rows, (*PLACE, *columns, *MACHINE))


def samples_frame(run: Run) -> pd.DataFrame:
    """Every round of each operation: the seconds of a call, as they were measured."""
    rows = []
    for cell, result, record in _timings(run):
        machine = _machine(run, record)
        for timing in result.operations:
            shared = _place(cell) | {"launch": cell.launch, "operation": timing.operation}
            shared |= {"batch_size": timing.batch_size}
            rows += [
                shared | {"round": number, "seconds": each} | machine for number, each in enumerate(timing.samples_s)
            ]
    return _frame(rows, (*PLACE, "launch", "operation", "batch_size", "round", "seconds", *MACHINE))


def certificates_frame(run: Run) -> pd.DataFrame:
    """Every stage of each certificate: its worst figure, the bound, the tensor it belongs to, and the verdict."""
    rows = []
    for cell, record in run.of_kind(CertificateCell):
        if isinstance(record.result, CertificateResult):
            shared = _place(cell) | {"reference": cell.reference}
            rows += [shared | stage.model_dump() | _machine(run, record) for stage in record.result.stages]
    return _frame(rows, (*PLACE, "reference", "stage", "worst", "bound", "tensor", "passed", "detail", *MACHINE))


def peaks_frame(run: Run) -> pd.DataFrame:
    """The machine's largest rate of matrix products, by device, dtype and threads."""
    rows = [
        {"device": cell.device, "dtype": cell.dtype, "threads": cell.threads, "flops_per_s": record.result.flops_per_s}
        | _machine(run, record)
        for cell, record in run.of_kind(PeakCell)
        if isinstance(record.result, PeakResult)
    ]
    return _frame(rows, ("device", "dtype", "threads", "flops_per_s", *MACHINE))


def _timings(run: Run) -> Iterable[tuple[TimingCell, TimingResult, Record]]:
    for cell, record in run.of_kind(TimingCell):
        if isinstance(record.result, TimingResult):
            yield cell, record.result, record


def _machine(run: Run, record: Record) -> dict[str, Any]:
    machine = record.worker.machine if record.worker else run.manifest.machine
    parts = [machine.processor, f"{machine.cores} core{'' if machine.cores == 1 else 's'}"]
    if machine.gpu and getattr(record.cell, "device", "cpu") != "cpu":
        parts.append(machine.gpu)
    return {"machine": ", ".join(parts), "worker": record.worker.name if record.worker else None}


def _place(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name, None) for name in PLACE}


def _frame(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """The rows; a table without any has these columns all the same."""
    if not rows:
        return pd.DataFrame(columns=list(columns))
    frame = pd.DataFrame(rows)
    return frame[[*frame.columns.drop(list(MACHINE)), *MACHINE]]
