"""Cross-validation of one network by one implementation: training, learning curves, metrics."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.execution.child import device_peak_bytes, fix_threads, process_peak_bytes
from benchmarks.execution.messages import Teller
from benchmarks.measure.checkpoint import Keeper
from benchmarks.measure.inspection import gradients_by_position, look_inside
from benchmarks.measure.parts import set_aside, training_part
from benchmarks.measure.prediction import answer
from benchmarks.measure.probes import probe_layers
from benchmarks.metrics.evaluate import Answers, evaluate
from benchmarks.records.bounds import is_moderate
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.networks import ModelSpec, model_spec
from benchmarks.records.results import AccuracyResult, EpochPoint, SplitResult
from benchmarks.tasks import task as find_task
from benchmarks.tasks.base import Task
from benchmarks.tasks.batches import epoch_batches, skip_epochs
from benchmarks.tasks.split import Split, load_split
from impls import Array, Model, Parameters
from impls.engines import implementation as find_implementation
from impls.errors import ThreefoldError

#: Examples that are decoded token by token after each epoch but the last; after that one all are.
EVALUATED_SEQUENCES = 1000


class DivergedError(ThreefoldError):
    """The training loss, or a metric, is no longer a finite number, or one that no figure of a training comes near."""


def measure_accuracy(cell: AccuracyCell, prepared: Path, keeper: Keeper | None = None) -> AccuracyResult:
    """Train and evaluate on every fold of every seed.

    One model serves all splits, so that tracing and compiling are paid once: each split loads fresh starting weights.

    Args:
        cell: what to train.
        prepared: folder of the prepared data.
        keeper: keeps the training, and has what is left of an earlier one; None begins and keeps nothing.

    Raises:
        DivergedError: a training loss or a metric became infinite, nan, or larger than what records hold.
    """
    task = find_task(cell.task)
    if cell.is_baseline:
        return _measure_baseline(cell, task, prepared)
    implementation = find_implementation(cell.implementation)
    fix_threads(cell.implementation, cell.threads)
    spec = model_spec(cell)
    model = spec.build(cell.implementation)
    keeper = keeper or Keeper(None, 0.0)
    teller = Teller(cell, done=keeper.epochs)
    places = [(seed, fold) for seed in cell.seeds for fold in range(cell.folds)]
    for seed, fold in places[len(keeper.splits) :]:
        split = load_split(prepared, task.name, seed, fold, cell.dtype)
        keeper.finish(_train_split(model, spec, cell, task, split, seed, fold, keeper, teller))
    return AccuracyResult(
        parameters=spec.architecture.parameter_count,
        splits=keeper.splits,
        peak_memory_bytes=device_peak_bytes(implementation, cell.device),
    )


def split_seeds(seed: int, fold: int) -> tuple[int, int]:
    """Seeds of a split's starting weights and of its batch order, the same for every implementation."""
    weights, order = np.random.SeedSequence([seed, fold]).generate_state(2)
    return int(weights), int(order)


def network_inputs(inputs: Array, model_shape: tuple[int, ...]) -> Array:
    """Examples in the network's shape: an image is a row of numbers to a network that takes rows."""
    return inputs.reshape(len(inputs), *model_shape)


def _train_split(
    model: Model,
    spec: ModelSpec,
    cell: AccuracyCell,
    task: Task,
    split: Split,
    seed: int,
    fold: int,
    keeper: Keeper,
    teller: Teller,
) -> SplitResult:
    shape = spec.architecture.input_shape
    split = split._replace(
        train_inputs=network_inputs(split.train_inputs, shape), test_inputs=network_inputs(split.test_inputs, shape)
    )
    split, validation = set_aside(cell, task.kind, split, seed, fold)
    weights_seed, order_seed = split_seeds(seed, fold)
    start = spec.start(weights_seed)
    model.load_parameters(start)
    generator = np.random.default_rng(order_seed)
    curve = keeper.resume(model)
    skip_epochs(len(curve), len(split.train_inputs), generator)
    train_seconds = curve[-1].train_seconds if curve else 0.0
    for epoch in range(len(curve) + 1, cell.epochs + 1):
        batches = epoch_batches(split.train_inputs, split.train_targets, cell.batch_size, generator)
        began = time.perf_counter()
        loss = model.train_epoch(batches)
        model.synchronize()
        train_seconds += time.perf_counter() - began
        if not is_moderate(loss):
            raise DivergedError(f"diverged: the loss became {loss} in epoch {epoch} (seed {seed}, fold {fold})")
        evaluated = _evaluated(task, split, last=epoch == cell.epochs)
        metrics = _evaluate(task, split, answer(model, task.kind, split, evaluated), evaluated)
        point = EpochPoint(
            epoch=epoch, train_loss=loss, metrics=metrics, train_seconds=train_seconds, evaluated=evaluated
        )
        curve.append(point)
        teller.tell(len(keeper.splits), point)
        keeper.keep(model, curve)
    return SplitResult(
        seed=seed,
        fold=fold,
        train_examples=len(split.train_inputs),
        test_examples=len(split.test_inputs),
        metrics=curve[-1].metrics,
        curve=tuple(curve),
        train_metrics=_metrics_of(model, task, training_part(task.kind, split)) if cell.training_metrics else None,
        validation_metrics=_metrics_of(model, task, validation) if validation else None,
        **_inspected(model, cell, task, split, start, seed, fold),
    )


def _inspected(
    model: Model, cell: AccuracyCell, task: Task, split: Split, start: Parameters, seed: int, fold: int
) -> dict[str, Any]:
    """What is taken of single trainings alone."""
    looked = look_inside(model, task, split, start) if seed == fold == 0 else {}
    if cell.gradients_of_all_seeds and fold == 0:
        looked |= {"hidden_gradients": gradients_by_position(model, split, start)}
    if cell.probes and fold == 0:
        looked |= {"probes": probe_layers(model, split)}
    return looked


def _measure_baseline(cell: AccuracyCell, task: Task, prepared: Path) -> AccuracyResult:
    splits = []
    parameters = None
    for seed in cell.seeds:
        for fold in range(cell.folds):
            split = load_split(prepared, task.name, seed, fold, cell.dtype)
            answers, parameters = task.all_baselines[cell.architecture].run(split)
            splits.append(
                SplitResult(
                    seed=seed,
                    fold=fold,
                    train_examples=len(split.train_inputs),
                    test_examples=len(split.test_inputs),
                    metrics=_evaluate(task, split, answers, None),
                )
            )
    return AccuracyResult(parameters=parameters, splits=tuple(splits), peak_memory_bytes=process_peak_bytes())


def _metrics_of(model: Model, task: Task, part: Split) -> dict[str, float]:
    """The metrics of a part that stands in the test part's place."""
    return _evaluate(task, part, answer(model, task.kind, part), None)


def _evaluated(task: Task, split: Split, *, last: bool) -> int | None:
    """How many held-out examples are evaluated; None for all."""
    if last or task.kind != "transduction" or len(split.test_inputs) <= EVALUATED_SEQUENCES:
        return None
    return EVALUATED_SEQUENCES


def _evaluate(task: Task, split: Split, answers: Answers, evaluated: int | None) -> dict[str, float]:
    targets = split.test_targets[:evaluated]
    values = evaluate(task.kind, task.metrics, targets, answers, split.target_mean, split.target_scale)
    for metric, value in values.items():
        if not is_moderate(value):
            raise DivergedError(f"diverged: {metric} on the held-out part is {value}")
    return values
