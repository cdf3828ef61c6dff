"""NumPy alone: forward and backward by hand, from `impls.scratch`."""

from impls.engines import Implementation

IMPLEMENTATIONS = [Implementation(name="numpy", engine=__name__, network="in_numpy", requires=("numpy",))]
