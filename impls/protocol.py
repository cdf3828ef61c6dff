"""The contract that every implementation keeps: batches in, losses and parameters out, all as NumPy arrays.

What each word means is fixed here once, so that three frameworks can be compared. Where the frameworks differ under one
name, the choice is written at the place that implements it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy.typing as npt

from impls.spec.architecture import Architecture
from impls.training import Training

Array: TypeAlias = npt.NDArray[Any]

#: Name -> array, in the order of `Architecture.parameters()`; trainable parameters and moving statistics alike. The
#: names and shapes are Keras's: a dense kernel is (in, out), a convolution kernel (height, width, in, out).
Parameters: TypeAlias = dict[str, Array]

#: Name of a dropout layer -> what its inputs are multiplied by before scaling: 1 keeps, 0 drops; (examples, *shape).
Masks: TypeAlias = Mapping[str, Array]


class Batch(NamedTuple):
    """Examples that are seen together; a plain `(inputs, targets)` tuple serves as well."""

    #: (examples, *input_shape), of the model's dtype; tokens, for an architecture with `fields`, are integers, with
    #: padding (0) at the end of each field. An encoder-decoder's are the source and, beside it, the start token with
    #: the target but for its last token (teacher forcing).
    inputs: Array
    #: For softmax cross-entropy class numbers (examples,), or (examples, positions), where 0 is padding, whose loss is
    #: not counted; (examples, *output_shape) for every other loss.
    targets: Array


@runtime_checkable
class Model(Protocol):
    """A network, its loss, its optimizer and its place on a device."""

    @property
    def architecture(self) -> Architecture: ...

    @property
    def implementation(self) -> str: ...

    @property
    def training(self) -> Training: ...

    @property
    def device(self) -> str: ...

    @property
    def dtype(self) -> str: ...

    def parameters(self) -> Parameters:
        """Copies of all parameters, in the architecture's order."""
        ...

    def load_parameters(self, parameters: Mapping[str, Array]) -> None:
        """Start afresh from these: the optimizer's state is cleared and the dropout generator takes its seed again.

        Raises:
            ParameterError: a name is missing or unknown, or a shape is wrong; nothing has been changed then.
        """
        ...

    def train_step(self, batch: Batch) -> float:
        """One update; returns the loss before it, averaged over examples (over targets that are not padding, where
        there is one at each position), L2 penalty left out.

        Raises:
            BatchError: the shapes do not fit the architecture.
        """
        ...

    def train_epoch(self, batches: Sequence[Batch]) -> float:
        """One update a batch, in order, leaving the parameters that as many `train_step` calls would.

        Every framework runs this in its own best way. Returns the training loss averaged over all examples (over all
        targets that are not padding).

        Raises:
            BatchError: the shapes do not fit the architecture, or there are no batches.
        """
        ...

    def loss_and_gradients(
        self, batch: Batch, masks: Masks | Literal["draw"] | None = None
    ) -> tuple[float, Parameters]:
        """The mean loss and its gradient for every trainable parameter; changes nothing in the model's behaviour.

        Batch normalization uses the batch's own statistics, as in training. Weight decay, L2 and clipping belong to the
        update and are not in these gradients.

        Args:
            batch: the examples.
            masks: None leaves dropout off; "draw" lets the implementation draw its own masks, as in training; given
                masks are used as they are, and scaled by 1 / (1 - rate).

        Raises:
            BatchError: the shapes do not fit the architecture, or a mask's name or shape is wrong.
        """
        ...

    def predict(self, inputs: Array, batch_size: int | None = None) -> Array:
        """Logits or regression outputs (examples, *output_shape): dropout off, moving statistics in use.

        Args:
            inputs: (examples, *input_shape).
            batch_size: how many at once; None takes all in one go.

        Raises:
            BatchError: the shape does not fit the architecture.
        """
        ...

    def synchronize(self) -> None:
        """Wait until the device has finished all that was asked of it."""
        ...


class Decoder(Protocol):
    """Sequences that are being written, token by token; what has been read is kept as state or as keys and values."""

    def step(self, tokens: Array) -> Array:
        """Read the next token of every sequence and say, as logits, what may follow.

        Args:
            tokens: (sequences,), int64.

        Returns:
            (sequences, vocabulary), of the model's dtype; the caller's own.
        """
        ...

    def reorder(self, sequences: Array) -> None:
        """Go on from these of the sequences, int64 numbers that may repeat or leave out: a beam's survivors."""
        ...


@runtime_checkable
class Decodes(Protocol):
    """What a `Model` offers where its architecture `decodes`; `impls.engines.decoding.Decoding` has most of it."""

    def decoder(self, sequences: int, sources: Array | None = None) -> Decoder:
        """A decoder that has read nothing yet; (sequences, source length) checked tokens for an encoder-decoder."""
        ...

    def generate(self, prompts: Array, steps: int, temperature: float = 0.0, seed: int = 0) -> Array:
        """What a language model goes on with: `impls.engines.decoding.Decoding.generate`."""
        ...

    def decode(self, sources: Array, beams: int = 1) -> Array:
        """What an encoder-decoder makes of its sources: `impls.engines.decoding.Decoding.decode`."""
        ...


@runtime_checkable
class Resumes(Protocol):
    """What a `Model` may offer besides, so that a training of hours can be interrupted and goes on where it stopped."""

    def training_state(self) -> dict[str, Array]:
        """Copies of all that the next step depends on, by names that are the implementation's own.

        The parameters are among it, what the optimizer remembers, and where the dropout generator stands.
        """
        ...

    def resume(self, state: Mapping[str, Array]) -> None:
        """Go on from a `training_state`, be it of another process, as that model would have gone on: to the last bit.

        Raises:
            ParameterError: it is the state of a model of another implementation, architecture, recipe, device or
                precision, or not whole; nothing has been changed then.
        """
        ...


@runtime_checkable
class ShowsLayers(Protocol):
    """What a `Model` may offer besides: a look inside, by which a failed certificate names the layer that departs."""

    def layer_outputs(self, inputs: Array, training: bool = False) -> dict[str, Array]:
        """Every layer's output by its name, in forward order, dropout left out; changes nothing in the model.

        Layers without parameters take part as `activation_i`, `pooling_i` and `flatten`; the last is `output`.

        Args:
            inputs: (examples, *input_shape).
            training: batch normalization by the batch's own statistics instead of the moving ones.
        """
        ...


@runtime_checkable
class Transparent(Protocol):
    """What the NumPy implementation offers besides: a look at what the frameworks' fast layers keep to themselves."""

    def attention_weights(self, inputs: Array) -> Array:
        """What each target position attends to in the source, of a network whose architecture `attends_source`.

        Args:
            inputs: (examples, source length + target length), tokens.

        Returns:
            (examples, target length, source length); a row's sum is 1, and padding has 0.

        Raises:
            ArchitectureError: the network attends to no source.
            BatchError: the inputs do not fit the architecture.
        """
        ...

    def hidden_gradients(self, batch: Batch) -> Array:
        """The mean norm of the loss's gradient for the last recurrent layer's outputs at each time step: (length,).

        Raises:
            ArchitectureError: the network has no recurrent layer.
            BatchError: the batch does not fit the architecture.
        """
        ...
