"""A mutated module of `impls` in place of the sound one: it and all that imports it are loaded anew in this process."""

import ast
import importlib
import sys
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import impls

SOURCES = Path(impls.__file__).parent


def put(file: str, source: str) -> None:
    """Let later imports find that source in the file's place, and drop the modules that hold what the file defines."""
    name = module_of(file)
    for each in [each for each in {name, *importers_of(name)} if each in sys.modules]:
        del sys.modules[each]
        package, _, last = each.rpartition(".")
        # `from package import module` takes the attribute before it looks for a module.
        if package in sys.modules and hasattr(sys.modules[package], last):
            delattr(sys.modules[package], last)
    sys.meta_path.insert(0, _Finder(name, SOURCES / file, source))


class _Finder(MetaPathFinder):
    """Finds one module."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, path=None, target=None) -> ModuleSpec | None:
        """The mutated module's, and no other's."""
        if fullname != self._name:
            return None
        folders = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        loader = _Loader(fullname, self._path, self._source)
        return spec_from_file_location(fullname, self._path, loader=loader, submodule_search_locations=folders)


class _Loader(SourceFileLoader):
    """Loads a given source as if it were the file's."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        super().__init__(name, str(path))
        self._given = source

    def get_code(self, fullname: str) -> CodeType:
        """Compiled, and not kept."""
        return compile(self._given, self.path, "exec", dont_inherit=True)


def module_of(file: str) -> str:
    """`impls.scratch.lstm` of `scratch/lstm.py`; a package's name of its `__init__.py`."""
    return ".".join(["impls", *Path(file).with_suffix("").parts]).removesuffix(".__init__")


@cache
def importers_of(name: str) -> frozenset[str]:
    """The modules of `impls` that import the module, or one that does, and so on."""
    reached, waiting = set(), [name]
    while waiting:
        for each in _importers().get(waiting.pop(), ()):
            if each not in reached:
                reached.add(each)
                waiting.append(each)
    return frozenset(reached)


@cache
def _importers() -> dict[str, set[str]]:
    """Module -> the modules that name it in an import; who imports from a package has run the package too."""
    files = {module_of(path.relative_to(SOURCES).as_posix()): path for path in SOURCES.rglob("*.py")}
    importers: dict[str, set[str]] = {}
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            elif isinstance(node, ast.Import):
                named = [each.name for each in node.names]
            else:
                continue
            for each in named:
                if each in files and each != name:
                    importers.setdefault(each, set()).add(name)
    return importers


def import_all() -> None:
    """Load what certificates need of `impls` but engines and networks, so that forks begin with it."""
    importlib.import_module("impls")
    importlib.import_module("impls.testing")
