"""Times of prediction at each batch size."""

from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.measure.timing.subject import Subject, cycling, time_call
from benchmarks.measure.timing.turned_clock import TurnedClock


def test_predict(
    benchmark: BenchmarkFixture, subject: Subject, clock: TurnedClock, note: dict[str, Any], batch_size: int
) -> None:
    """Logits of one batch, from host arrays to host arrays."""
    batches = subject.full_batches(batch_size)
    note["disturbance"] = time_call(
        benchmark, subject, clock, cycling(lambda batch: subject.model.predict(batch[0]), batches)
    )
    note |= {"operation": "predict", "batch_size": batch_size, "examples": batch_size}
    note["flops"] = batch_size * subject.model.architecture.forward_flops
