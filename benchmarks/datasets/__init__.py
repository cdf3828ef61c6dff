"""Data sets: one file for each, which says where it comes from, under which licence, and how it is checked.

A file beside this one that defines `DATASET` is a data set, and one that defines `DATASETS` several of a kind; nothing
else has to know of them. Plug-ins add others (`impls.plugins`).
"""

import importlib
import pkgutil

from benchmarks.datasets.base import Data, Dataset, DatasetCorrupt, DatasetError, DatasetMissing
from impls.plugins import by_name, instance, registered

__all__ = ["Data", "Dataset", "DatasetCorrupt", "DatasetError", "DatasetMissing", "dataset", "datasets"]


def datasets() -> dict[str, Dataset]:
    """Every data set by name, in alphabetical order; loads and imports none of the data."""
    collected: list[Dataset] = []
    for name in (module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        collected += getattr(module, "DATASETS", ())
        collected += [module.DATASET] if hasattr(module, "DATASET") else []
    own = by_name(collected, "data sets", "benchmarks/datasets")
    return dict(sorted(registered("datasets", own, instance(Dataset)).items()))


def dataset(name: str) -> Dataset:
    """The data set of that name.

    Raises:
        DatasetError: there is none.
    """
    known = datasets()
    if name not in known:
        raise DatasetError(f"data set {name!r} is unknown; there are {', '.join(known)}")
    return known[name]
