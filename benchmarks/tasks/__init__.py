"""What is learned: one file a task, a data set with the networks and recipes that are tried on it.

A file beside this one that defines `TASK` is a task, and one that defines `TASKS` several of a kind; nothing else has
to know of them.
"""

import importlib
import pkgutil

from benchmarks.tasks.base import Recipe, Task, TaskError

__all__ = ["Recipe", "Task", "TaskError", "task", "tasks"]


def tasks() -> dict[str, Task]:
    """Every task by name, in alphabetical order; loads no data and imports neither scikit-learn nor pandas."""
    found: list[Task] = []
    for name in (module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        found += getattr(module, "TASKS", ())
        found += [module.TASK] if hasattr(module, "TASK") else []
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}


def task(name: str) -> Task:
    """The task of that name.

    Raises:
        TaskError: there is none.
    """
    known = tasks()
    if name not in known:
        raise TaskError(f"task {name!r} is unknown; there are {', '.join(known)}")
    return known[name]
