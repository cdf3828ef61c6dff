"""Recurrent layers with backpropagation through time (Goodfellow, Bengio & Courville 2016, chapter 10)."""

from abc import abstractmethod
from typing import ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from impls.protocol import Array
from impls.scratch.layer import Layer
from impls.scratch.time_steps import Walk
from impls.spec.recurrent_cells import GATES, RecurrentCell

#: What a layer carries from step to step, each (examples, units): the output h, and an LSTM's cell c.
State: TypeAlias = tuple[Array, ...]


class RecurrentLayer(Layer):
    """Base of the recurrent layers: the walk through time; a subclass has the step, there and back.

    From (examples, length, inputs) to (examples, length, units). Parameters: those of
    `impls.spec.recurrent_cells.cell_parameters`.

    Everything is laid out time first. What step t is computed from lies side by side in `_joined[t]`: (x, h, 1), the
    inputs, the last output and a one that stands for the bias; so a step needs one product with the weights, and the
    gradient of these is one product over all steps afterwards.
    """

    cell: ClassVar[RecurrentCell]
    #: Arrays in a state.
    states: ClassVar[int] = 1
    #: Blocks of units that a step's sums have; the last of them are those of the kernel, in its order.
    sums: ClassVar[int] = 1

    def __init__(
        self,
        inputs: int,
        units: int,
        every: bool = True,
        reverse: bool = False,
        dtype: npt.DTypeLike = "float32",
    ) -> None:
        super().__init__(dtype)
        self.inputs, self.units = inputs, units
        #: Whether the outputs are those at every position, or the last one alone.
        self.every = every
        #: Whether the layer reads from the end to the beginning.
        self.reverse = reverse
        columns = GATES[self.cell] * units
        self._add_parameter("kernel", (inputs, columns))
        self._add_parameter("recurrent_kernel", (units, columns))
        self._add_parameter("bias", (2, columns) if self.cell == "gru" else (columns,))
        #: After `backward`: the gradient for the state that `forward` started from.
        self.start_gradient: State = ()
        #: Whether `backward` also keeps the norms of the gradients that reach h, in `gradient_norms`.
        self.watch_gradients = False
        #: (examples, length): of the loss's gradient for each h; nan at padding.
        self.gradient_norms: Array = np.empty((0, 0))

    def forward(self, inputs: Array, real: Array | None = None, start: State | None = None) -> tuple[Array, State]:
        """The outputs at every position, or the last one (examples, units), and the state after the last step.

        Args:
            inputs: (examples, length, inputs).
            real: (examples, length), true where a position is real: all of a sequence's first, one or more. The state
                stops at the last of them (in reverse it begins there), and outputs at padding are 0. None: everywhere.
            start: the state before the first step, zeros if None.

        Returns:
            The outputs, and the state, which is the caller's own.
        """
        examples, length, features = inputs.shape
        self._walk = walk = Walk(examples, length, real, self.reverse)
        self._joined = joined = self._buffers.take("joined", (length + 1, examples, features + self.units + 1))
        joined[:-1, :, :features] = walk.to_steps(inputs)
        joined[:, :, -1] = 1.0
        #: h before the first step, and after each.
        self._outputs = joined[:, :, features:-1]
        self._outputs[0] = 0.0 if start is None else walk.to_rows(start[0])
        self._prepare_steps(start)
        for step, rows in walk.steps:
            self._step(step, rows)
        final = self._final_state()
        return (walk.to_sequences(self._outputs[1:]) if self.every else final[0]), final

    def initial_state(self, examples: int) -> State:
        """Zeros: the state before the first step."""
        return tuple(np.zeros((examples, self.units), self.dtype) for _ in range(self.states))

    def backward(self, gradient: Array | None, final_gradient: State | None = None) -> Array:
        """From the gradients for the outputs and for the last state to that for the inputs; either may be None.

        Also sets that for `start`, in `start_gradient`.
        """
        self.backward_to_parameters(gradient, final_gradient)
        return self._walk.to_sequences(self._inputs_gradient())

    def backward_to_parameters(self, gradient: Array | None, final_gradient: State | None = None) -> None:
        walk, (positions, examples, _) = self._walk, self._joined.shape
        carried = self._last_gradient(gradient, final_gradient)
        at_steps = walk.to_steps(gradient) if gradient is not None and gradient.ndim == 3 else None
        norms = self._buffers.take("norms", (positions - 1, examples, 1))
        self._sums_gradient = self._buffers.take("sums_gradient", (positions - 1, examples, self.sums * self.units))
        self._prepare_steps_back()
        for step, rows in reversed(walk.steps):
            if at_steps is not None:
                carried[0, :rows] += at_steps[step, :rows]
            if self.watch_gradients:
                norms[step, :rows] = np.linalg.norm(carried[0, :rows], axis=1, keepdims=True)
            self._step_back(step, rows, carried[:, :rows])
        if self.watch_gradients:
            self.gradient_norms = walk.to_sequences(norms, padding=np.nan)[:, :, 0]
        self.start_gradient = tuple(walk.to_examples(array) for array in carried)
        self._sum_gradients(walk.used(self._joined[:-1]), walk.used(self._sums_gradient))

    def _final_state(self) -> State:
        """The state after the last step of the last `forward`."""
        return (self._walk.last(self._outputs),)

    def _last_gradient(self, gradient: Array | None, final_gradient: State | None) -> Array:
        """The gradient for the state after the last step (states, rows, units), with which the way back begins.

        A row whose last step is an earlier one keeps it until then.
        """
        carried = self._buffers.take("carried", (self.states, self._joined.shape[1], self.units))
        carried[...] = 0.0
        if gradient is not None and gradient.ndim == 2:
            carried[0] = self._walk.to_rows(gradient)
        for place, given in zip(carried, final_gradient or (), strict=False):
            place += self._walk.to_rows(given)
        return carried

    @abstractmethod
    def _prepare_steps(self, start: State | None) -> None:
        """Bring the weights into the shape that the steps want, and take the buffers."""

    @abstractmethod
    def _step(self, step: int, rows: int) -> None:
        """From `_joined[step]` to `_outputs[step + 1]`, for the first `rows` rows."""

    def _prepare_steps_back(self) -> None:
        """As `_prepare_steps`, for the way back."""
        # A copy, for products with a transpose are slower.
        self._weights_back = self._buffers.take("weights_back", self.parameters["recurrent_kernel"].T.shape)
        self._weights_back[...] = self.parameters["recurrent_kernel"].T

    @abstractmethod
    def _step_back(self, step: int, rows: int, carried: Array) -> None:
        """Replace the gradient for the state after the step (states, rows, units) by that for the state before it.

        Leaves in `_sums_gradient[step]` the gradient for the sums that the activations were applied to.
        """

    def _sum_gradients(self, joined: Array, sums_gradient: Array) -> None:
        """Set the parameters' gradients by the matrices (rows of all steps, features) that the steps have left."""
        weights = self._buffers.take("weights_gradient", (joined.shape[1], sums_gradient.shape[1]))
        np.matmul(joined.T, sums_gradient, out=weights)
        self.gradients["kernel"][...] = weights[: self.inputs]
        self.gradients["recurrent_kernel"][...] = weights[self.inputs : -1]
        self.gradients["bias"][...] = weights[-1]

    def _inputs_gradient(self) -> Array:
        """(length, rows, inputs)."""
        kernel = self.parameters["kernel"]
        sums_gradient = self._walk.used(self._sums_gradient)[:, -kernel.shape[1] :]
        gradient = self._buffers.take("inputs_gradient", (*self._sums_gradient.shape[:2], self.inputs))
        if self._walk.lengths is None:
            np.matmul(sums_gradient, kernel.T, out=gradient.reshape(-1, self.inputs))
        else:
            self._walk.spread(sums_gradient @ kernel.T, gradient)
        return gradient


class SimpleRnn(RecurrentLayer):
    """h' = tanh(x·W + h·U + b) (Elman 1990)."""

    cell = "rnn"

    def _prepare_steps(self, start: State | None) -> None:  # noqa: ARG002 (h, the whole state, is in its place already)
        parameters = self.parameters
        self._weights = self._buffers.take("weights", (self.inputs + self.units + 1, self.units))
        np.concatenate(
            (parameters["kernel"], parameters["recurrent_kernel"], parameters["bias"][np.newaxis]), out=self._weights
        )

    def _step(self, step: int, rows: int) -> None:
        sums = self._buffers.take("sums", (rows, self.units))
        np.matmul(self._joined[step, :rows], self._weights, out=sums)
        np.tanh(sums, out=self._outputs[step + 1, :rows])

    def _step_back(self, step: int, rows: int, carried: Array) -> None:
        """tanh' = 1 − h²."""
        (h_gradient,) = carried
        sums, h = self._sums_gradient[step, :rows], self._outputs[step + 1, :rows]
        np.multiply(h, h, out=sums)
        np.subtract(1.0, sums, out=sums)
        sums *= h_gradient
        np.matmul(sums, self._weights_back, out=h_gradient)
