"""Keras on JAX: pure functions of the variables' values, jitted, that give back the values they leave.

A step takes the values of every variable that training moves, with the batch, and its buffers are donated: the new
values take their memory (https://docs.jax.dev/en/latest/buffer_donation.html). An epoch is a `jax.lax.scan` of the same
step over stacked batches, except where a network convolves on a processor. JAX compiles a function once for each shape
of its arguments, so a smaller last batch and another number of steps are compiled by themselves.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from typing import Any, Literal, TypeAlias

import jax
import keras
import numpy as np

from impls.engines.in_keras.backends import Parts, allow_cudnn, keep_float64
from impls.engines.in_keras.layers.dropout import dropout_masks
from impls.engines.in_keras.optimizers import Optimizer
from impls.errors import DeviceError
from impls.protocol import Array, Batch, Masks

# Without it JAX has no float64, and reads tokens as int32.
jax.config.update("jax_enable_x64", True)
keep_float64()

#: XLA compiles the plain equations into as few loops as a kernel would have.
OPTIMIZERS: dict[str, type[Optimizer]] = {}

#: Values of variables, in the order of the variables.
Values: TypeAlias = list[Any]
#: Masks by the dropout layers' names; "draw" new ones, or None to leave dropout out.
Dropped: TypeAlias = Mapping[str, Any] | Literal["draw"] | None


def prepare_device(device: str) -> None:
    """Make sure that the device is there, and that its float32 is float32.

    Raises:
        DeviceError: JAX finds no GPU.
    """
    if device == "cuda":
        try:
            jax.devices("cuda")
        except RuntimeError:
            raise DeviceError(
                f"device 'cuda': JAX {jax.__version__} finds no GPU; give device='cpu', or install jax[cuda13] and an "
                "NVIDIA driver"
            ) from None
        # TensorFloat-32 rounds float32 factors to 10 bits of mantissa; JAX allows it by default.
        jax.config.update("jax_default_matmul_precision", "highest")


def on_device(device: str) -> AbstractContextManager[None]:
    """A context whose variables and operations live on the device."""
    context: AbstractContextManager[None] = jax.default_device(jax.devices(device)[0])
    return context


def make_programs(parts: Parts, device: str, compiler: str) -> "JaxPrograms":  # noqa: ARG001 -- always compiled by XLA
    """Programs compiled by XLA."""
    return JaxPrograms(parts, device)


def set_threads(threads: int) -> None:
    """Let each operation use this many processor threads; call before the first operation.

    XLA's thread pool on the CPU has as many threads as this variable says, or else as the machine has processors. JAX
    has no setting for it; the variable is read when the first operation starts the CPU's client.
    """
    os.environ["NPROC"] = str(threads)


def device_peak_bytes() -> int:
    """The most of the GPU's memory that arrays have held at once."""
    return int(jax.devices("cuda")[0].memory_stats()["peak_bytes_in_use"])


def reset_device_peak() -> bool:
    """Whether the next network's peak begins anew: JAX has no call for it, so on a GPU it does not."""
    return jax.default_backend() == "cpu"


class JaxPrograms:
    """`Programs` as functions of `jax.jit`; between calls the values stand in the Keras variables."""

    def __init__(self, parts: Parts, device: str) -> None:
        self.parts, self.device = parts, device
        #: What training moves: parameters; moving statistics and generators; what the optimizer remembers.
        self.trainable = list(parts.trainable)
        self.others = list(parts.network.non_trainable_variables)
        self.memory = list(parts.optimizer.variables)
        # Within a loop of its own XLA convolves on a processor without the library that it calls for a step alone, and
        # takes five times as long.
        convolves = any(isinstance(layer, keras.layers.Conv2D) for layer in parts.network.layers)
        self.scans = device == "cuda" or not convolves
        allow_cudnn(parts.network, device == "cuda")

    def train_step(self, batch: Batch) -> float:
        return float(self._move(self._train_step, batch))

    def train_steps(self, batches: Sequence[Batch]) -> list[float]:
        if not self.scans:
            # Read at the end: reading a loss waits for its step.
            return [float(loss) for loss in [self._move(self._train_step, batch) for batch in batches]]
        stacks = [np.stack(arrays) for arrays in zip(*batches, strict=True)]
        losses: list[float] = np.asarray(self._move(self._train_steps, stacks)).tolist()
        return losses

    def loss_and_gradients(self, batch: Batch, masks: Masks | Literal["draw"] | None) -> tuple[float, list[Array]]:
        program = self._gradients_drawing if masks == "draw" else self._gradients
        given = {} if masks is None or masks == "draw" else dict(masks)
        with on_device(self.device):
            loss, gradients = program(*self._values(), tuple(batch), given)
        return float(loss), [np.array(gradient) for gradient in gradients]

    def predict(self, inputs: Array) -> Array:
        with on_device(self.device):
            return np.array(self._predict(*self._values(), inputs))

    def begin(self, sources: Array) -> Any:
        with on_device(self.device):
            return self._begin(*self._values(), sources)

    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        with on_device(self.device):
            logits, following = self._step(*self._values(), tokens, state)
        return np.array(logits), following

    def reorder(self, state: Any, sequences: Array) -> Any:
        with on_device(self.device):
            return self._reorder(state, sequences)

    def synchronize(self) -> None:
        jax.block_until_ready([variable.value for variable in self.trainable])

    @cached_property
    def _train_step(self) -> Any:
        return jax.jit(self._update, donate_argnums=0)

    @cached_property
    def _train_steps(self) -> Any:
        def steps(values: Values, inputs: Any, targets: Any) -> tuple[Any, Values]:
            def one(values: Values, batch: tuple[Any, Any]) -> tuple[Values, Any]:
                loss, moved = self._update(values, *batch)
                return moved, loss

            moved, losses = jax.lax.scan(one, values, (inputs, targets))
            return losses, moved

        return jax.jit(steps, donate_argnums=0)

    @cached_property
    def _gradients(self) -> Any:
        return jax.jit(partial(self._unchanging_gradients, drawing=False))

    @cached_property
    def _gradients_drawing(self) -> Any:
        return jax.jit(partial(self._unchanging_gradients, drawing=True))

    @cached_property
    def _predict(self) -> Any:
        return jax.jit(self._with_values(lambda inputs: self.parts.network(inputs, training=False)))

    @cached_property
    def _begin(self) -> Any:
        return jax.jit(self._with_values(self.parts.network.begin))

    @cached_property
    def _step(self) -> Any:
        return jax.jit(self._with_values(self.parts.network.step))

    @cached_property
    def _reorder(self) -> Any:
        return jax.jit(lambda state, sequences: jax.tree.map(lambda tensor: tensor[sequences], state))

    def _values(self) -> tuple[Values, Values]:
        """Of the network's variables, as they stand."""
        return [variable.value for variable in self.trainable], [variable.value for variable in self.others]

    def _move(self, program: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        """Call a program that moves the variables, and let them have the values that it leaves; gives its losses."""
        moved = [*self.trainable, *self.others, *self.memory]
        with on_device(self.device):
            losses, values = program([variable.value for variable in moved], *arrays)
        for variable, value in zip(moved, values, strict=True):
            _put(variable, value)
        return losses

    def _update(self, values: Values, inputs: Any, targets: Any) -> tuple[Any, Values]:
        """One step from the values of all that training moves: the loss, and the values after it."""
        count = len(self.trainable)
        trainable, others, memory = values[:count], values[count : len(values) - len(self.memory)], self.memory
        (loss, others), gradients = self._differentiate(trainable, others, (inputs, targets), "draw")
        kept = values[len(values) - len(memory) :]
        with _scope([*self.trainable, *memory], [*trainable, *kept]) as scope:
            self.parts.optimizer.apply(gradients)
        moved = _current(scope, self.trainable), others, _current(scope, memory)
        return loss, [value for group in moved for value in group]

    def _unchanging_gradients(
        self, trainable: Values, others: Values, batch: tuple[Any, Any], masks: Mapping[str, Any], drawing: bool
    ) -> tuple[Any, Values]:
        (loss, _), gradients = self._differentiate(trainable, others, batch, "draw" if drawing else masks or None)
        return loss, gradients

    def _differentiate(
        self,
        trainable: Values,
        others: Values,
        batch: tuple[Any, Any],
        masks: Mapping[str, Any] | Literal["draw"] | None,
    ) -> tuple[tuple[Any, Values], Values]:
        """The loss and what becomes of the other variables, and the gradients."""

        def loss_of(trainable: Values) -> tuple[Any, Values]:
            inputs, targets = batch
            with (
                _scope([*self.trainable, *self.others], [*trainable, *others]) as scope,
                dropout_masks(self.parts.dropouts, masks),
            ):
                loss = self.parts.loss(targets, self.parts.network(inputs, training=True))
            return loss, _current(scope, self.others)

        result: tuple[tuple[Any, Values], Values] = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        return result

    def _with_values(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with the values of the network's variables as its first two arguments."""

        def called(trainable: Values, others: Values, *arguments: Any) -> Any:
            with _scope([*self.trainable, *self.others], [*trainable, *others]):
                return function(*arguments)

        return called


def _put(variable: Any, value: Any) -> None:
    """`variable.assign` of a value that a program has given, of the right shape and dtype.

    Keras's own converts and compares first, at ten times the cost of all else between two programs; what it calls then
    is no public method, and done without where it is missing.
    """
    put = getattr(variable, "_direct_assign", variable.assign)
    put(value)


def _scope(variables: Sequence[Any], values: Sequence[Any]) -> keras.StatelessScope:
    """A context in which the variables have these values; what is assigned to them stays in it."""
    return keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True)))


def _current(scope: keras.StatelessScope, variables: Sequence[Any]) -> Values:
    return [scope.get_current_value(variable) for variable in variables]
