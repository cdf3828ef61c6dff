"""What it is worth that variants of one example stay on one side of a split: `python -m benchmarks.tuning.groups`.

A network is trained twice for each seed: on a split by groups, as every run has it, and on one that knows of no groups.
Its accuracy on the second is higher by what it remembers of variants of the test examples, if it does.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from pydantic import ValidationError

from benchmarks.datasets import Data, dataset
from benchmarks.kinds import TaskError
from benchmarks.records.cells import Frozen
from benchmarks.tasks import task as find_task
from benchmarks.tasks import tasks
from benchmarks.tasks.base import Task
from benchmarks.tasks.preparation import write_split
from benchmarks.tasks.split import load_split, split_path
from benchmarks.tasks.splitting import splits
from benchmarks.tuning.trials import Trial, run_trial
from impls.errors import ThreefoldError


class GroupTrial(Frozen):
    """One training on one of the two splits of a seed."""

    #: Whether the split keeps groups on one side.
    grouped: bool
    #: The share of test examples that have a variant among the training examples.
    with_variant: float
    trial: Trial


def run_group_trial(task: Task, data: Data, label: str, implementation: str, seed: int, *, grouped: bool) -> GroupTrial:
    """Train the recipe on the seed's split, with or without regard to groups.

    Raises:
        TaskError: the task has no such recipe, its data no groups, or it has more than one split a seed.
    """
    if data.groups is None or task.held_out is None:
        raise TaskError(f"task {task.name!r}: it takes data with groups, of which a part is held out")
    used = data if grouped else replace(data, groups=None)
    ((train, test),) = splits(task, used, 1, seed)
    with tempfile.TemporaryDirectory() as folder:
        write_split(task, used, train, test, split_path(Path(folder), task.name, seed, 0))
        split = load_split(Path(folder), task.name, seed, 0)
        trial = run_trial(task, label, {}, split, implementation=implementation, seed=seed)
    return GroupTrial(
        grouped=grouped, with_variant=float(np.isin(data.groups[test], data.groups[train]).mean()), trial=trial
    )


def read_group_trials(path: Path) -> list[GroupTrial]:
    """The trials of a file.

    Raises:
        TaskError: the file holds anything else.
    """
    try:
        return [GroupTrial.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError, ValidationError):
        raise TaskError(f"{path}: is no record of trials with and without groups; give another file") from None


def sentence(trials: Sequence[GroupTrial], metric: str) -> str:
    """What the trials say: the metric on both splits, and the mean difference over the seeds with its deviation."""
    first = trials[0].trial
    values = {(each.grouped, each.trial.seed): each.trial.epochs[-1].metrics[metric] for each in trials}
    seeds = sorted({seed for _, seed in values})
    means = {grouped: mean(values[grouped, seed] for seed in seeds) for grouped in (True, False)}
    differences = [values[False, seed] - values[True, seed] for seed in seeds]
    sampling = (means[True] * (1 - means[True]) / first.validation_examples) ** 0.5
    variants = mean(each.with_variant for each in trials if not each.grouped)
    return (
        f"Measured on `{first.task}` with its recipe `{first.recipe}` ({first.implementation}, {len(seeds)} seeds): "
        f"{100 * variants:.1f} % of the test examples have a variant in training where groups are not kept together. "
        f"The {metric} is {100 * means[False]:.2f} % then and {100 * means[True]:.2f} % with groups kept together; the "
        f"difference is {100 * mean(differences):+.2f} points, with a standard deviation of "
        f"{100 * stdev(differences):.2f} over the seeds. A positive one would show that variants are remembered. "
        f"The two splits test on different examples, {first.validation_examples:,} each, which alone gives each "
        f"{metric} a standard error of {100 * sampling:.2f} points."
    )


def main() -> None:
    """Measure what the file lacks of both splits of each seed, and add it."""
    options = _options()
    task = find_task(options.task)
    data = dataset(task.dataset).load()
    known = read_group_trials(options.out) if options.out.exists() else []
    there = {(each.grouped, each.trial.recipe, each.trial.seed) for each in known}
    for seed in range(options.seeds):
        for grouped in (True, False):
            if (grouped, options.recipe, seed) not in there:
                trial = run_group_trial(task, data, options.recipe, options.implementation, seed, grouped=grouped)
                options.out.parent.mkdir(parents=True, exist_ok=True)
                with options.out.open("a", encoding="utf-8", newline="\n") as file:
                    file.write(trial.model_dump_json() + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tuning.groups", description=__doc__)
    parser.add_argument("--task", default="names", choices=[name for name, task in tasks().items() if task.held_out])
    parser.add_argument("--recipe", default="mlp")
    parser.add_argument("--implementation", default="torch")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("results/grouping/names.jsonl"))
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except ThreefoldError as error:
        sys.exit(f"groups: {error}")
