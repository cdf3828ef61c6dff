"""The architectures that exist: every folder of `impls` with an `architecture.py` that holds one, and plug-ins' own.

To add an architecture, add a folder `impls/<name>/` (or one like it in a plug-in), and change nothing else:

- `__init__.py`, which exports the dataclass;
- `architecture.py`: a frozen dataclass derived from `impls.spec.architecture.Architecture`; its `name` is the folder's;
- `in_numpy.py`, `in_torch.py`, `in_keras.py`: a class `Network` each, which `impls.building.build` looks up; if it is
  to run as `numpy-textbook` too, `in_textbook.py`;
- `examples.py`: `EXAMPLES` and `OPTIMIZED`, on which certificates and contract checks run.
"""

import importlib
import inspect
import sys
from pathlib import Path

from impls.errors import ArchitectureError
from impls.plugins import PluginError, registered, registry, shown
from impls.spec.architecture import Architecture


@registry
def architectures() -> dict[str, type[Architecture]]:
    """Architecture classes by name; imports no framework."""
    by_name: dict[str, type[Architecture]] = {}
    for path in sorted(
        path for folder in importlib.import_module("impls").__path__ for path in Path(folder).glob("*/architecture.py")
    ):
        module = importlib.import_module(f"impls.{path.parent.name}.architecture")
        for _, candidate in inspect.getmembers(module, inspect.isclass):
            if (
                issubclass(candidate, Architecture)
                and candidate is not Architecture
                and candidate.__module__ == module.__name__
            ):
                by_name[candidate.name] = candidate
    return registered("architectures", by_name, _added)


def architecture(name: str) -> type[Architecture]:
    """The architecture class of that name.

    Raises:
        ArchitectureError: there is none.
    """
    known = architectures()
    if name not in known:
        raise ArchitectureError(f"architecture {name!r} is unknown; there are {', '.join(known)}")
    return known[name]


def package_of(name: str) -> str:
    """The package that holds the architecture's networks and examples: `impls.mlp`, or one of a plug-in's.

    Raises:
        ArchitectureError: there is no such architecture.
    """
    module = architecture(name).__module__
    if module.endswith(".architecture") or not hasattr(sys.modules[module], "__path__"):
        return module.rpartition(".")[0]
    return module


def file_of(name: str, module: str) -> str:
    """Where a module of the architecture's package lies or belongs: `impls/mlp/in_torch.py`."""
    return f"{package_of(name).replace('.', '/')}/{module}.py"


def _added(candidate: object) -> tuple[str, type[Architecture]]:
    """The name and the class that a plug-in adds."""
    if not isinstance(candidate, type) or not issubclass(candidate, Architecture):
        raise PluginError(f"{shown(candidate)} is no class derived from Architecture")
    for field in ("name", "title", "family"):
        if not isinstance(getattr(candidate, field, None), str):
            raise PluginError(f"architecture {candidate.__name__} has no {field}; give it one, a ClassVar[str]")
    return candidate.name, candidate
