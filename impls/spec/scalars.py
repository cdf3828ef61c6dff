"""Settings as plain Python values, whichever kind of number they are given as."""

import dataclasses
from typing import Any

import numpy as np


def make_plain(settings: Any) -> None:
    """Put Python's own numbers, truth values and texts in the place of NumPy's scalars, in a dataclass's fields.

    NumPy's are what lengths, searches and tables of results hand over. A setting is compared, hashed, shown and stored,
    so equal ones have to be the same. Tuples are checked item by item; a frozen dataclass calls this while it is made.
    """
    for field in dataclasses.fields(settings):
        object.__setattr__(settings, field.name, _plain(getattr(settings, field.name)))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
