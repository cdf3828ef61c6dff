"""From an architecture and the name of an implementation to a `Model` with its starting weights."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from impls.engines import Implementation, load_engine
from impls.engines import implementation as find_implementation
from impls.engines.validation import check_seed
from impls.errors import DeviceError, ImplementationError, TrainingError
from impls.spec import initializers
from impls.spec.architecture import Architecture
from impls.spec.discovery import architectures, file_of, package_of
from impls.training import Training

if TYPE_CHECKING:
    from impls.protocol import Model, Parameters

DTYPES = ("float32", "float64")


def build(
    architecture: Architecture,
    implementation: str,
    training: Training | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    seed: int = 0,
) -> "Model":
    """A model with weights drawn from `seed`: the same weights in every implementation.

    Args:
        architecture: sizes and settings, such as `MLP(inputs=64, hidden=(128, 64), outputs=10)`.
        implementation: a name that `impls.engines.implementations` lists, such as "torch".
        training: loss and update rule; None is the default `Training()`.
        device: "cpu" or "cuda".
        dtype: "float32" or "float64".
        seed: of the starting weights and of the dropout masks.

    Raises:
        ImplementationError: the implementation is unknown, lacks a package, has no network of this architecture, or no
            such dtype.
        DeviceError: the device is unknown, absent, or not served by this implementation.
        TrainingError: the dtype is unknown, or the seed no whole number from 0 to 2**63 - 1.
    """
    description = find_implementation(implementation)
    if device not in description.devices:
        raise DeviceError(
            f"implementation {implementation!r} runs on {', '.join(description.devices)}, not on {device!r}"
        )
    if dtype not in DTYPES:
        raise TrainingError(f"dtype {dtype!r} is unknown; give one of {', '.join(DTYPES)}")
    if dtype not in description.dtypes:
        raise ImplementationError(
            f"implementation {implementation!r} takes products in {description.arithmetic} in place of float32 and has "
            f"no {dtype}; give dtype='float32'"
        )
    seed = check_seed(seed)
    # The engine first: it knows how to import its framework quietly.
    engine = load_engine(description)
    network = _network_class(architecture, description)
    model: Model = engine.build_model(description, architecture, network, training or Training(), device, dtype, seed)
    model.load_parameters(initial_parameters(architecture, seed, dtype))
    return model


def has_network(architecture: str, implementation: str) -> bool:
    """Whether the folder of the architecture of that name has a network for the implementation; imports neither."""
    if architecture not in architectures():
        return False
    file = f"{package_of(architecture)}.{find_implementation(implementation).network}"
    return importlib.util.find_spec(file) is not None


def _network_class(architecture: Architecture, description: Implementation) -> Callable[..., object]:
    if not has_network(architecture.name, description.name):
        raise ImplementationError(
            f"architecture {architecture.name!r} has no network for {description.name!r}: "
            f"{file_of(architecture.name, description.network)} is missing; write it, or choose another implementation"
        )
    module = importlib.import_module(f"{package_of(architecture.name)}.{description.network}")
    network: Callable[..., object] = module.Network
    return network


@np.errstate(all="ignore")
def initial_parameters(architecture: Architecture, seed: int, dtype: str = "float32") -> "Parameters":
    """The starting weights: drawn in float64 and in the architecture's order, then rounded to `dtype`.

    Raises:
        TrainingError: the seed is no whole number from 0 to 2**63 - 1.
    """
    generator = np.random.default_rng(check_seed(seed))
    parameters = {}
    for name, spec in architecture.parameters().items():
        draw = getattr(initializers, spec.initializer)
        parameters[name] = np.asarray(draw(generator, spec.shape), dtype=dtype)
    return parameters
