"""What the tests of the frameworks build again and again."""

from impls import build
from impls.protocol import Model
from impls.spec.architecture import Architecture
from impls.testing import BuildFunction
from impls.testing.subject import weights
from impls.training import Training


def build_function(implementation: str) -> BuildFunction:
    """`build` for one implementation, with the arguments in the order that `impls.testing` has."""

    def build_it(architecture: Architecture, training: Training, device: str, dtype: str, seed: int) -> Model:
        return build(architecture, implementation, training, device, dtype, seed)

    return build_it


def built(function: BuildFunction, architecture: Architecture, training: Training, dtype: str = "float64") -> Model:
    """A model with the certificate's weights, none of them at 0 or 1, where faults would not show."""
    model = function(architecture, training, "cpu", dtype, 0)
    model.load_parameters(weights(architecture, dtype))
    return model
