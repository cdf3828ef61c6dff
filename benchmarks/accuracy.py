"""Cross-validation of one network by one implementation: training, learning curves, metrics."""

import math
import time
from pathlib import Path

import numpy as np

from benchmarks.batching import epoch_batches
from benchmarks.cells import AccuracyCell
from benchmarks.metrics import evaluate
from benchmarks.processes import device_peak_bytes, fix_threads, process_peak_bytes
from benchmarks.records import AccuracyResult, EpochPoint, SplitResult
from benchmarks.tasks import tasks
from benchmarks.tasks.base import Task
from benchmarks.tasks.baselines import run_baseline
from benchmarks.tasks.preparation import Split, load_split
from impls import Array, Model, build, initial_parameters
from impls.engines import implementation as find_implementation
from impls.errors import ThreefoldError

#: Examples that a prediction takes at once, so that memory does not grow with the data.
PREDICTION_BATCH = 1024


class DivergedError(ThreefoldError):
    """The training loss, or a metric, is no longer a finite number."""


def measure_accuracy(cell: AccuracyCell, prepared: Path) -> AccuracyResult:
    """Train and evaluate on every fold of every seed.

    One model serves all splits, so that tracing and compiling are paid once: each split loads fresh starting weights.

    Raises:
        DivergedError: a training loss became infinite or nan.
    """
    task = tasks()[cell.task]
    if cell.epochs == 0:
        return _measure_baseline(cell, task, prepared)
    implementation = find_implementation(cell.implementation)
    fix_threads(implementation, cell.threads)
    recipe = task.recipes[cell.architecture]
    model = build(recipe.architecture, cell.implementation, recipe.training, cell.device, cell.dtype)
    splits = tuple(
        _train_split(model, cell, task, load_split(prepared, task.name, seed, fold, cell.dtype), seed, fold)
        for seed in cell.seeds
        for fold in range(cell.folds)
    )
    return AccuracyResult(
        parameters=recipe.architecture.parameter_count,
        splits=splits,
        peak_memory_bytes=device_peak_bytes(implementation, cell.device),
    )


def split_seeds(seed: int, fold: int) -> tuple[int, int]:
    """Seeds of a split's starting weights and of its batch order, the same for every implementation."""
    weights, order = np.random.SeedSequence([seed, fold]).generate_state(2)
    return int(weights), int(order)


def network_inputs(inputs: Array, model_shape: tuple[int, ...]) -> Array:
    """Examples in the network's shape: an image is a row of numbers to a network that takes rows."""
    return inputs.reshape(len(inputs), *model_shape)


def _train_split(model: Model, cell: AccuracyCell, task: Task, split: Split, seed: int, fold: int) -> SplitResult:
    shape = model.architecture.input_shape
    train_inputs = network_inputs(split.train_inputs, shape)
    test_inputs = network_inputs(split.test_inputs, shape)
    weights_seed, order_seed = split_seeds(seed, fold)
    model.load_parameters(initial_parameters(model.architecture, weights_seed, cell.dtype))
    generator = np.random.default_rng(order_seed)
    curve: list[EpochPoint] = []
    train_seconds = 0.0
    for epoch in range(1, cell.epochs + 1):
        batches = epoch_batches(train_inputs, split.train_targets, cell.batch_size, generator)
        began = time.perf_counter()
        loss = model.train_epoch(batches)
        model.synchronize()
        train_seconds += time.perf_counter() - began
        if not math.isfinite(loss):
            raise DivergedError(f"diverged: the loss became {loss} in epoch {epoch} (seed {seed}, fold {fold})")
        outputs = model.predict(test_inputs, batch_size=PREDICTION_BATCH)
        metrics = _evaluate(task, split, outputs)
        curve.append(EpochPoint(epoch=epoch, train_loss=loss, metrics=metrics, train_seconds=train_seconds))
    return SplitResult(
        seed=seed,
        fold=fold,
        train_examples=len(train_inputs),
        test_examples=len(test_inputs),
        metrics=curve[-1].metrics,
        curve=tuple(curve),
    )


def _measure_baseline(cell: AccuracyCell, task: Task, prepared: Path) -> AccuracyResult:
    splits = []
    parameters = 0
    for seed in cell.seeds:
        for fold in range(cell.folds):
            split = load_split(prepared, task.name, seed, fold, cell.dtype)
            outputs, parameters = run_baseline(task, split)
            splits.append(
                SplitResult(
                    seed=seed,
                    fold=fold,
                    train_examples=len(split.train_inputs),
                    test_examples=len(split.test_inputs),
                    metrics=_evaluate(task, split, outputs),
                )
            )
    return AccuracyResult(parameters=parameters, splits=tuple(splits), peak_memory_bytes=process_peak_bytes())


def _evaluate(task: Task, split: Split, outputs: Array) -> dict[str, float]:
    found = evaluate(task.kind, task.metrics, split.test_targets, outputs, split.target_mean, split.target_scale)
    for metric, value in found.items():
        if not math.isfinite(value):
            raise DivergedError(f"diverged: {metric} on the held-out part is {value}")
    return found
