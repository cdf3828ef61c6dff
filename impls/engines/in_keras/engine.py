"""A Keras network as a `Model`; the work is done in `model.py`."""

from impls.engines import Implementation
from impls.engines.in_keras.quiet import quiet_stderr
from impls.errors import ImplementationError
from impls.spec.architecture import Architecture
from impls.training import Training

with quiet_stderr():
    try:
        import keras
    except (ImportError, ValueError) as error:
        # Keras takes its backend from KERAS_BACKEND, or from a file of its user's, and imports that backend.
        raise ImplementationError(
            f"Keras cannot start the backend that KERAS_BACKEND or ~/.keras/keras.json names "
            f"({str(error).splitlines()[0]}); set KERAS_BACKEND to one that is installed before Python starts"
        ) from error

    from impls.engines.in_keras.backends import find_backend
    from impls.engines.in_keras.model import KerasModel, NetworkClass


def build_model(
    implementation: Implementation,
    architecture: Architecture,
    network: NetworkClass,
    training: Training,
    device: str,
    dtype: str,
    seed: int,
) -> KerasModel:
    """A model whose parameters are still to be loaded.

    Raises:
        ImplementationError: this process has Keras with another backend.
        DeviceError: the device is not there.
    """
    wanted, present = implementation.environment["KERAS_BACKEND"], keras.backend.backend()
    if wanted != present:
        raise ImplementationError(
            f"implementation {implementation.name!r}: Keras runs on {present!r} in this process; "
            f"set KERAS_BACKEND={wanted} before Python starts"
        )
    model = KerasModel(implementation, architecture, network, training, device, dtype, seed)
    return model.made_by(build_model, implementation, architecture, network, training, device, dtype, seed)


def set_threads(threads: int) -> None:
    """Let each operation use this many processor threads; call before the first operation."""
    find_backend().set_threads(threads)


def device_peak_bytes() -> int:
    """The most of the device's memory that was in use at once."""
    return find_backend().device_peak_bytes()


def let_go() -> bool:
    """Forget the names, graphs and generators of the networks so far, and let the device's peak begin anew.

    Returns:
        Whether it does.
    """
    keras.backend.clear_session()
    return find_backend().reset_device_peak()
