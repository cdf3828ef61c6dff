"""Plug-ins: data sets, tasks, networks and more that other files and packages add, without a change of this package.

A plug-in is a Python file (or a folder with an `__init__.py`) that defines some of the names of `GROUPS`, such as
`TASK`; `threefold --plugin FILE.py` loads it. Or it is an installed package with entry points in the groups
`threefold.datasets`, `threefold.tasks`, …, each of which names such an object or a list of them.

The files' paths are in the environment variable `THREEFOLD_PLUGINS`, so that every process that a run starts loads the
same. Every registry of Threefold asks `registered` for what plug-ins add to it. A plug-in that cannot be loaded is a
line of `problems`; everything else works without it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from impls.errors import ThreefoldError
from impls.plugins.base import GROUPS, Plugin, PluginError, reason, shown, where
from impls.plugins.files import VARIABLE, check_path, forget_modules, given, load_file, load_plugin
from impls.plugins.installed import installed_plugins

__all__ = [
    "GROUPS",
    "OWN",
    "VARIABLE",
    "Plugin",
    "PluginError",
    "by_name",
    "instance",
    "load_file",
    "origin",
    "plugin_of",
    "plugins",
    "problems",
    "reason",
    "registered",
    "registry",
    "reset",
    "shown",
    "use",
    "use_only",
    "where",
]

T = TypeVar("T")

#: Where everything comes from that no plug-in adds.
OWN = "threefold"


@dataclass
class _State:
    """What this process has loaded."""

    plugins: tuple[Plugin, ...] | None = None
    loading: bool = False
    problems: dict[str, None] = field(default_factory=dict)
    #: (group, name) -> the plug-in that added it.
    origins: dict[tuple[str, str], Plugin] = field(default_factory=dict)


_state = _State()
_registries: list[Callable[[], None]] = []


def registry(make: Callable[[], T]) -> Callable[[], T]:
    """Cache a registry until other plug-ins are loaded; it has `cache_clear`, as functions with `functools.cache`."""
    cached = cache(make)
    _registries.append(cached.cache_clear)
    return cached


def use(paths: Iterable[Path]) -> None:
    """Load these files and folders too, in this process and in all that it starts.

    Raises:
        PluginError: one of them is not there, or is no Python.
    """
    known = given()
    for path in paths:
        check_path(path)
        if os.pathsep in str(path.resolve()):
            raise PluginError(f"plug-in {path}: its path holds {os.pathsep!r}, which separates paths; move it")
        known.append(path.resolve())
    use_only(known)


def use_only(paths: Iterable[Path]) -> None:
    """Load these files and folders, and no others, in this process and in all that it starts from now on."""
    os.environ[VARIABLE] = os.pathsep.join(dict.fromkeys(map(str, paths)))
    reset()


def reset() -> None:
    """Forget what is loaded: the next question loads what the environment says."""
    _state.plugins = None
    _state.problems.clear()
    _state.origins.clear()
    forget_modules()
    _clear_registries()


def plugins() -> tuple[Plugin, ...]:
    """Every plug-in that could be loaded; loads them when it is first asked."""
    if _state.loading:  # a plug-in asks for what there is while it is loaded: it sees what is there without plug-ins
        return ()
    if _state.plugins is None:
        _state.loading = True
        try:
            _state.plugins = (*installed_plugins(_complain), *_of_files())
        finally:
            _state.loading = False
            _clear_registries()
    return _state.plugins


def problems() -> tuple[str, ...]:
    """One line for each plug-in, or each part of one, that could not be used so far."""
    return tuple(_state.problems)


def registered(group: str, own: Mapping[str, T], named: Callable[[Any], tuple[str, T]]) -> dict[str, T]:
    """What Threefold itself has and, after that, what plug-ins add.

    Args:
        group: one of `GROUPS`.
        own: by name, what is there without plug-ins; no plug-in takes the place of any of it.
        named: the name of what a plug-in adds, and what is registered; raises a ThreefoldError for a wrong object.
    """
    everything = dict(own)
    for plugin in plugins():
        for each in plugin.objects.get(group, ()):
            try:
                name, entry = named(each)
            except ThreefoldError as error:
                _complain(f"plug-in {plugin.name}: {error}; the rest works without it")
                continue
            if name in everything:
                taken = f"{GROUPS[group][0].lower()} {name!r} exists already (in {origin(group, name)})"
                _complain(f"plug-in {plugin.name}: {taken}; give it another name")
                continue
            everything[name] = entry
            _state.origins[group, name] = plugin
    return everything


def by_name(declared: Iterable[T], kind: str, folder: str) -> dict[str, T]:
    """What Threefold's own files declare, by its name.

    Args:
        declared: of one registry; each has a `name`.
        kind: what they are, for the message: `studies`.
        folder: where their files are.

    Raises:
        ThreefoldError: two have the same name, of which one would silently take the other's place.
    """
    named: dict[str, T] = {}
    for each in declared:
        name = str(getattr(each, "name", ""))
        if name in named:
            raise ThreefoldError(f"two {kind} in {folder} are called {name!r}; give one of them another name")
        named[name] = each
    return named


def instance(kind: type[T], name_of: Callable[[T], str] = lambda each: str(getattr(each, "name", ""))) -> Any:
    """For `registered`: what is added has to be a `kind`."""

    def named(each: object) -> tuple[str, T]:
        if not isinstance(each, kind):
            raise PluginError(f"{shown(each)} is a {type(each).__name__}, where a {kind.__name__} belongs")
        return name_of(each), each

    return named


def plugin_of(group: str, name: str) -> Plugin | None:
    """The plug-in that added it; None for what is Threefold's own, or unknown. Ask the registry first."""
    return _state.origins.get((group, name))


def origin(group: str, name: str) -> str:
    """Where it comes from: `threefold`, or the plug-in's name."""
    plugin = plugin_of(group, name)
    return OWN if plugin is None else plugin.name


def _of_files() -> Iterator[Plugin]:
    for path in given():
        try:
            yield load_plugin(path)
        except PluginError as error:
            _complain(f"{error}; the rest works without it")


def _complain(line: str) -> None:
    _state.problems[line] = None


def _clear_registries() -> None:
    for clear in _registries:
        clear()
