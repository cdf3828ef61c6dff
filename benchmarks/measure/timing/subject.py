"""What is timed: a built model, its first step taken, and real batches to feed it."""

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.execution.child import fix_threads
from benchmarks.measure.cross_validation import network_inputs
from benchmarks.measure.timing.turned_clock import TurnedClock
from benchmarks.records.cells import TimingCell
from benchmarks.records.networks import model_spec
from benchmarks.records.results import Disturbance
from benchmarks.tasks.batches import epoch_batches
from benchmarks.tasks.split import load_split
from impls import Architecture, Array, Batch, Model, Parameters

#: A round is at least this long, so that the timer's own cost does not show; short calls are repeated within it.
ROUND_SECONDS = 0.002
MIN_ROUNDS, MAX_ROUNDS = 5, 100
#: An epoch is timed over at most this many examples, and operations: its time a sample is what counts, and full epochs
#: can take minutes. A few batches there are always. The record says how many examples they were: epochs of other
#: lengths are not compared.
EPOCH_EXAMPLES, EPOCH_FLOPS, EPOCH_BATCHES = 4096, 2e9, 8


@dataclass
class Subject:
    """One network in one implementation, ready to be timed."""

    cell: TimingCell
    model: Model
    start: Parameters
    inputs: Array
    targets: Array
    first_step_s: float

    def reset(self) -> None:
        """Back to the starting weights, so that no operation is timed on a network that an earlier one has trained."""
        self.model.load_parameters(self.start)

    def batches(self, batch_size: int, examples: int | None = None) -> list[Batch]:
        """Real batches in a fixed random order; the examples come round again where there are too few for one."""
        count = max(examples or len(self.inputs), batch_size)
        rows = np.resize(np.arange(len(self.inputs)), count)
        generator = np.random.default_rng(0)
        return epoch_batches(self.inputs[rows], self.targets[rows], batch_size, generator)

    def full_batches(self, batch_size: int) -> list[Batch]:
        """Only the batches that hold `batch_size` examples."""
        return [batch for batch in self.batches(batch_size) if len(batch.inputs) == batch_size]


def make_subject(cell: TimingCell, prepared: Path) -> Subject:
    """Build the model and take its first step; the first split's training part gives the batches."""
    fix_threads(cell.implementation, cell.threads)
    spec = model_spec(cell)
    split = load_split(prepared, cell.task, 0, 0, cell.dtype)
    examples = epoch_examples(spec.architecture, cell.epoch_batch_size)
    inputs = network_inputs(split.train_inputs[:examples], spec.architecture.input_shape)
    targets = split.train_targets[:examples]
    model = spec.build(cell.implementation)
    subject = Subject(cell, model, spec.start(), inputs, targets, math.nan)
    batch = subject.full_batches(cell.epoch_batch_size)[0]
    model.synchronize()
    began = time.perf_counter()
    model.train_step(batch)
    model.synchronize()
    subject.first_step_s = time.perf_counter() - began
    return subject


def epoch_examples(architecture: Architecture, batch_size: int) -> int:
    """Examples over which an epoch of this network is timed."""
    affordable = int(EPOCH_FLOPS / max(1, architecture.training_flops))
    return min(EPOCH_EXAMPLES, max(affordable, EPOCH_BATCHES * batch_size))


def time_call(
    benchmark: BenchmarkFixture, subject: Subject, clock: TurnedClock, call: Callable[[], object]
) -> Disturbance:
    """Let pytest-benchmark time `call` by turns, device idle before and after, and watch the machine meanwhile."""
    synchronize = subject.model.synchronize

    def synchronized() -> None:
        call()
        synchronize()

    synchronized()  # warm-up: what is traced, compiled or allocated once
    seconds = _call_seconds(synchronized)
    iterations = max(1, math.ceil(ROUND_SECONDS / seconds))
    rounds = round(subject.cell.budget_s / (seconds * iterations))
    rounds = min(max(rounds, MIN_ROUNDS), MAX_ROUNDS)

    def warm_up() -> None:
        for _ in range(iterations):
            synchronized()

    clock.measure(rounds, warm_up)
    benchmark.pedantic(synchronized, rounds=rounds, iterations=iterations)  # type: ignore[no-untyped-call]  # pytest-benchmark has no types
    return clock.disturbance()


def cycling(function: Callable[[Batch], object], batches: list[Batch]) -> Callable[[], object]:
    """A call that takes the next batch each time, round and round."""
    following = itertools.cycle(batches)
    return lambda: function(next(following))


def _call_seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    for calls in itertools.count(1):
        call()
        seconds = time.perf_counter() - began
        if seconds > ROUND_SECONDS:
            return seconds / calls
    raise AssertionError("a clock that stands still")
