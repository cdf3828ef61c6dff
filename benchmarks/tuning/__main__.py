"""`python -m benchmarks.tuning`: one trial of a recipe, and the baselines on the same validation part."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.datasets import dataset
from benchmarks.metrics.evaluate import evaluate
from benchmarks.tasks import task as find_task
from benchmarks.tasks.preparation import write_split
from benchmarks.tasks.split import load_split, split_path
from benchmarks.tuning.trials import append_trial, read_trials, run_trial
from benchmarks.tuning.validation import validation_split
from impls.errors import ThreefoldError


def main() -> None:
    """Train a recipe on untested data, print what it reaches after each epoch, and store the trial."""
    options = _options()
    if options.out and options.out.exists():
        read_trials(options.out)
    task = find_task(options.task)
    data = dataset(task.dataset).load()
    spared = range(options.spared_seeds)
    train, validation = validation_split(task, data, spared)
    with tempfile.TemporaryDirectory() as folder:
        write_split(task, data, train, validation, split_path(Path(folder), task.name, 0, 0))
        split = load_split(Path(folder), task.name, 0, 0)
        if options.recipe is None:
            for label, baseline in task.baselines.items():
                answers = baseline.run(split).answers
                scale = (split.target_mean, split.target_scale)
                print(label, evaluate(task.kind, task.metrics, split.test_targets, answers, *scale), flush=True)
            return
        changes: dict[str, Any] = dict(options.settings)
        if options.epochs is not None:
            changes["epochs"] = options.epochs
        trial = run_trial(
            task,
            options.recipe,
            changes,
            split,
            implementation=options.implementation,
            seed=options.seed,
            spared_seeds=spared,
        )
    if options.out:
        append_trial(options.out, trial)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.tuning",
        description="One trial of a recipe, judged on a validation part of the training data.",
    )
    parser.add_argument("--task", required=True)
    parser.add_argument("--recipe", help="without it the task's baselines are judged")
    parser.add_argument("--set", dest="settings", type=_setting, action="append", default=[], metavar="NAME=JSON")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--implementation", default="torch")
    parser.add_argument("--seed", type=int, default=0, help="of starting weights and batch order")
    parser.add_argument("--spared-seeds", type=int, default=3, help="seeds, from 0, whose test parts are left alone")
    parser.add_argument("--out", type=Path, help="JSON lines file to which the trial is added")
    return parser.parse_args()


def _setting(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    return name, json.loads(value)


if __name__ == "__main__":
    try:
        main()
    except ThreefoldError as error:
        sys.exit(f"tuning: {error}")
