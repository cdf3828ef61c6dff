"""Tasks: one file for each, a data set with the networks and recipes that are trained on it.

A file beside this one that defines `TASK` is a task, and one that defines `TASKS` several of a kind; nothing else has
to know of them.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Recipe, Task

__all__ = ["Recipe", "Task", "TaskError", "task", "tasks"]


@cache
def tasks() -> Mapping[str, Task]:
    """Every task by name, in alphabetical order; loads no data and imports neither scikit-learn nor pandas."""
    declared: list[Task] = []
    for name in (module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        declared += getattr(module, "TASKS", ())
        declared += [module.TASK] if hasattr(module, "TASK") else []
    # Read-only, since every caller gets the same one.
    return MappingProxyType({each.name: each for each in sorted(declared, key=lambda each: each.name)})


def task(name: str) -> Task:
    """The task of that name.

    Raises:
        TaskError: there is none.
    """
    known = tasks()
    if name not in known:
        raise TaskError(f"task {name!r} is unknown; there are {', '.join(known)}")
    return known[name]
