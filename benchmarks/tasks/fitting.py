"""Whether a task fits its data: the way in which inputs are made ready, and the sizes of its networks.

A mistake in somebody's task is one line, which names the task and the field, and not an error of the first network that
is given a batch.
"""

import math
from collections.abc import Mapping

from benchmarks.datasets import Dataset
from benchmarks.kinds import TOKEN_KINDS, TaskError
from benchmarks.metrics.evaluate import functions_of
from benchmarks.tasks.base import Recipe, Task
from impls import Array


def check_way(task: Task, described: Dataset) -> None:
    """Whether the task makes the data set's kind of inputs ready.

    Raises:
        TaskError: its preprocessing is for tables, or its `pixel_maximum` for images, and the data are of another kind.
    """
    shape = "×".join(map(str, described.shape))
    what = f"data set {described.name!r} holds {described.kind}" + (f" of {shape}" if shape else "")
    if task.preprocessing is not None and described.kind != "table":
        advice = " such as ScaledSeries(length)" if described.kind == "sequences" else ""
        raise TaskError(
            f"task {task.name!r}: preprocessing is for tables, and {what}; give an encoding{advice} instead"
        )
    if task.pixel_maximum is not None and described.kind != "images":
        raise TaskError(f"task {task.name!r}: pixel_maximum is for images, and {what}; give another way")


def check_metrics(task: Task) -> None:
    """Whether every metric is one of the task's kind.

    Raises:
        TaskError: it is not; the message names those that are.
    """
    known = functions_of(task.kind)
    for name in task.metrics:
        if name not in known:
            raise TaskError(f"task {task.name!r}: metrics: {name!r} is none of {task.kind}; give {', '.join(known)}")


def check_recipes(task: Task, arrays: Mapping[str, Array]) -> None:
    """Whether every network takes the inputs that were made, and has an output for each class.

    Raises:
        TaskError: it does not; the message names the recipe, and both shapes.
    """
    if "train_inputs" not in arrays:  # of images, which are stored apart
        return
    inputs, targets = arrays["train_inputs"].shape[1:], arrays["train_targets"]
    for label, recipe in task.recipes.items():
        wanted = recipe.architecture.input_shape
        if math.prod(wanted) != math.prod(inputs):
            raise _misfit(task, label, recipe, f"takes inputs of {wanted}, the data has {tuple(inputs)}")
        if recipe.architecture.fields or task.kind in TOKEN_KINDS:
            continue
        outputs = recipe.architecture.output_shape
        if task.kind == "classification" and targets.size and int(targets.max()) >= outputs[-1]:
            raise _misfit(task, label, recipe, f"has {outputs[-1]} outputs, the data has class {int(targets.max())}")
        if task.kind == "regression" and outputs != targets.shape[1:]:
            raise _misfit(task, label, recipe, f"has outputs of {outputs}, the targets are {targets.shape[1:]}")


def _misfit(task: Task, label: str, recipe: Recipe, how: str) -> TaskError:
    name = type(recipe.architecture).__name__
    return TaskError(f"task {task.name!r}, recipes[{label!r}]: its {name} {how}; change its sizes")
