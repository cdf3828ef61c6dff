"""What depends on Keras's backend: placing, differentiating, compiling. One module a backend, called by its Keras name.

Such a module is a `Backend`; everything else in this engine is written in `keras` and `keras.ops` alone.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

import keras

from impls.engines.in_keras.layers.dropout import Dropout
from impls.engines.in_keras.optimizers import Optimizer
from impls.protocol import Array, Batch, Masks


@dataclass(frozen=True)
class Parts:
    """What a model's programs are made from."""

    #: Built; maps (examples, *input_shape) to (examples, *output_shape).
    network: keras.Model
    #: The network's trainable variables, in the contract's order.
    trainable: Sequence[Any]
    #: The network's dropout layers by name, in forward order.
    dropouts: Mapping[str, Dropout]
    #: Scalar of (targets, outputs).
    loss: Callable[[Any, Any], Any]
    #: Built over `trainable`.
    optimizer: Optimizer
    #: A batch and the masks of one example, for their shapes and dtypes.
    batch: Batch
    masks: Masks
    #: Tokens of a source, which a decoder begins with; 0 where there is none.
    source_length: int


class Programs(Protocol):
    """The compiled functions of one model; each is compiled when it is first called."""

    def train_step(self, batch: Batch) -> float:
        """One update; returns the loss before it."""
        ...

    def train_steps(self, batches: Sequence[Batch]) -> list[float]:
        """One update a batch, in one call; all have the same size. Returns the losses before each of them."""
        ...

    def loss_and_gradients(self, batch: Batch, masks: Masks | Literal["draw"] | None) -> tuple[float, list[Array]]:
        """The loss and the gradient of each trainable variable; leaves every variable as it was."""
        ...

    def predict(self, inputs: Array) -> Array:
        """The network's outputs, dropout off and moving statistics in use."""
        ...

    def begin(self, sources: Array) -> Any:
        """The network's `begin` (see `impls.engines.decoding.DecodingNetwork`), of (sequences, source length)."""
        ...

    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        """The network's `step`: logits (sequences, vocabulary), and the state that follows."""
        ...

    def reorder(self, state: Any, sequences: Array) -> Any:
        """The states of these of the sequences."""
        ...

    def synchronize(self) -> None:
        """Wait until the device has finished all that was asked of it."""
        ...


class Backend(Protocol):
    """The functions of a backend's module."""

    #: By the recipe's names, those that the backend does better than `impls.engines.in_keras.optimizers`.
    OPTIMIZERS: Mapping[str, type[Optimizer]]

    def prepare_device(self, device: str) -> None:
        """Make sure that the device is there, and that its float32 is float32.

        Raises:
            DeviceError: it is not there.
        """
        ...

    def set_threads(self, threads: int) -> None:
        """Let each operation use this many processor threads; call before the first operation."""
        ...

    def device_peak_bytes(self) -> int:
        """The most of the device's memory that was in use at once."""
        ...

    def reset_device_peak(self) -> bool:
        """Let that begin anew, where there is a device other than the processor; returns whether it does."""
        ...

    def on_device(self, device: str) -> AbstractContextManager[None]:
        """A context whose variables and operations live on the device."""
        ...

    def make_programs(self, parts: Parts, device: str, compiler: str) -> Programs:
        """The programs of one model; `compiler` is "" or what an implementation's name has after the plus sign."""
        ...


def allow_cudnn(network: keras.Model, allowed: bool) -> None:
    """Whether the network's recurrent layers may use cuDNN's kernels: Keras looks for a GPU in the machine, not for
    where a layer is to run.
    """
    for layer in network.layers:
        if isinstance(layer, keras.layers.LSTM | keras.layers.GRU):
            layer.use_cudnn = "auto" if allowed else False


def keep_float64() -> None:
    """Let operations on float64 give float64 on every backend, as they do on TensorFlow.

    Elsewhere Keras forces the results of its type promotion to 32 bits, as JAX does by default, and has no
    setting for it; so the entry of its own table is changed. Where there is no such table, nothing happens, and a model
    in float64 is refused (see `keeps_float64`).
    """
    with suppress(ImportError, AttributeError):
        dtypes = importlib.import_module("keras.src.backend.common.dtypes")
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def keeps_float64() -> bool:
    """Whether operations on float64 give float64."""
    return bool(keras.backend.result_type("float64", "float64") == "float64")


def find_backend() -> Backend:
    """The module of the backend that Keras has in this process."""
    return cast(Backend, importlib.import_module(f"{__name__}.{keras.backend.backend()}"))
