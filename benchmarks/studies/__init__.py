"""Studies: one file for each, a question with the networks, variants and seeds whose records answer it.

A file beside this one that defines `STUDY` is a study; nothing else has to know of it. Plug-ins add others.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from benchmarks.printable import shown
from benchmarks.studies.base import Study, StudyError
from impls.plugins import by_name, instance, registered, registry

__all__ = ["Study", "StudyError", "studies", "study"]


@registry
def studies() -> Mapping[str, Study]:
    """Every study by name, in alphabetical order."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    declared = [module.STUDY for module in modules if hasattr(module, "STUDY")]
    own = by_name(declared, "studies", "benchmarks/studies")
    return MappingProxyType(dict(sorted(registered("studies", own, instance(Study)).items())))


def study(name: str) -> Study:
    """The study of that name.

    Raises:
        StudyError: there is none.
    """
    known = studies()
    if name not in known:
        raise StudyError(f"study {shown(name)} is unknown; there are {', '.join(known)}")
    return known[name]
