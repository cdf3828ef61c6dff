"""Cases, trials and arrays to test with."""

from impls import Training, build
from impls.mlp import MLP
from impls.testing import Case, Subject, measured

CASE = Case("tiny", MLP(inputs=3, hidden=(4, 3), outputs=2, activation="tanh"), Training("momentum", 0.05))

#: Two stages are enough to see how figures travel.
SHORT = Case(CASE.name, CASE.architecture, CASE.training, ("parameters", "function"))


def numpy_arrays(case, dtype="float32"):
    """What `numpy` leaves, in arrays that may be tampered with."""

    def build_function(architecture, training, device, dtype, seed):
        return build(architecture, "numpy", training, device, dtype, seed)

    return {name: dict(arrays) for name, arrays in measured(Subject(build_function, case, "cpu", dtype)).items()}
