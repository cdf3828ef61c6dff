"""Plug-ins that are installed packages with entry points."""

import importlib.metadata
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from impls.plugins.base import GROUPS, Plugin, reason
from impls.plugins.files import python_files


def installed_plugins(complain: Callable[[str], None]) -> list[Plugin]:
    """The plug-ins among the installed packages, one a distribution; `complain` takes a line on each faulty entry."""
    objects: dict[str, dict[str, list[object]]] = {}
    sources: dict[str, set[Path]] = {}
    for point in _entry_points():
        group = point.group.removeprefix("threefold.")
        name = f"{point.dist.name} {point.dist.version}" if point.dist else point.module
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:
            line = f"plug-in {name}, entry point {point.group}: {point.name} = {point.value}: {reason(error)}"
            complain(f"{line}; the rest works without it")
            continue
        several = list(loaded) if isinstance(loaded, list | tuple) else [loaded]
        objects.setdefault(name, {}).setdefault(group, []).extend(several)
        sources.setdefault(name, set()).update(_files_of_package(point.module))
    return [
        Plugin(name, {group: tuple(each) for group, each in groups.items()}, tuple(sorted(sources[name])))
        for name, groups in sorted(objects.items())
    ]


@cache
def _entry_points() -> tuple[importlib.metadata.EntryPoint, ...]:
    everything = importlib.metadata.entry_points()  # read once, which takes 10 ms
    return tuple(point for group in GROUPS for point in everything.select(group=f"threefold.{group}"))


def _files_of_package(module: str) -> tuple[Path, ...]:
    package = sys.modules[module.partition(".")[0]]
    file = getattr(package, "__file__", None)
    if getattr(package, "__path__", None):
        return tuple(path for folder in package.__path__ for path in python_files(Path(folder)))
    return (Path(file),) if file else ()
