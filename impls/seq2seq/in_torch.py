"""Sequence to sequence in PyTorch."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from impls.engines.in_torch.attention import ATTENTIONS
from impls.engines.in_torch.decoding import NetworkDecoder
from impls.engines.in_torch.layers import Dropout
from impls.engines.in_torch.recurrent import RecurrentLayer, State
from impls.engines.in_torch.sequences import lengths_of, real_positions
from impls.seq2seq.architecture import Seq2Seq


class Memory(NamedTuple):
    """What the decoder attends to."""

    #: The encoder's outputs (examples, source length, units), and `attention.key` of them.
    outputs: Tensor
    keys: Tensor
    #: (examples, source length), True where there is no padding.
    real: Tensor


class Network(nn.Module):
    """A recurrent encoder and a recurrent decoder, with or without attention between (see `Seq2Seq`).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq) -> None:
        super().__init__()
        self.architecture = architecture
        units, cell = architecture.units, architecture.cell
        widths = [architecture.embedding, *[units] * (architecture.layers - 1)]
        self.source_embedding = nn.Embedding(architecture.source_tokens, architecture.embedding)
        if architecture.dropout:
            self.source_dropout = Dropout(architecture.dropout)
        for index, inputs in enumerate(widths):
            for name, reverse in self._encoder_layers(index).items():
                self.add_module(
                    name, RecurrentLayer(cell, inputs, architecture.encoder_units, reverse, hands_over=True)
                )
        self.target_embedding = nn.Embedding(architecture.target_tokens, architecture.embedding)
        if architecture.dropout:
            self.target_dropout = Dropout(architecture.dropout)
        for index, inputs in enumerate(widths):
            self.add_module(f"decoder_{index}", RecurrentLayer(cell, inputs, units))
        if architecture.attention:
            self.attention = ATTENTIONS[architecture.attention](units)
            self.combine = nn.Linear(2 * units, units)
            self.activation_0 = nn.Tanh()
        if architecture.dropout:
            self.output_dropout = Dropout(architecture.dropout)
        self.output = nn.Linear(units, architecture.target_tokens)

    def forward(self, inputs: Tensor) -> Tensor:
        """Run all positions at once, the target's given."""
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        memory, states = self.encode(source)
        logits, _ = self.decode(target, memory, states)
        return logits

    def encode(self, source: Tensor) -> tuple[Memory | None, list[State]]:
        """What there is to attend to in the source (examples, source length), and the decoder's first states."""
        lengths = lengths_of(source)
        x = self._drop("source_dropout", self.source_embedding(source))
        states: list[State] = []
        for index in range(self.architecture.layers):
            directions = [getattr(self, name)(x, lengths) for name in self._encoder_layers(index)]
            x = torch.cat([outputs for outputs, _ in directions], 2)
            finals = zip(*(final for _, final in directions), strict=True)
            states.append(tuple(torch.cat(parts, 1) for parts in finals))
        if self.architecture.attention is None:
            return None, states
        return Memory(x, self.attention.key(x), real_positions(lengths, source.shape[1])), states

    def decode(self, target: Tensor, memory: Memory | None, states: list[State]) -> tuple[Tensor, list[State]]:
        """Logits for the target's tokens (examples, length), and the states after them."""
        x = self._drop("target_dropout", self.target_embedding(target))
        finals: list[State] = []
        for index, state in enumerate(states):
            x, final = getattr(self, f"decoder_{index}")(x, None, state)
            finals.append(final)
        if memory is not None:
            context = self.attention(x, *memory)
            x = self.activation_0(self.combine(torch.cat([context, x], 2)))
        return self.output(self._drop("output_dropout", x)), finals

    def decoder(self, sequences: int, sources: Tensor | None = None) -> NetworkDecoder:  # noqa: ARG002 (as many as sources)
        """A decoder that has read nothing yet (see `impls.protocol.Decodes`)."""
        if sources is None:
            raise TypeError("an encoder-decoder writes from sources")
        return Seq2SeqDecoder(self, *self.encode(sources))

    def _encoder_layers(self, index: int) -> dict[str, bool]:
        """Names of one layer's directions, and whether it is the reverse one."""
        names = {f"encoder_{index}": False}
        return names | {f"encoder_reverse_{index}": True} if self.architecture.bidirectional else names

    def _drop(self, dropout: str, x: Tensor) -> Tensor:
        return getattr(self, dropout)(x) if self.architecture.dropout else x


class Seq2SeqDecoder:
    """Sequences that are being written: each layer's state is kept, and the source's keys."""

    def __init__(self, written_by: Network, memory: Memory | None, states: list[State]) -> None:
        self._network = written_by
        self._memory = memory
        self._states = states

    def step(self, tokens: Tensor) -> Tensor:
        logits, self._states = self._network.decode(tokens.unsqueeze(1), self._memory, self._states)
        return logits.squeeze(1)

    def reorder(self, sequences: Tensor) -> None:
        self._states = [tuple(part[sequences] for part in state) for state in self._states]
        if self._memory is not None:
            self._memory = Memory(*(part[sequences] for part in self._memory))
