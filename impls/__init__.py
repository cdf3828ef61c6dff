"""Matched neural networks in NumPy, PyTorch and Keras behind one `Model` protocol.

>>> from impls import Training, build
>>> from impls.mlp import MLP
>>> model = build(MLP(inputs=64, hidden=(128, 64), outputs=10), "numpy", Training(optimizer="adam", learning_rate=1e-3))
"""

from impls.building import build, initial_parameters
from impls.engines import Implementation, implementations
from impls.errors import ThreefoldError
from impls.protocol import Array, Batch, Masks, Model, Parameters
from impls.spec.architecture import Architecture, ParameterSpec
from impls.training import Training

__all__ = [
    "Architecture",
    "Array",
    "Batch",
    "Implementation",
    "Masks",
    "Model",
    "ParameterSpec",
    "Parameters",
    "ThreefoldError",
    "Training",
    "build",
    "implementations",
    "initial_parameters",
]
