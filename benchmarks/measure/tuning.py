"""A search for hyperparameters on each outer split: trials are chosen on a validation part within its training part.

Finished trials lie in an Optuna journal in the run's folder, which Optuna's own tools read, until the run is whole.
What is suggested next depends on the finished trials, their number and the seed alone: a search that is killed goes on
as if it had not been.
"""

import itertools
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import TrialState, create_trial

from benchmarks.execution.child import fix_threads
from benchmarks.measure.cross_validation import network_inputs, split_seeds
from benchmarks.measure.parts import set_aside
from benchmarks.measure.prediction import answer
from benchmarks.metrics.evaluate import evaluate, metric_of
from benchmarks.records.bounds import is_moderate
from benchmarks.records.cells import TuningCell
from benchmarks.records.networks import model_spec
from benchmarks.records.tuning import Search, SearchAxis, SearchTrial, TuningResult, plain
from benchmarks.tasks import task as find_task
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.batches import epoch_batches
from benchmarks.tasks.overrides import overridden
from benchmarks.tasks.split import Split, load_split
from impls import build, initial_parameters

#: Keeps the random numbers of searches apart from those of trainings, which have the same seed and fold.
_STREAM = 17
#: Of the forest by which importances are computed.
TREES = 32
#: Names of what a trial in the journal has besides.
_TEST, _SECONDS, _REASON = "test", "train_seconds", "reason"


def measure_tuning(cell: TuningCell, prepared: Path, journal: Path) -> TuningResult:
    """Search on every fold of every seed.

    Args:
        cell: what to tune, how, and with how many trials.
        prepared: folder of the prepared data.
        journal: file of the finished trials; made if missing.

    Raises:
        TaskError: a suggested value is not possible for the network.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    fix_threads(cell.implementation, cell.threads)
    task = find_task(cell.task)
    storage = JournalStorage(JournalFileBackend(str(journal)))
    searches = []
    for seed in cell.seeds:
        for fold in range(cell.folds):
            whole = load_split(prepared, task.name, seed, fold, cell.dtype)
            split, validation = set_aside(cell, task.kind, whole, seed, fold)
            assert validation is not None
            study = _study(task, storage, seed, fold)
            while len(study.trials) < cell.trials:
                _next_trial(study, cell, task, split, validation, seed, fold)
            searches.append(
                Search(
                    seed=seed,
                    fold=fold,
                    train_examples=len(split.train_inputs),
                    validation_examples=len(validation.test_inputs),
                    test_examples=len(split.test_inputs),
                    trials=tuple(_stored(trial) for trial in study.trials),
                    importances=_importances(study),
                )
            )
            print(f"search of seed {seed}, fold {fold}: {cell.trials} trials", flush=True)
    return TuningResult(metric=task.metrics[0], searches=tuple(searches))


def _study(task: Task, storage: JournalStorage, seed: int, fold: int) -> optuna.Study:
    lower = metric_of(task.metrics[0]).higher_is_better is False
    direction = StudyDirection.MINIMIZE if lower else StudyDirection.MAXIMIZE
    name = f"seed {seed}, fold {fold}"
    return optuna.create_study(storage=storage, study_name=name, direction=direction, load_if_exists=True)


def _next_trial(
    study: optuna.Study, cell: TuningCell, task: Task, split: Split, validation: Split, seed: int, fold: int
) -> None:
    """Train with what is suggested, and add the trial to the journal: only then does it count."""
    values = suggested(cell, study, seed, fold)
    spec = model_spec(cell)
    recipe = overridden(Recipe(spec.architecture, spec.training, cell.batch_size, cell.epochs), values)
    began = time.perf_counter()
    measured = _train(cell, task, recipe, split, validation, seed, fold)
    seconds = time.perf_counter() - began
    failed = measured is None
    study.add_trial(
        create_trial(
            state=TrialState.FAIL if failed else TrialState.COMPLETE,
            params=values,
            distributions=_distributions(cell),
            value=None if measured is None else measured[0],
            user_attrs={
                _TEST: None if measured is None else measured[1],
                _SECONDS: round(seconds, 4),
                _REASON: "diverged: the loss or a metric is not finite" if failed else None,
            },
        )
    )


def suggested(cell: TuningCell, study: optuna.Study, seed: int, fold: int) -> dict[str, Any]:
    """The values of the search's next trial.

    Args:
        cell: says by which method.
        study: the finished trials.
        seed: with the fold and the number of trials, of what is random.
        fold: see `seed`.
    """
    number = len(study.trials)
    if cell.method == "grid":
        points = list(itertools.product(*(axis.points for axis in cell.space.values())))
        order = np.random.default_rng([seed, fold, _STREAM]).permutation(len(points))
        return {name: plain(value) for name, value in zip(cell.space, points[order[number]], strict=True)}
    seeds = int(np.random.SeedSequence([seed, fold, _STREAM, number]).generate_state(1)[0])
    sampler: BaseSampler = RandomSampler(seeds) if cell.method == "random" else TPESampler(seed=seeds)
    # In memory, so that a trial that is never finished leaves nothing in the journal.
    known = optuna.create_study(sampler=sampler, direction=study.direction)
    known.add_trials(study.trials)
    trial = known.ask(_distributions(cell))
    return {name: plain(value) for name, value in trial.params.items()}


def _distributions(cell: TuningCell) -> dict[str, BaseDistribution]:
    return {name: _distribution(axis, cell.method == "grid") for name, axis in cell.space.items()}


def _distribution(axis: SearchAxis, of_grid: bool) -> BaseDistribution:
    if axis.choices or of_grid:
        return CategoricalDistribution([plain(value) for value in axis.points])
    assert axis.low is not None
    assert axis.high is not None
    return FloatDistribution(axis.low, axis.high, log=axis.logarithmic)


def _train(
    cell: TuningCell, task: Task, recipe: Recipe, split: Split, validation: Split, seed: int, fold: int
) -> tuple[float, float] | None:
    """The principal metric on the validation and on the test part; None where it diverged."""
    shape = recipe.architecture.input_shape
    model = build(recipe.architecture, cell.implementation, recipe.training, cell.device, cell.dtype)
    weights_seed, order_seed = split_seeds(seed, fold)
    model.load_parameters(initial_parameters(recipe.architecture, weights_seed, cell.dtype))
    generator = np.random.default_rng(order_seed)
    inputs = network_inputs(split.train_inputs, shape)
    for _ in range(recipe.epochs):
        batches = epoch_batches(inputs, split.train_targets, recipe.batch_size, generator)
        if not is_moderate(model.train_epoch(batches)):
            return None
    values = []
    for part in (validation, split):
        part = part._replace(test_inputs=network_inputs(part.test_inputs, shape))
        answers = answer(model, task.kind, part)
        scale = part.target_mean, part.target_scale
        values.append(evaluate(task.kind, task.metrics[:1], part.test_targets, answers, *scale)[task.metrics[0]])
    return (values[0], values[1]) if all(map(is_moderate, values)) else None


def _stored(trial: optuna.trial.FrozenTrial) -> SearchTrial:
    return SearchTrial(
        values=trial.params,
        validation=trial.value if trial.state is TrialState.COMPLETE else None,
        test=trial.user_attrs[_TEST],
        train_seconds=trial.user_attrs[_SECONDS],
        reason=trial.user_attrs[_REASON],
    )


def _importances(study: optuna.Study) -> dict[str, float]:
    complete = study.get_trials(states=[TrialState.COMPLETE])
    if len({trial.value for trial in complete}) < 2:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=TREES, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that are said to be experimental
        importances = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(f"{share:.4g}") for name, share in importances.items()}
