"""What a study is: a question, and the suite whose records answer it."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from benchmarks.records.bounds import Name
from benchmarks.records.cells import Frozen
from benchmarks.records.results import StudyFacts
from benchmarks.suites import Suite
from benchmarks.suites.variants import VariantPlan
from impls.errors import ThreefoldError

#: Seeds, and launches of what is timed, that a statement needs at least.
FEWEST_SEEDS = 5

Text = Annotated[Name, Field(min_length=1, max_length=2000)]


class StudyError(ThreefoldError):
    """There is no such study."""


class Study(Frozen):
    """A question, and what is measured to answer it."""

    name: Text
    title: Text
    #: What its records answer, as a question.
    question: Text
    #: Why these implementations, and not more or fewer of them.
    implementations_reason: Text
    #: What it takes on one core, about; of published studies as it was measured beside other work.
    minutes: Annotated[float, Field(gt=0)]
    suite: Suite

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if self.suite.name != self.name:
            raise ValueError(f"study {self.name!r}: its suite is called {self.suite.name!r}; call both the same")
        for task in self.suite.tasks:
            if self.suite.repeats_of(task) < FEWEST_SEEDS:
                raise ValueError(f"study {self.name!r}: task {task!r} has fewer than {FEWEST_SEEDS} seeds")
            timed = task not in self.suite.timing.leave_out
            if timed and self.suite.timing_of(task).launches < FEWEST_SEEDS:
                raise ValueError(f"study {self.name!r}: task {task!r} has fewer than {FEWEST_SEEDS} launches")
        return self

    @property
    def facts(self) -> StudyFacts:
        """What its run's manifest says of it."""
        return StudyFacts(
            name=self.name,
            title=self.title,
            question=self.question,
            implementations_reason=self.implementations_reason,
        )


def variant(name: str, tasks: Sequence[str] = (), recipes: Sequence[str] = (), /, **overrides: Any) -> VariantPlan:
    """A variant of these tasks' recipes; of all that the suite has where none are named."""
    return VariantPlan(name=name, tasks=tuple(tasks), recipes=tuple(recipes), overrides=overrides)


def grid(
    axes: Mapping[str, Sequence[Any]],
    tasks: Sequence[str] = (),
    recipes: Sequence[str] = (),
    /,
    titles: Mapping[str, str] | None = None,
    **fixed: Any,
) -> tuple[VariantPlan, ...]:
    """A variant for each combination of values, named by them: `kernel_size 3, depth 2`.

    Args:
        axes: override -> its values.
        tasks: as `variant`.
        recipes: as `variant`.
        titles: override -> what names call it, where that is not its own name; "" leaves the value alone.
        fixed: overrides that all have.
    """
    called = titles or {}
    plans = []
    for values in product(*axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        words = (f"{called.get(axis, axis)} {_written(value)}".strip() for axis, value in chosen.items())
        plans.append(variant(", ".join(words), tasks, recipes, **fixed, **chosen))
    return tuple(plans)


def _written(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "-".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value).lower()
