"""Packages that a framework imports where they happen to be installed, for conveniences that nothing here uses."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager


@contextmanager
def without_unused(unused: Collection[str]) -> Iterator[None]:
    """While the context lasts, these modules count as not installed; afterwards they can be imported as ever.

    Args:
        unused: as an `Implementation` names them; one that is imported already stays.
    """
    hidden = [name for name in unused if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: its import raises ModuleNotFoundError
    try:
        yield
    finally:
        for name in hidden:
            if sys.modules.get(name) is None:
                sys.modules.pop(name, None)
