"""Packages that frameworks import where they happen to be installed, for conveniences that nothing here uses."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager

#: Keras and TensorFlow take them for data frames, plots, wrappers and conversions. Half of their import is these.
UNUSED = ("jax", "matplotlib", "pandas", "sklearn")


@contextmanager
def without_unused(needed: Collection[str]) -> Iterator[None]:
    """While the context lasts, the unused packages count as not installed; afterwards they can be imported as ever.

    Args:
        needed: packages that the framework cannot do without.
    """
    hidden = [name for name in UNUSED if name not in needed and name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: its import raises ModuleNotFoundError
    try:
        yield
    finally:
        for name in hidden:
            if sys.modules.get(name) is None:
                sys.modules.pop(name, None)
