"""The architectures that exist: every folder of `impls` with an `architecture.py` that holds one.

To add an architecture, add a folder `impls/<name>/`, and change nothing else:

- `__init__.py`, which exports the dataclass;
- `architecture.py`: a frozen dataclass derived from `impls.spec.architecture.Architecture`; its `name` is the folder's;
- `in_numpy.py`, `in_torch.py`, `in_keras.py`: a class `Network` each, which `impls.building.build` looks up; if it is
  to run as `numpy-textbook` too, `in_textbook.py`;
- `examples.py`: `EXAMPLES` and `OPTIMIZED`, on which certificates and contract checks run.
"""

import importlib
import inspect
from functools import cache
from pathlib import Path

from impls.errors import ArchitectureError
from impls.spec.architecture import Architecture


@cache
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
    return by_name


def architecture(name: str) -> type[Architecture]:
    """The architecture class of that name.

    Raises:
        ArchitectureError: there is none.
    """
    known = architectures()
    if name not in known:
        raise ArchitectureError(f"architecture {name!r} is unknown; there are {', '.join(known)}")
    return known[name]
