"""A suite: which tasks, implementations and devices are run, and how thoroughly."""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, AliasChoices, Field, field_validator, model_validator

from benchmarks.datasets import dataset
from benchmarks.printable import shown
from benchmarks.records.bounds import Name
from benchmarks.records.cells import Frozen
from benchmarks.records.tuning import METHODS, Method, Space, grid_size
from benchmarks.suites.variants import VariantPlan, check_space, check_variants
from benchmarks.tasks import tasks as known_tasks
from impls import implementations as known_implementations

_Value = TypeVar("_Value", bound=int | str)

#: How often something is repeated. The bound is far above what anybody waits for, and low enough to be planned at once.
Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Launches = Annotated[int, Field(ge=1, le=100, strict=True)]
Epochs = Annotated[int, Field(ge=1, le=10**6, strict=True)]
Examples = Annotated[int, Field(ge=1, le=10**6, strict=True)]
#: Seconds and mebibytes. Strict: neither a text nor a truth value is a number.
Positive = Annotated[float, Field(gt=0, le=1e9, strict=True)]
NotNegative = Annotated[float, Field(ge=0, le=1e9, strict=True)]


def _distinct(values: tuple[_Value, ...]) -> tuple[_Value, ...]:
    """Refuse what is named twice, which would be measured twice."""
    seen = set[_Value]()
    for value in values:
        if value in seen:
            raise ValueError(f"{shown(value)} is named twice")
        seen.add(value)
    return values


def _known(names: tuple[str, ...], known: Collection[str], what: str) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise ValueError(f"{what} {shown(name)} is unknown; there are {', '.join(sorted(known))}")
        if names.count(name) > 1:
            raise ValueError(f"{what} {name!r} is named twice")
    return names


def _known_tasks(names: tuple[str, ...]) -> tuple[str, ...]:
    return _known(names, known_tasks(), "task")


def _known_implementations(names: tuple[str, ...]) -> tuple[str, ...]:
    return _known(names, known_implementations(), "implementation")


TaskNames = Annotated[tuple[str, ...], AfterValidator(_known_tasks)]
ImplementationNames = Annotated[tuple[str, ...], AfterValidator(_known_implementations)]
BatchSizes = Annotated[tuple[Examples, ...], Field(min_length=1, max_length=20), AfterValidator(_distinct)]
Devices = Annotated[tuple[Literal["cpu", "cuda"], ...], Field(min_length=1), AfterValidator(_distinct)]


class TimingPlan(Frozen):
    """How thoroughly the operations are timed."""

    #: Process launches a cell.
    launches: Launches = 3
    #: Batch sizes of train step and prediction; the epoch takes the recipe's.
    batch_sizes: BatchSizes = (32, 256)
    #: Seconds of measuring that each operation gets in each launch.
    budget_s: Positive = 0.2
    #: Tasks that are not timed: for them there are accuracies and certificates alone.
    leave_out: TaskNames = ()


class TuningPlan(Frozen):
    """Searches for hyperparameters with equal budgets, of every network of the suite."""

    methods: Annotated[tuple[Method, ...], Field(min_length=1), AfterValidator(_distinct)] = METHODS
    #: Trainings of each search on each split.
    trials: Count
    space: Space

    @model_validator(mode="after")
    def _the_grid_has_the_same_budget(self) -> Self:
        if "grid" in self.methods and grid_size(self.space) != self.trials:
            raise ValueError(
                f"trials: {self.trials} are not the {grid_size(self.space)} points of the grid; "
                "all methods need the same budget"
            )
        return self


class LongTasks(Frozen):
    """Tasks whose trainings take minutes, and what they are spared."""

    tasks: TaskNames = ()
    #: Those of the suite's implementations that train and are timed on them; empty is all.
    implementations: ImplementationNames = ()
    #: Never more than the suite's own.
    repeats: Count = 1
    launches: Launches = 1
    batch_sizes: BatchSizes = (64,)


class Suite(Frozen):
    """What a run consists of."""

    name: Annotated[Name, Field(min_length=1, max_length=200)]
    description: Annotated[Name, Field(max_length=2000)] = ""
    tasks: Annotated[TaskNames, Field(min_length=1)]
    #: Only these of the tasks' recipes; empty is every one that a task has. (Suite files once said `architectures`.)
    recipes: Annotated[tuple[str, ...], Field(validation_alias=AliasChoices("recipes", "architectures"))] = ()
    implementations: Annotated[ImplementationNames, Field(min_length=1)]
    devices: Devices = ("cpu",)
    dtype: Literal["float32", "float64"] = "float32"
    folds: Annotated[int, Field(ge=2, le=10**6, strict=True)] = 5
    #: Repeats of the cross-validation, each with a seed of its own: 0, 1, …
    repeats: Count = 1
    #: Repeats of single tasks that have more, or fewer, than that: what is trained in a second can have ten.
    seeds: Mapping[str, Count] = {}
    #: By task, the only recipes of it that are run; else all that `recipes` allows.
    recipes_of: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_distinct)]] = {}
    #: Trainings end after this many epochs, where the recipe has more: for a first look at what takes a day.
    max_epochs: Epochs | None = None
    #: The same for single tasks, in place of that.
    epochs: Mapping[str, Epochs] = {}
    #: Processor threads of every measured process.
    threads: Count = 1
    #: A cell that takes longer, or more memory, is ended and recorded so.
    time_limit_s: Positive = 3600
    memory_limit_mib: Positive = 8192
    #: A training that takes longer is kept on disk as often, and goes on from there when the run was interrupted.
    keep_training_s: NotNegative = 60
    timing: TimingPlan = TimingPlan()
    long: LongTasks = LongTasks()
    #: Changes of recipes: each is trained, certified and timed like a recipe of its own.
    variants: Annotated[tuple[VariantPlan, ...], Field(max_length=1000)] = ()
    #: Which recipes run as their tasks declare them: all, those alone that have no variant, or none.
    unchanged_recipes: Literal["all", "without variants", "none"] = "all"
    #: Whether networks are trained and baselines fitted; otherwise there are certificates and timings alone.
    trainings: Annotated[bool, Field(strict=True)] = True
    #: Searches for hyperparameters of all networks; None is none.
    tuning: TuningPlan | None = None
    #: Whether networks are certified; without other implementations than the reference there is nothing to compare.
    certificates: Annotated[bool, Field(strict=True)] = True
    #: This share of each training part is set aside as a validation part, on which metrics are taken too.
    validation_share: Annotated[float, Field(gt=0, lt=1, strict=True)] | None = None
    #: Whether metrics are taken of the training examples too, after the last epoch.
    training_metrics: Annotated[bool, Field(strict=True)] = False
    #: Whether gradients against the lag are taken of each seed's first training, and of attention too; else of one.
    gradients_of_all_seeds: Annotated[bool, Field(strict=True)] = False
    #: Whether linear classifiers are fitted on the features of each layer, after each seed's first training.
    probes: Annotated[bool, Field(strict=True)] = False
    #: Whether tasks' further baselines are fitted too, which take longer.
    further_baselines: Annotated[bool, Field(strict=True)] = False

    def implementations_of(self, task: str) -> tuple[str, ...]:
        """The implementations that do the task."""
        if task not in self.long.tasks or not self.long.implementations:
            return self.implementations
        return tuple(name for name in self.implementations if name in self.long.implementations)

    def runs(self, task: str, recipe: str) -> bool:
        """Whether the suite asks for this recipe of the task."""
        return (not self.recipes or recipe in self.recipes) and recipe in self.recipes_of.get(task, (recipe,))

    def repeats_of(self, task: str) -> int:
        """Seeds with which the task is trained."""
        if task in self.seeds:
            return self.seeds[task]
        return min(self.repeats, self.long.repeats) if task in self.long.tasks else self.repeats

    def epochs_of(self, task: str, epochs: int) -> int:
        """Epochs of a training whose recipe has this many."""
        return min(epochs, self.epochs.get(task, self.max_epochs or epochs))

    def timing_of(self, task: str) -> TimingPlan:
        """How thoroughly the task is timed."""
        if task not in self.long.tasks:
            return self.timing
        launches = min(self.timing.launches, self.long.launches)
        return self.timing.model_copy(update={"launches": launches, "batch_sizes": self.long.batch_sizes})

    @field_validator("seeds", "epochs")
    @classmethod
    def _counts_are_of_tasks(cls, counts: Mapping[str, int]) -> Mapping[str, int]:
        _known(tuple(counts), known_tasks(), "task")
        return counts

    @field_validator("recipes_of")
    @classmethod
    def _recipes_are_of_their_tasks(cls, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for name in _known(tuple(chosen), known_tasks(), "task"):
            for label in chosen[name]:
                if label not in known_tasks()[name].recipes:
                    raise ValueError(
                        f"{name}: recipe {shown(label)} is unknown; it has {', '.join(known_tasks()[name].recipes)}"
                    )
        return chosen

    @field_validator("recipes")
    @classmethod
    def _recipes_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, {name for task in known_tasks().values() for name in task.recipes}, "recipe")

    @model_validator(mode="after")
    def _each_choice_has_something_to_do(self) -> Self:
        chosen = [known_tasks()[name] for name in self.tasks]
        for label in self.recipes:
            if not any(label in task.recipes for task in chosen):
                raise ValueError(
                    f"recipe {label!r}: none of the tasks {', '.join(self.tasks)} has it; "
                    f"they have {', '.join(sorted({name for task in chosen for name in task.recipes}))}"
                )
        for device in self.devices:
            if not any(device in known_implementations()[name].devices for name in self.implementations):
                raise ValueError(f"device {device!r}: none of {', '.join(self.implementations)} runs on it")
        for name in self.implementations:
            if self.dtype not in known_implementations()[name].dtypes:
                raise ValueError(f"dtype {self.dtype!r}: implementation {name!r} has no such precision")
        for task in chosen:
            if not self.implementations_of(task.name):
                raise ValueError(f"task {task.name!r}: the suite has none of the implementations of [long]")
            examples = dataset(task.dataset)
            if task.held_out is None and not examples.test_examples and self.folds > examples.examples:
                raise ValueError(
                    f"folds: {self.folds} are more than the {examples.examples} examples of task {task.name!r}"
                )
            if self.probes and task.kind != "classification":
                raise ValueError(f"probes: task {task.name!r} has no classes, which linear classifiers need")
        if self.unchanged_recipes == "none" and not self.variants:
            raise ValueError("unchanged_recipes: without variants none would leave nothing to run")
        recipes = [(task, label) for task in chosen for label in task.recipes]
        networks = [(task, label) for task, label in recipes if self.runs(task.name, label)]
        check_variants(self.variants, networks)
        if self.tuning is not None:
            check_space(self.tuning.space, networks, self.variants)
        return self
