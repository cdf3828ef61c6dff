"""NumPy's warnings of numbers beyond its range, which are not wanted here."""

import numpy as np


def without_complaints() -> np.errstate:
    """A context in which NumPy neither warns nor raises, whatever the caller's `np.seterr`.

    A training that diverges shows it in its loss; that exponentials and squares of small numbers become 0 is meant.
    """
    return np.errstate(all="ignore")
