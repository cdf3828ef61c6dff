"""Recurrent layers: PyTorch's own, with padding masked and with the one bias that the contract has."""

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from impls.engines.in_torch.layers.time_steps import reversal, take_positions
from impls.spec.recurrent_cells import RecurrentCell

#: What a layer carries from step to step, each (examples, units): the output h, and an LSTM's cell c.
State: TypeAlias = tuple[Tensor, ...]

CELLS: dict[RecurrentCell, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentLayer(nn.Module):
    """One layer of `nn.RNN`, `nn.LSTM` or `nn.GRU`, in one direction.

    From (examples, length, inputs) to (examples, length, units). PyTorch has two biases in every cell and trains both,
    so that their sum moves twice as far. Where the contract has one, the second is frozen at 0; the two of a GRU differ
    in what the reset gate does to them.

    Padding costs nothing where it can be let run: it follows what is real, in reverse too once the real positions are
    reversed, so that outputs there are wrong and nobody reads them. Packed sequences are right there, but on a CPU
    they leave oneDNN's LSTM aside: LSTM 16-32 over 20 positions, 40 % of them real, took 2.8 ms a step packed and 1.3
    ms run over all (batch 64, one thread). Both directions of a bidirectional `nn.LSTM` run one after the other on a
    CPU, so that two layers are no slower than it.

    Args:
        cell: of the three.
        inputs: features at each position.
        units: features of the outputs.
        every: whether the outputs are those at every position, or the last one alone.
        reverse: from the end to the beginning.
        hands_over: whether the state after the last real position goes to a decoder. An LSTM's cell at that place comes
            out of packed sequences only.
    """

    def __init__(
        self,
        cell: RecurrentCell,
        inputs: int,
        units: int,
        every: bool = True,
        reverse: bool = False,
        hands_over: bool = False,
    ) -> None:
        super().__init__()
        self.units = units
        self.every = every
        self.layer = CELLS[cell](inputs, units, batch_first=True)
        self.reverse = reverse
        self.packs = hands_over and cell == "lstm"
        #: Whether a pass may wait for the device; packing does, since it wants the lengths on the host.
        self.may_wait = True
        #: Whether its kernel is left out of autocast. On a CPU it has to be: where processors have no instructions for
        #: it, oneDNN has no LSTM in bfloat16 that could be trained.
        self.keeps_dtype = False
        #: Attributes of `layer` by the contract's kind of parameter.
        self.kinds = {
            "kernel": ("weight_ih_l0",),
            "recurrent_kernel": ("weight_hh_l0",),
            "bias": ("bias_ih_l0", "bias_hh_l0") if cell == "gru" else ("bias_ih_l0",),
        }
        if cell != "gru":
            self._second_bias.requires_grad_(False)

    @torch.no_grad()
    def fill_constants(self) -> None:
        """Set what is no parameter of the contract, once there is memory for it."""
        if not self._second_bias.requires_grad:
            self._second_bias.zero_()

    # TorchDynamo takes no `nn.LSTM` unless it may unroll it, step by step; so its own kernel is called between graphs.
    @torch.compiler.disable  # type: ignore[untyped-decorator]  # PyTorch's type hints leave it out
    def forward(self, inputs: Tensor, real: Tensor | None = None, start: State | None = None) -> tuple[Tensor, State]:
        """The outputs at every position, or the last one (examples, units), and the state after the last step.

        Args:
            inputs: (examples, length, inputs).
            real: (examples, length), true where a position is real: all of a sequence's first, one or more. What comes
                out at the others is arbitrary. None: everywhere.
            start: the state before the first step, zeros if None.

        Returns:
            Outputs and state; with `real`, the state of an LSTM lacks the cell unless the layer hands it over.
        """
        if real is None:
            outputs, final = self._run(inputs.flip(1) if self.reverse else inputs, start)
            if not self.every:
                return final[0], final
            return outputs.flip(1) if self.reverse else outputs, final
        lengths = real.sum(1)
        order = reversal(lengths, inputs.shape[1]) if self.reverse else None
        inputs = inputs if order is None else take_positions(inputs, order)
        if not self.packs:
            outputs, final = self._run_over_all(inputs, lengths)
        elif self.may_wait:
            outputs, final = self._run_packed(inputs, lengths)
        else:
            outputs, final = self._run_step_by_step(inputs, lengths)
        if not self.every:
            return final[0], final
        return outputs if order is None else take_positions(outputs, order), final

    def initial_state(self, examples: int) -> State:
        """Zeros: the state before the first step."""
        zeros = self._second_bias.new_zeros((examples, self.units))
        return (zeros, zeros) if isinstance(self.layer, nn.LSTM) else (zeros,)

    def shown(self, outputs: Tensor, real: Tensor | None) -> Tensor:
        """The outputs with 0 at padding, as the contract has them for a look inside."""
        return outputs if real is None or not self.every else outputs * real.unsqueeze(2)

    @property
    def _second_bias(self) -> nn.Parameter:
        return self.layer.get_parameter("bias_hh_l0")

    def _run(self, inputs: Tensor, start: State | None) -> tuple[Tensor, State]:
        outputs, final = self._run_kernel(inputs, self._own_state(start))
        return outputs, self._state(final)

    def _run_over_all(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        outputs, _ = self._run_kernel(inputs)
        return outputs, (take_positions(outputs, lengths.unsqueeze(1) - 1).squeeze(1),)

    def _run_packed(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        packed = pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, final = self._run_kernel(packed)
        padded, _ = pad_packed_sequence(outputs, batch_first=True, total_length=inputs.shape[1])
        return padded, self._state(final)

    def _run_step_by_step(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        """One position after the other, each sequence's state kept as it is from its end on."""
        state, outputs = self.initial_state(len(inputs)), []
        for position in range(inputs.shape[1]):
            output, following = self._run(inputs[:, position : position + 1], state)
            goes_on = (lengths > position).unsqueeze(1)
            state = tuple(torch.where(goes_on, new, old) for new, old in zip(following, state, strict=True))
            outputs.append(output)
        return torch.cat(outputs, 1), state

    def _run_kernel(self, inputs: Tensor | PackedSequence, state: Tensor | State | None = None) -> Any:
        """The kernel's outputs and its last state."""
        if not self.keeps_dtype:
            return self.layer(inputs, state)
        with torch.autocast(self._second_bias.device.type, enabled=False):
            return self.layer(inputs.to(self._second_bias.dtype), state)

    def _own_state(self, state: State | None) -> Tensor | State | None:
        """As `layer` takes it: with an axis for its one layer, and no tuple around a single tensor."""
        if state is None:
            return None
        own = tuple(part.unsqueeze(0) for part in state)
        if self.keeps_dtype:
            own = tuple(part.to(self._second_bias.dtype) for part in own)
        return own if isinstance(self.layer, nn.LSTM) else own[0]

    def _state(self, own: Tensor | State) -> State:
        parts = own if isinstance(own, tuple) else (own,)
        return tuple(part.squeeze(0) for part in parts)
