"""Keras on TensorFlow: `tf.GradientTape` inside `tf.function`, as graphs or compiled by XLA.

An epoch is a `tf.while_loop` over stacked batches, so that Python is left once for many steps. Every function has one
signature with an open batch axis and is called as the `ConcreteFunction` traced from it, so neither another batch size
nor other parameters make TensorFlow trace again (https://www.tensorflow.org/guide/function#controlling_retracing);
XLA compiles what was traced once for each shape it meets.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from impls.engines.in_keras.backends import Parts, allow_cudnn
from impls.engines.in_keras.backends.tensorflow_optimizers import SGD, Adagrad, Adam, Momentum, Nesterov
from impls.engines.in_keras.layers.dropout import dropout_masks
from impls.engines.in_keras.optimizers import Optimizer
from impls.errors import DeviceError
from impls.protocol import Array, Batch, Masks

#: In place of those of `impls.engines.in_keras.optimizers`.
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "adam": Adam,
    "adamw": Adam,
}

_DEVICES = {"cpu": "/CPU:0", "cuda": "/GPU:0"}


def prepare_device(device: str) -> None:
    """Make sure that the device is there, and that its float32 is float32.

    Raises:
        DeviceError: TensorFlow finds no GPU.
    """
    if device == "cuda":
        if not tf.config.list_physical_devices("GPU"):
            raise DeviceError(
                f"device 'cuda': TensorFlow {tf.__version__} finds no GPU; give device='cpu', or install "
                "tensorflow[and-cuda] and an NVIDIA driver"
            )
        # TensorFloat-32 rounds float32 factors to 10 bits of mantissa; TensorFlow allows it by default.
        tf.config.experimental.enable_tensor_float_32_execution(False)


def on_device(device: str) -> AbstractContextManager[None]:
    """A context whose variables and operations live on the device."""
    context: AbstractContextManager[None] = tf.device(_DEVICES[device])
    return context


def make_programs(parts: Parts, device: str, compiler: str) -> "TensorFlowPrograms":
    """Programs as plain graphs, or compiled by XLA for `compiler` "xla"."""
    return TensorFlowPrograms(parts, device, jit=compiler == "xla")


def set_threads(threads: int) -> None:
    """Let each operation use this many processor threads, one operation at a time; call before the first operation."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def device_peak_bytes() -> int:
    """The most of the GPU's memory that tensors have held at once."""
    peak: int = tf.config.experimental.get_memory_info("GPU:0")["peak"]
    return peak


def reset_device_peak() -> bool:
    """Let the peak of the GPU's memory begin anew, where there is one; returns whether it does."""
    for device in tf.config.list_logical_devices("GPU"):
        tf.config.experimental.reset_memory_stats(device.name.removeprefix("/device:"))
    return True


class TensorFlowPrograms:
    """`Programs` as functions of `tf.function`, each traced once."""

    def __init__(self, parts: Parts, device: str, jit: bool) -> None:
        self.parts, self.device, self.jit = parts, device, jit
        self.batch_specs = [_open_spec(array) for array in parts.batch]
        self.mask_specs = [_open_spec(array) for array in parts.masks.values()]
        for layer in parts.dropouts.values():
            layer.draw = _draw_dropout
        # TensorFlow's XLA knows no cuDNN.
        allow_cudnn(parts.network, device == "cuda" and not jit)

    def train_step(self, batch: Batch) -> float:
        return float(self._call(self._train_step, batch))

    def train_steps(self, batches: Sequence[Batch]) -> list[float]:
        stacks = [np.stack(arrays) for arrays in zip(*batches, strict=True)]
        losses: list[float] = self._call(self._train_steps, stacks).numpy().tolist()
        return losses

    def loss_and_gradients(self, batch: Batch, masks: Masks | Literal["draw"] | None) -> tuple[float, list[Array]]:
        if masks is None:
            loss, gradients = self._call(self._gradients_without_dropout, batch)
        elif isinstance(masks, str):
            loss, gradients = self._call(self._gradients_drawing, batch)
        else:
            loss, gradients = self._call(self._gradients_masked, [*batch, *masks.values()])
        return float(loss), [np.array(gradient) for gradient in gradients]

    def predict(self, inputs: Array) -> Array:
        return np.array(self._call(self._predict, [inputs]))

    def begin(self, sources: Array) -> Any:
        return self._call(self._begin, [sources])

    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        with on_device(self.device):
            logits, following = self._step(tf.constant(tokens), state)
        return np.array(logits), following

    def reorder(self, state: Any, sequences: Array) -> Any:
        with on_device(self.device):
            return tf.nest.map_structure(lambda tensor: tf.gather(tensor, sequences), state)

    def synchronize(self) -> None:
        tf.test.experimental.sync_devices()

    @cached_property
    def _train_step(self) -> Any:
        return self._compile(self._update, self.batch_specs)

    @cached_property
    def _train_steps(self) -> Any:
        # The loop is TensorFlow's in either case: XLA would compile it for one number of steps, and runs convolutions
        # slower inside a loop of its own. Its body is the very function of `train_step`.
        stacks = [tf.TensorSpec((None, *spec.shape), spec.dtype) for spec in self.batch_specs]
        return self._compile(_repeat(self._train_step), stacks, jit=False)

    @cached_property
    def _gradients_without_dropout(self) -> Any:
        return self._compile(lambda *batch: self._unchanging_gradients(batch, None), self.batch_specs)

    @cached_property
    def _gradients_drawing(self) -> Any:
        return self._compile(lambda *batch: self._unchanging_gradients(batch, "draw"), self.batch_specs)

    @cached_property
    def _gradients_masked(self) -> Any:
        def masked(inputs: Any, targets: Any, *masks: Any) -> Any:
            return self._unchanging_gradients((inputs, targets), dict(zip(self.parts.masks, masks, strict=True)))

        return self._compile(masked, [*self.batch_specs, *self.mask_specs])

    @cached_property
    def _predict(self) -> Any:
        return self._compile(lambda inputs: self.parts.network(inputs, training=False), self.batch_specs[:1])

    @cached_property
    def _begin(self) -> Any:
        # Writing is left to plain graphs: XLA would compile it anew for each number of sequences, which beams multiply.
        sources = tf.TensorSpec((None, self.parts.source_length), tf.int64)
        return self._compile(self.parts.network.begin, [sources], jit=False)

    @cached_property
    def _step(self) -> Any:
        state = tf.nest.map_structure(_open_spec, self._begin.structured_outputs)
        return self._compile(self.parts.network.step, [tf.TensorSpec((None,), tf.int64), state], jit=False)

    def _compile(self, function: Callable[..., Any], specs: Sequence[Any], jit: bool | None = None) -> Any:
        jit = self.jit if jit is None else jit
        compiled = tf.function(function, input_signature=specs, jit_compile=jit, autograph=False)
        with on_device(self.device):
            return compiled.get_concrete_function()

    def _call(self, function: Any, arrays: Sequence[Any]) -> Any:
        with on_device(self.device):
            return function(*map(tf.constant, arrays))

    def _update(self, inputs: Any, targets: Any) -> Any:
        loss, gradients = self._differentiate(inputs, targets)
        self.parts.optimizer.apply(gradients)
        return loss

    def _unchanging_gradients(self, batch: Sequence[Any], masks: Any) -> Any:
        # Within the scope moving statistics and generators move on without the variables being touched.
        with keras.StatelessScope(), dropout_masks(self.parts.dropouts, masks):
            return self._differentiate(*batch)

    def _differentiate(self, inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = self.parts.loss(targets, self.parts.network(inputs, training=True))
        gradients = tape.gradient(loss, [variable.value for variable in self.parts.trainable])
        # An embedding's gradient comes as the rows that were looked up. The update rules are those of whole arrays.
        return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]


def _repeat(step: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The losses of steps over stacked batches (steps, examples, ...)."""

    def steps(inputs: Any, targets: Any) -> Any:
        count = tf.shape(inputs)[0]

        def one(index: Any, losses: Any) -> Any:
            loss = tf.cast(step(inputs[index], targets[index]), tf.float64)
            return index + 1, losses.write(index, loss)

        start = (tf.constant(0), tf.TensorArray(tf.float64, count, element_shape=()))
        return tf.while_loop(lambda index, _: index < count, one, start, parallel_iterations=1)[1].stack()

    return steps


def _draw_dropout(inputs: Any, rate: float, seed: keras.random.SeedGenerator) -> Any:
    """`keras.random.dropout` with one algorithm named: on a CPU, the one that XLA selects itself is 50 times slower."""
    return tf.nn.experimental.stateless_dropout(inputs, rate, seed=seed.next(), rng_alg="philox")


def _open_spec(array: Any) -> tf.TensorSpec:
    """Of arrays or tensors like this one, with any number of examples."""
    return tf.TensorSpec((None, *array.shape[1:]), array.dtype)
