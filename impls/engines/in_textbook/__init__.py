"""NumPy alone, in plain equations: the layers of `impls.textbook`, for those who want to read them."""

from impls.engines import Implementation

IMPLEMENTATIONS = [Implementation(name="numpy-textbook", engine=__name__, network="in_textbook", requires=("numpy",))]
