"""Which architectures there are: every folder of `impls` that has an `architecture.py` with one in it."""

import importlib
import inspect
from functools import cache
from pathlib import Path

import impls
from impls.spec.architecture import Architecture


@cache
def architectures() -> dict[str, type[Architecture]]:
    """Architecture classes by name; imports no framework."""
    found = {}
    for path in sorted(Path(impls.__file__).parent.glob("*/architecture.py")):
        module = importlib.import_module(f"impls.{path.parent.name}.architecture")
        for _, candidate in inspect.getmembers(module, inspect.isclass):
            if (
                issubclass(candidate, Architecture)
                and candidate is not Architecture
                and candidate.__module__ == module.__name__
            ):
                found[candidate.name] = candidate
    return found
