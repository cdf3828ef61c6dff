"""Tasks: one file for each, a data set with the networks and recipes that are trained on it.

A file beside this one that defines `TASK` is a task, and one that defines `TASKS` several of a kind; nothing else has
to know of them. Plug-ins add others (`impls.plugins`).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from benchmarks.kinds import TaskError
from benchmarks.tasks.base import Recipe, Task
from impls.plugins import by_name, instance, registered, registry

__all__ = ["Recipe", "Task", "TaskError", "task", "tasks"]


@registry
def tasks() -> Mapping[str, Task]:
    """Every task by name, in alphabetical order; loads no data and imports neither scikit-learn nor pandas."""
    declared: list[Task] = []
    for name in (module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        declared += getattr(module, "TASKS", ())
        declared += [module.TASK] if hasattr(module, "TASK") else []
    own = by_name(declared, "tasks", "benchmarks/tasks")
    # Read-only, since every caller gets the same one.
    return MappingProxyType(dict(sorted(registered("tasks", own, instance(Task)).items())))


def task(name: str) -> Task:
    """The task of that name.

    Raises:
        TaskError: there is none.
    """
    known = tasks()
    if name not in known:
        raise TaskError(f"task {name!r} is unknown; there are {', '.join(known)}")
    return known[name]
