"""A network's parameters as one vector, so that an optimizer updates all of them in a few operations."""

from typing import NamedTuple

import numpy as np

from impls.protocol import Array, Parameters
from impls.scratch.network import Network
from impls.spec.architecture import Architecture

#: Bytes of a cache line (and of the widest vector register): each parameter begins at a multiple.
ALIGNMENT = 64


class Packed(NamedTuple):
    """Vectors, and their parts by parameter name, which are the layers' own arrays."""

    #: (size,): all trainable parameters, and zeros between them.
    weights: Array
    #: (size,): their gradients, in the same places.
    gradients: Array
    #: Moving statistics.
    statistics: Array
    #: Views of `weights` and `statistics`, in the architecture's order.
    parameters: Parameters
    #: Views of `gradients`.
    gradient_views: Parameters


def pack(network: Network, architecture: Architecture, dtype: str) -> Packed:
    """Make the network's layers keep their parameters, gradients and statistics in common vectors."""
    specs = architecture.parameters()
    trainable = {name: spec.shape for name, spec in specs.items() if spec.trainable}
    weights, weight_views = _vector(trainable, dtype)
    gradients, gradient_views = _vector(trainable, dtype)
    statistics, statistic_views = _vector(
        {name: spec.shape for name, spec in specs.items() if not spec.trainable}, dtype
    )
    for views, place in (
        (weight_views, "parameters"), (gradient_views, "gradients"), (statistic_views, "statistics"),
    ):  # fmt: skip
        for name, view in views.items():
            layer, kind = name.split("/", 1)
            arrays = getattr(network.layers[layer], place)
            view[...] = arrays[kind]
            arrays[kind] = view
    both = weight_views | statistic_views
    return Packed(weights, gradients, statistics, {name: both[name] for name in specs}, gradient_views)


def _vector(shapes: dict[str, tuple[int, ...]], dtype: str) -> tuple[Array, Parameters]:
    """Zeros for arrays of these shapes one after the other, and the arrays."""
    step = ALIGNMENT // np.dtype(dtype).itemsize
    starts, size = {}, 0
    for name, shape in shapes.items():
        starts[name] = size
        size += -(-int(np.prod(shape)) // step) * step
    vector = np.zeros(size, dtype)
    views = {
        name: vector[starts[name] : starts[name] + int(np.prod(shape))].reshape(shape) for name, shape in shapes.items()
    }
    return vector, views
