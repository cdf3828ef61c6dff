"""What a suite changes of its tasks' recipes, by task and recipe."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from benchmarks.kinds import TaskError
from benchmarks.printable import shown
from benchmarks.records.cells import Frozen, Variant
from benchmarks.records.tuning import SearchAxis, plain
from benchmarks.tasks import Recipe, Task, tasks
from benchmarks.tasks.overrides import overridden

#: A variant's name becomes part of labels, tables and files' names.
NAME = r"^[a-z0-9][a-z0-9 .,=×+*/_-]*$"


class VariantPlan(Frozen):
    """A named set of overrides, and the recipes of the tasks that it is made of."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=NAME)]
    #: Empty is every task of the suite.
    tasks: tuple[str, ...] = ()
    #: Empty is every recipe of these tasks that the suite runs.
    recipes: tuple[str, ...] = ()
    #: Fields of the recipe, of its training or of its architecture, and `train_examples`.
    overrides: Annotated[Mapping[str, Any], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _tasks_exist(self) -> "VariantPlan":
        for name in self.tasks:
            if name not in tasks():
                raise ValueError(
                    f"variant {self.name!r}: task {shown(name)} is unknown; there are {', '.join(tasks())}"
                )
        return self

    def changes(self, task: str, recipe: str) -> bool:
        """Whether it is a variant of this recipe."""
        return (not self.tasks or task in self.tasks) and (not self.recipes or recipe in self.recipes)

    def of(self, task: Task, label: str) -> tuple[Variant, Recipe]:
        """The variant as cells name it, and the changed recipe.

        Raises:
            TaskError: an override is not possible; see `overridden`.
        """
        try:
            recipe = overridden(task.recipes[label], self.overrides)
        except TaskError as error:
            raise TaskError(f"variant {self.name!r} of recipe {label!r} of task {task.name!r}: {error}") from None
        return Variant(recipe=label, name=self.name, overrides=self.overrides), recipe


def check_variants(variants: Sequence[VariantPlan], chosen: Sequence[tuple[Task, str]]) -> None:
    """Each variant has something to change, what it changes is possible, and no two of a recipe share a name.

    Args:
        variants: of a suite.
        chosen: its tasks, with the labels of the recipes that it runs.

    Raises:
        ValueError: one of that does not hold; the message is one line.
    """
    named: set[tuple[str, str, str]] = set()
    for variant in variants:
        changed = [(task, label) for task, label in chosen if variant.changes(task.name, label)]
        _require_named_ones(variant, chosen)
        for task, label in changed:
            if (task.name, label, variant.name) in named:
                raise ValueError(f"variant {variant.name!r} of recipe {label!r} of task {task.name!r} is named twice")
            named.add((task.name, label, variant.name))
            try:
                variant.of(task, label)
            except TaskError as error:
                raise ValueError(str(error)) from None


def check_space(
    space: Mapping[str, SearchAxis], networks: Sequence[tuple[Task, str]], variants: Sequence[VariantPlan]
) -> None:
    """Each value that a search may try is possible for every network: what is not would fail after hours of trials.

    Args:
        space: of the searches.
        networks: tasks with the labels of the recipes that the suite runs.
        variants: of the suite.

    Raises:
        ValueError: a value is not possible; the message is one line.
    """
    for task, label in networks:
        changed = [variant.of(task, label)[1] for variant in variants if variant.changes(task.name, label)]
        for recipe in (task.recipes[label], *changed):
            for name, axis in space.items():
                for value in _tried(axis):
                    try:
                        overridden(recipe, {name: plain(value)})
                    except TaskError as error:
                        raise ValueError(f"tuning of recipe {label!r} of task {task.name!r}: {error}") from None


def _tried(axis: SearchAxis) -> Sequence[float]:
    """All points of the grid, both ends of a range, and a value between them."""
    if axis.low is None or axis.high is None:
        return axis.points
    return (*axis.points, axis.low, axis.high, axis.low + (axis.high - axis.low) / 3)


def _require_named_ones(variant: VariantPlan, chosen: Sequence[tuple[Task, str]]) -> None:
    """What it names has to be among what the suite runs."""
    for name, there_are, what in (
        *((name, sorted({task.name for task, _ in chosen}), "task") for name in variant.tasks),
        *((name, list(_recipes_of(variant, chosen)), "recipe") for name in variant.recipes),
    ):
        if name not in there_are:
            raise ValueError(
                f"variant {variant.name!r}: {what} {shown(name)} is not among those of the suite; "
                f"there are {', '.join(there_are)}"
            )


def _recipes_of(variant: VariantPlan, chosen: Sequence[tuple[Task, str]]) -> Iterator[str]:
    """Labels of the recipes of the variant's tasks, each once."""
    labels = (label for task, label in chosen if not variant.tasks or task.name in variant.tasks)
    yield from sorted(set(labels))
