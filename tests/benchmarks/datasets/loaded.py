"""Data sets that several files of tests look at, each loaded once in a process, whatever has been patched meanwhile."""

from functools import cache

from benchmarks.datasets import Data, Dataset, dataset

LOAD = Dataset.load


@cache
def loaded(name: str) -> Data:
    """The examples of a data set that is on this machine."""
    return LOAD(dataset(name))
