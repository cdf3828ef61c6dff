"""Plug-ins: data sets, tasks, networks and more that other files and packages add, without a change of this package.

A plug-in is a Python file (or a folder with an `__init__.py`) that defines some of the names of `GROUPS`, such as
`TASK`; `threefold --plugin FILE.py` loads it. Or it is an installed package with entry points in the groups
`threefold.datasets`, `threefold.tasks`, …, each of which names such an object or a list of them.

The files' paths are in the environment variable `THREEFOLD_PLUGINS`, so that every process that a run starts loads the
same. Every registry of Threefold asks `registered` for what plug-ins add to it. A plug-in that cannot be loaded is a
line of `problems`; everything else works without it.
"""

import importlib.metadata
import importlib.util
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from impls.errors import ThreefoldError

T = TypeVar("T")

#: What plug-ins can add -> the names by which a file defines one of it, or several.
GROUPS: Mapping[str, tuple[str, str]] = {
    "datasets": ("DATASET", "DATASETS"),
    "tasks": ("TASK", "TASKS"),
    "architectures": ("ARCHITECTURE", "ARCHITECTURES"),
    "implementations": ("IMPLEMENTATION", "IMPLEMENTATIONS"),
    "metrics": ("METRIC", "METRICS"),
    "claims": ("CLAIM", "CLAIMS"),
    "studies": ("STUDY", "STUDIES"),
}
#: Paths of plug-in files and folders, separated as in PATH.
VARIABLE = "THREEFOLD_PLUGINS"
#: The package in which plug-in files become modules.
PACKAGE = "threefold_plugins"
#: Where everything comes from that no plug-in adds.
OWN = "threefold"


class PluginError(ThreefoldError):
    """A plug-in's file is not there, or cannot be loaded."""


@dataclass(frozen=True, eq=False)
class Plugin:
    """A loaded plug-in."""

    #: The file's or folder's name, or a distribution and its version.
    name: str
    #: What it adds to each group, unchecked.
    objects: Mapping[str, tuple[object, ...]]
    #: Its Python files.
    sources: tuple[Path, ...]


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
    known = _given()
    for path in paths:
        if not path.exists():
            raise PluginError(f"plug-in {path}: does not exist; give a Python file or a folder with an __init__.py")
        if not (path.is_dir() and (path / "__init__.py").is_file()) and path.suffix != ".py":
            raise PluginError(f"plug-in {path}: is neither a .py file nor a folder with an __init__.py")
        if os.pathsep in str(path.resolve()):
            raise PluginError(f"plug-in {path}: its path holds {os.pathsep!r}, which separates paths; move it")
        known.append(path.resolve())
    os.environ[VARIABLE] = os.pathsep.join(dict.fromkeys(map(str, known)))
    reset()


def reset() -> None:
    """Forget what is loaded: the next question loads what the environment says."""
    _state.plugins = None
    _state.problems.clear()
    _state.origins.clear()
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    _clear_registries()


def plugins() -> tuple[Plugin, ...]:
    """Every plug-in that could be loaded; loads them when it is first asked."""
    if _state.loading:  # a plug-in asks for what there is while it is loaded: it sees what is there without plug-ins
        return ()
    if _state.plugins is None:
        _state.loading = True
        try:
            _state.plugins = (*_installed(), *filter(None, map(_load_or_say, _given())))
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
                _state.problems[f"plug-in {plugin.name}: {error}; the rest works without it"] = None
                continue
            if name in everything:
                taken = f"{GROUPS[group][0].lower()} {name!r} exists already (in {origin(group, name)})"
                _state.problems[f"plug-in {plugin.name}: {taken}; give it another name"] = None
                continue
            everything[name] = entry
            _state.origins[group, name] = plugin
    return everything


def instance(kind: type[T], name_of: Callable[[T], str] = lambda each: str(getattr(each, "name", ""))) -> Any:
    """For `registered`: what is added has to be a `kind`."""

    def named(each: object) -> tuple[str, T]:
        if not isinstance(each, kind):
            raise PluginError(f"{shown(each)} is a {type(each).__name__}, where a {kind.__name__} belongs")
        return name_of(each), each

    return named


def shown(each: object) -> str:
    """An object in a message, short."""
    text = repr(each)
    return text if len(text) <= 60 else f"{text[:57]}…"


def plugin_of(group: str, name: str) -> Plugin | None:
    """The plug-in that added it; None for what is Threefold's own, or unknown. Ask the registry first."""
    return _state.origins.get((group, name))


def origin(group: str, name: str) -> str:
    """Where it comes from: `threefold`, or the plug-in's name."""
    plugin = plugin_of(group, name)
    return OWN if plugin is None else plugin.name


def load_file(path: Path) -> ModuleType:
    """Import a plug-in's file, or its folder's `__init__.py`, as a module of the package `threefold_plugins`.

    Its relative imports begin at its own folder, which is not searched by other imports.

    Raises:
        PluginError: it cannot be imported; the message names file, line and reason.
    """
    path = path.resolve()
    file = path / "__init__.py" if path.is_dir() else path
    parent = sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))
    parent.__path__ = []
    name = f"{PACKAGE}.{_identifier(path)}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(file.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        for loaded in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[loaded]
        raise PluginError(f"plug-in {path.name}{where(error, file.parent)}: {reason(error)}") from error
    return module


def reason(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())[:300]
    return text if isinstance(error, ThreefoldError) else f"{type(error).__name__}: {text}" if text else repr(error)


def where(error: BaseException, folder: Path | None = None) -> str:
    """` (file.py line 7)`: the last line that the error passed; with a folder, of the files in that."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({Path(error.filename).name} line {error.lineno})"
    passed = traceback.extract_tb(error.__traceback__)
    lines = [each for each in passed if folder is None or Path(each.filename).is_relative_to(folder)]
    return f" ({Path(lines[-1].filename).name} line {lines[-1].lineno})" if lines else ""


def _identifier(path: Path) -> str:
    """A module's name: the file's, and digits of its path where two plug-ins have the same."""
    name = re.sub(r"\W", "_", path.name if path.is_dir() else path.stem)
    others = [other for other in _given() if other != path and re.sub(r"\W", "_", other.stem) == name]
    return f"{name}_{_given().index(path)}" if others and path in _given() else name


def _given() -> list[Path]:
    return [Path(each) for each in os.environ.get(VARIABLE, "").split(os.pathsep) if each]


def _load_or_say(path: Path) -> Plugin | None:
    try:
        module = load_file(path)
        objects = {group: _objects_of(module, *names) for group, names in GROUPS.items()}
        if not any(objects.values()):
            names = ", ".join(one for one, _ in GROUPS.values())
            raise PluginError(f"plug-in {path.name}: adds nothing; define one of {names}, or several as DATASETS, …")
    except PluginError as error:
        _state.problems[f"{error}; the rest works without it"] = None
        return None
    return Plugin(path.name, objects, _files(module, path))


def _objects_of(module: ModuleType, one: str, several: str) -> tuple[object, ...]:
    single = (getattr(module, one),) if hasattr(module, one) else ()
    more = getattr(module, several, ())
    if not isinstance(more, Iterable) or isinstance(more, str):
        raise PluginError(f"plug-in {Path(str(module.__file__)).name}: {several} is no list")
    return (*more, *single)


def _files(module: ModuleType, path: Path) -> tuple[Path, ...]:
    """The Python files of a folder; of a file itself, what it has imported from beside it, and folders of that."""
    if path.is_dir():
        return _python_files(path)
    files = {path}
    for name, each in list(sys.modules.items()):
        if name.startswith(f"{module.__name__}.") and getattr(each, "__file__", None):
            file = Path(str(each.__file__))
            files |= set(_python_files(file.parent)) if file.name == "__init__.py" else {file}
    return tuple(sorted(files))


def _python_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.rglob("*.py")))


def _installed() -> list[Plugin]:
    """The plug-ins among the installed packages, one a distribution."""
    objects: dict[str, dict[str, list[object]]] = {}
    sources: dict[str, set[Path]] = {}
    for point in _entry_points():
        group = point.group.removeprefix("threefold.")
        name = f"{point.dist.name} {point.dist.version}" if point.dist else point.module
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:
            line = f"plug-in {name}, entry point {point.group}: {point.name} = {point.value}: {reason(error)}"
            _state.problems[f"{line}; the rest works without it"] = None
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
        return tuple(path for folder in package.__path__ for path in _python_files(Path(folder)))
    return (Path(file),) if file else ()


def _clear_registries() -> None:
    for clear in _registries:
        clear()
