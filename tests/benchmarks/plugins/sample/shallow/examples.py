"""Shallow networks for certificates and contract checks."""

from impls.training import Training

from .architecture import Shallow

EXAMPLES = {"plain": (Shallow(inputs=7, units=5, outputs=3), Training("adam", 1e-3))}

#: On which every optimizer is tried.
OPTIMIZED = Shallow(inputs=5, units=4, outputs=3)
