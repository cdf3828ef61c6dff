"""A trial: a recipe with some settings changed, trained on the training rows and judged on the validation rows."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np

from benchmarks.environment import machine, versions
from benchmarks.execution.child import fix_threads
from benchmarks.kinds import TaskError
from benchmarks.measure.cross_validation import network_inputs, split_seeds
from benchmarks.measure.prediction import answer
from benchmarks.metrics.evaluate import evaluate, metric_of
from benchmarks.records.cells import Frozen
from benchmarks.records.results import Machine
from benchmarks.tasks.base import Task
from benchmarks.tasks.batches import epoch_batches
from benchmarks.tasks.overrides import overridden
from benchmarks.tasks.split import Split
from impls import build, initial_parameters

#: Of the best value: what is nearer counts as good.
TOLERANCE = 0.01


class TrialEpoch(Frozen):
    """How far a trial was after an epoch."""

    train_loss: float
    #: On the validation part.
    metrics: Mapping[str, float]
    #: Of training, since the trial began.
    train_seconds: float


class Trial(Frozen):
    """One training on untested data; the line of a tuning record."""

    task: str
    #: The recipe's label, and the settings that differ from what the recipe had at the time.
    recipe: str
    changes: Mapping[str, Any]
    #: All settings, as the recipe's fields write themselves.
    architecture: str
    training: str
    batch_size: int
    implementation: str
    seed: int
    #: Seeds whose test parts no row is from.
    spared_seeds: tuple[int, ...]
    train_examples: int
    validation_examples: int
    epochs: tuple[TrialEpoch, ...]
    machine: Machine
    versions: Mapping[str, str]


def run_trial(
    task: Task,
    label: str,
    changes: Mapping[str, Any],
    split: Split,
    *,
    implementation: str = "torch",
    seed: int = 0,
    spared_seeds: Sequence[int] = (),
) -> Trial:
    """Train for the recipe's epochs, judged after each of them.

    Args:
        task: whose recipe it is.
        label: of the recipe.
        changes: settings that replace the recipe's, see `overridden`.
        split: with the validation part as its test part.
        implementation: that trains; all give the same answer.
        seed: of starting weights and batch order.
        spared_seeds: whose test parts the split has no example of.

    Raises:
        TaskError: the task has no such recipe, or the recipe no such setting.
    """
    if label not in task.recipes:
        raise TaskError(f"task {task.name!r} has no recipe {label!r}; there are {', '.join(task.recipes)}")
    recipe = overridden(task.recipes[label], changes)
    fix_threads(implementation, 1)
    model = build(recipe.architecture, implementation, recipe.training)
    shape = recipe.architecture.input_shape
    split = split._replace(
        train_inputs=network_inputs(split.train_inputs, shape), test_inputs=network_inputs(split.test_inputs, shape)
    )
    weights_seed, order_seed = split_seeds(seed, 0)
    model.load_parameters(initial_parameters(recipe.architecture, weights_seed))
    generator = np.random.default_rng(order_seed)
    epochs: list[TrialEpoch] = []
    seconds = 0.0
    for _ in range(recipe.epochs):
        batches = epoch_batches(split.train_inputs, split.train_targets, recipe.batch_size, generator)
        began = time.perf_counter()
        loss = model.train_epoch(batches)
        model.synchronize()
        seconds += time.perf_counter() - began
        answers = answer(model, task.kind, split)
        metrics = evaluate(task.kind, task.metrics, split.test_targets, answers, split.target_mean, split.target_scale)
        epochs.append(TrialEpoch(train_loss=loss, metrics=metrics, train_seconds=round(seconds, 2)))
        print(f"{label} {json.dumps(dict(changes))} epoch {len(epochs)}: loss {loss:.4f} {metrics}", flush=True)
    return Trial(
        task=task.name,
        recipe=label,
        changes=changes,
        architecture=repr(recipe.architecture),
        training=repr(recipe.training),
        batch_size=recipe.batch_size,
        implementation=implementation,
        seed=seed,
        spared_seeds=tuple(spared_seeds),
        train_examples=len(split.train_inputs),
        validation_examples=len(split.test_inputs),
        epochs=tuple(epochs),
        machine=machine(),
        versions=versions(),
    )


def append_trial(path: Path, trial: Trial) -> None:
    """Add the trial's line to the file, made if missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(trial.model_dump_json() + "\n")


def read_trials(path: Path) -> list[Trial]:
    """All trials of a file, in the order in which they were made.

    Raises:
        TaskError: the file is no record of trials.
    """
    try:
        return [Trial.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        raise TaskError(f"{path}: is no record of trials; give another file with --out") from None


class Choice(NamedTuple):
    """What the trials of a recipe say."""

    #: One of the trials with the settings chosen.
    trial: Trial
    epochs: int
    #: Of the principal metric on the validation part, the mean over the seeds that were tried.
    value: float


def chosen(trials: Sequence[Trial], metric: str) -> Choice:
    """The cheapest choice that is as good as the best: of those within 1 % of its value the one of the fewest epochs.

    Of several, the one that changes the fewest settings.

    Nothing that is set depends on the number of epochs, so that a trial shows every shorter training too.

    Args:
        trials: of one recipe, all of its settings and seeds.
        metric: name of the task's principal one.
    """
    higher = metric_of(metric).higher_is_better
    by_settings: dict[tuple[str, str, int], list[Trial]] = {}
    for trial in trials:
        by_settings.setdefault((trial.architecture, trial.training, trial.batch_size), []).append(trial)
    choices = []
    for tried in by_settings.values():
        for epoch in range(min(len(trial.epochs) for trial in tried)):
            value = mean(trial.epochs[epoch].metrics[metric] for trial in tried)
            choices.append(Choice(tried[0], epoch + 1, value))
    best = max(choices, key=lambda choice: choice.value if higher else -choice.value).value
    tolerance = abs(best) * TOLERANCE
    close = [choice for choice in choices if abs(choice.value - best) <= tolerance]
    return min(close, key=lambda choice: (choice.epochs, len(choice.trial.changes), abs(choice.value - best)))
