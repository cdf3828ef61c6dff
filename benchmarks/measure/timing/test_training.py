"""Times of training: one step at each batch size, and an epoch in the framework's own best way."""

from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.measure.timing.subject import EPOCH_EXAMPLES, Subject, cycling, time_call
from benchmarks.measure.timing.turned_clock import TurnedClock


def test_train_step(
    benchmark: BenchmarkFixture, subject: Subject, clock: TurnedClock, note: dict[str, Any], batch_size: int
) -> None:
    """One update from host arrays, as `Model.train_step` does it."""
    batches = subject.full_batches(batch_size)
    note["disturbance"] = time_call(benchmark, subject, clock, cycling(subject.model.train_step, batches))
    note |= {"operation": "train_step", "batch_size": batch_size, "examples": batch_size}
    note["flops"] = batch_size * subject.model.architecture.training_flops


def test_train_epoch(benchmark: BenchmarkFixture, subject: Subject, clock: TurnedClock, note: dict[str, Any]) -> None:
    """All updates of an epoch, as `Model.train_epoch` does them."""
    batch_size = subject.cell.epoch_batch_size
    examples = min(len(subject.inputs), EPOCH_EXAMPLES)
    batches = subject.batches(batch_size, examples)
    note["disturbance"] = time_call(benchmark, subject, clock, lambda: subject.model.train_epoch(batches))
    note |= {"operation": "train_epoch", "batch_size": batch_size, "examples": examples}
    note["flops"] = examples * subject.model.architecture.training_flops
