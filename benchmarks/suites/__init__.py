"""Suites: TOML files that say which tasks, implementations and devices are run, and how thoroughly."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from benchmarks.records.cells import Frozen
from benchmarks.records.store import first_problem
from benchmarks.tasks import tasks as known_tasks
from impls import implementations as known_implementations
from impls.errors import ThreefoldError

Count = Annotated[int, Field(ge=1, strict=True)]
Positive = Annotated[float, Field(gt=0)]


class SuiteError(ThreefoldError):
    """A suite file is missing or wrong."""


class TimingPlan(Frozen):
    """How thoroughly is timed."""

    #: Process launches a cell.
    launches: Count = 3
    #: Batch sizes of train step and prediction; the epoch takes the recipe's.
    batch_sizes: Annotated[tuple[Count, ...], Field(min_length=1)] = (32, 256)
    #: Seconds of measuring that each operation gets in each launch.
    budget_s: Positive = 0.2
    #: Tasks that are not timed: for them there are accuracies and certificates alone.
    leave_out: tuple[str, ...] = ()

    @field_validator("leave_out")
    @classmethod
    def _tasks_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, known_tasks(), "task")


class LongTasks(Frozen):
    """Tasks whose trainings take minutes, and what they are spared."""

    tasks: tuple[str, ...] = ()
    #: Those of the suite's implementations that train and are timed on them; empty is all.
    implementations: tuple[str, ...] = ()
    #: Never more than the suite's own.
    repeats: Count = 1
    launches: Count = 1
    batch_sizes: Annotated[tuple[Count, ...], Field(min_length=1)] = (64,)

    @field_validator("tasks")
    @classmethod
    def _tasks_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, known_tasks(), "task")

    @field_validator("implementations")
    @classmethod
    def _implementations_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, known_implementations(), "implementation")


class Suite(Frozen):
    """What a run consists of."""

    name: Annotated[str, Field(min_length=1)]
    description: str = ""
    tasks: Annotated[tuple[str, ...], Field(min_length=1)]
    #: Only recipes of these labels; empty is every one that a task has.
    architectures: tuple[str, ...] = ()
    implementations: Annotated[tuple[str, ...], Field(min_length=1)]
    devices: Annotated[tuple[Literal["cpu", "cuda"], ...], Field(min_length=1)] = ("cpu",)
    dtype: Literal["float32", "float64"] = "float32"
    folds: Annotated[int, Field(ge=2, strict=True)] = 5
    #: Repeats of the cross-validation, each with a seed of its own: 0, 1, …
    repeats: Count = 1
    #: Trainings end after so many epochs, where the recipe has more: for a first look at what takes a day.
    max_epochs: Count | None = None
    #: Processor threads of every measured process.
    threads: Count = 1
    #: A cell that takes longer, or more memory, is ended and recorded so.
    time_limit_s: Positive = 3600
    memory_limit_mib: Positive = 8192
    #: A training that takes longer is kept on disk as often, and goes on from there when the run was interrupted.
    keep_training_s: Annotated[float, Field(ge=0)] = 60
    timing: TimingPlan = TimingPlan()
    long: LongTasks = LongTasks()

    def implementations_of(self, task: str) -> tuple[str, ...]:
        """The implementations that do the task."""
        if task not in self.long.tasks or not self.long.implementations:
            return self.implementations
        return tuple(name for name in self.implementations if name in self.long.implementations)

    def repeats_of(self, task: str) -> int:
        """Seeds with which the task is trained."""
        return min(self.repeats, self.long.repeats) if task in self.long.tasks else self.repeats

    def timing_of(self, task: str) -> TimingPlan:
        """How thoroughly the task is timed."""
        if task not in self.long.tasks:
            return self.timing
        launches = min(self.timing.launches, self.long.launches)
        return self.timing.model_copy(update={"launches": launches, "batch_sizes": self.long.batch_sizes})

    @field_validator("tasks")
    @classmethod
    def _tasks_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, known_tasks(), "task")

    @field_validator("implementations")
    @classmethod
    def _implementations_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, known_implementations(), "implementation")

    @field_validator("architectures")
    @classmethod
    def _architectures_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known(names, {name for task in known_tasks().values() for name in task.recipes}, "architecture")


def suite_names() -> list[str]:
    """The suites that come with Threefold."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))


def read_suite(name_or_path: str) -> Suite:
    """The suite of that name, or in that file.

    Raises:
        SuiteError: there is none, it is not TOML, a field is missing, unknown or of the wrong type, or a task,
            architecture or implementation in it is unknown.
    """
    path = Path(name_or_path)
    if name_or_path in suite_names():
        path = Path(__file__).parent / f"{name_or_path}.toml"
    elif path.suffix != ".toml":
        raise SuiteError(
            f"suite {name_or_path!r} is unknown; there are {', '.join(suite_names())}, or give the path of a .toml file"
        )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SuiteError(f"suite file {path} does not exist; give one of {', '.join(suite_names())}") from None
    except OSError as error:
        raise SuiteError(f"suite file {path} cannot be read: {error.strerror}") from None
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are both
        raise SuiteError(
            f"suite file {path} is not TOML: {error}; see {Path(__file__).parent / 'quick.toml'}"
        ) from None
    try:
        return Suite.model_validate(content)
    except ValidationError as error:
        raise SuiteError(f"suite file {path}: {first_problem(error)}") from None


def _known(names: tuple[str, ...], known: Collection[str], what: str) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise ValueError(f"{what} {name!r} is unknown; there are {', '.join(sorted(known))}")
    if len(set(names)) < len(names):
        raise ValueError(f"{what} named twice in {', '.join(names)}")
    return names
