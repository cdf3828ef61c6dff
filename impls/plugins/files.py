"""Plug-ins that are files or folders."""

import importlib.util
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from impls.plugins.base import GROUPS, Plugin, PluginError, reason, where

#: Paths of plug-in files and folders, separated as in PATH.
VARIABLE = "THREEFOLD_PLUGINS"
#: The package in which plug-in files become modules.
PACKAGE = "threefold_plugins"


def given() -> list[Path]:
    """The paths in the environment, made absolute: by them two files of one name are distinguished."""
    return [Path(os.path.realpath(each)) for each in os.environ.get(VARIABLE, "").split(os.pathsep) if each]


def check_path(path: Path) -> None:
    """Raises: PluginError: the path leads to no plug-in."""
    if not path.exists():
        raise PluginError(f"plug-in {path}: does not exist; give a Python file or a folder with an __init__.py")
    if not (path.is_dir() and (path / "__init__.py").is_file()) and not (path.is_file() and path.suffix == ".py"):
        raise PluginError(f"plug-in {path}: is neither a .py file nor a folder with an __init__.py")


def load_file(path: Path) -> ModuleType:
    """Import a plug-in's file, or its folder's `__init__.py`, as a module of the package `threefold_plugins`.

    Its relative imports begin at its own folder, which is not searched by other imports.

    Raises:
        PluginError: it is not there, is no Python, or cannot be imported; the message names file, line and reason.
    """
    check_path(path)
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


def load_plugin(path: Path) -> Plugin:
    """The plug-in of a file or folder.

    Raises:
        PluginError: it cannot be imported, or adds nothing.
    """
    module = load_file(path)
    objects = {group: _objects_of(module, *names) for group, names in GROUPS.items()}
    if not any(objects.values()):
        names = ", ".join(one for one, _ in GROUPS.values())
        raise PluginError(f"plug-in {path.name}: adds nothing; define one of {names}, or several as DATASETS, …")
    return Plugin(path.name, objects, _files(module, path), path)


def forget_modules() -> None:
    """What was loaded is loaded again when it is next asked for."""
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]


def python_files(folder: Path) -> tuple[Path, ...]:
    """All below a folder, in order."""
    return tuple(sorted(folder.rglob("*.py")))


def _identifier(path: Path) -> str:
    """A module's name: the file's, and digits of its path where two plug-ins have the same."""
    name = re.sub(r"\W", "_", path.name if path.is_dir() else path.stem)
    others = [other for other in given() if other != path and re.sub(r"\W", "_", other.stem) == name]
    return f"{name}_{given().index(path)}" if others and path in given() else name


def _objects_of(module: ModuleType, one: str, several: str) -> tuple[object, ...]:
    single = (getattr(module, one),) if hasattr(module, one) else ()
    more = getattr(module, several, ())
    if not isinstance(more, Iterable) or isinstance(more, str):
        raise PluginError(f"plug-in {Path(str(module.__file__)).name}: {several} is no list")
    return (*more, *single)


def _files(module: ModuleType, path: Path) -> tuple[Path, ...]:
    """The Python files of a folder; of a file itself, what it has imported from beside it, and folders of that."""
    if path.is_dir():
        return python_files(path)
    files = {path}
    for name, each in list(sys.modules.items()):
        if name.startswith(f"{module.__name__}.") and getattr(each, "__file__", None):
            file = Path(str(each.__file__))
            files |= set(python_files(file.parent)) if file.name == "__init__.py" else {file}
    return tuple(sorted(files))
