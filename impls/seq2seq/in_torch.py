"""Sequence to sequence in PyTorch."""

from typing import TypeAlias

import torch
from torch import Tensor, nn

from impls.engines.in_torch.layers import network
from impls.engines.in_torch.layers.activations import ACTIVATIONS
from impls.engines.in_torch.layers.bidirectional import Directions
from impls.engines.in_torch.layers.recurrent import RecurrentLayer, State
from impls.engines.in_torch.layers.source_attention import ATTENTIONS, Memory
from impls.seq2seq.architecture import Seq2Seq
from impls.spec.tokens import PADDING

#: What the decoder attends to, and the state of each of its layers.
DecoderState: TypeAlias = tuple[Memory | tuple[()], list[State]]


class Network(network.Network):
    """A recurrent encoder, a recurrent decoder that starts from its states, and attention between them (optional).

    Maps tokens (examples, source length + target length) to (examples, target length, target tokens).
    """

    def __init__(self, architecture: Seq2Seq) -> None:
        super().__init__()
        self.architecture = architecture
        cell, units, rate = architecture.cell, architecture.units, architecture.dropout
        widths = [architecture.embedding, *[units] * (architecture.layers - 1)]
        embedding = nn.Embedding(architecture.source_tokens, architecture.embedding)
        self.source_embedding = self.add("source_embedding", embedding)
        self.source_dropout = self.add_dropout("source_dropout", rate)
        self.encoder: list[Directions] = []
        for index, inputs in enumerate(widths):
            half = architecture.encoder_units
            layers = [self.add(f"encoder_{index}", RecurrentLayer(cell, inputs, half, hands_over=True))]
            if architecture.bidirectional:
                reverse = RecurrentLayer(cell, inputs, half, reverse=True, hands_over=True)
                layers.append(self.add(f"encoder_reverse_{index}", reverse))
            self.encoder.append(Directions(layers))
        embedding = nn.Embedding(architecture.target_tokens, architecture.embedding)
        self.target_embedding = self.add("target_embedding", embedding)
        self.target_dropout = self.add_dropout("target_dropout", rate)
        self.decoder: list[Directions] = []
        for index, inputs in enumerate(widths):
            layers = [self.add(f"decoder_{index}", RecurrentLayer(cell, inputs, units))]
            self.decoder.append(Directions(layers))
        if architecture.attention:
            self.attention = self.add("attention", ATTENTIONS[architecture.attention](units))
            self.combine = self.add("combine", nn.Linear(2 * units, units))
            self.activation_0 = self.add("activation_0", ACTIVATIONS["tanh"]())
        self.output_dropout = self.add_dropout("output_dropout", rate)
        self.output = self.add("output", nn.Linear(units, architecture.target_tokens))

    def forward(self, inputs: Tensor) -> Tensor:
        length = self.architecture.source_length
        source, target = inputs[:, :length], inputs[:, length:]
        logits, _ = self.decode(target, self.encode(source))
        return logits

    def encode(self, source: Tensor) -> DecoderState:
        """What the decoder attends to in the source (examples, source length), and its first states."""
        real = source != PADDING
        x = self.source_dropout(self.source_embedding(source))
        states = []
        for layer in self.encoder:
            x, state = layer.forward(x, real)
            states.append(state)
        return (self.attention.remember(x, real) if self.architecture.attention else ()), states

    def decode(self, target: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Logits (examples, length, tokens) for the target's tokens (examples, length), and the state after them."""
        memory, states = state
        x = self.target_dropout(self.target_embedding(target))
        finals = []
        for layer, start in zip(self.decoder, states, strict=True):
            x, final = layer.forward(x, start=start)
            finals.append(final)
        if memory:
            context = self.attention(x, *memory)
            x = self.activation_0(self.combine(torch.cat([context, x], dim=-1)))
        return self.output(self.output_dropout(x)), (memory, finals)

    def begin(self, sources: Tensor) -> DecoderState:
        """The state before the first token."""
        return self.encode(sources)

    def step(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Logits (sequences, tokens) after one more token of each sequence, and the state after it."""
        logits, state = self.decode(tokens[:, None], state)
        return logits[:, 0], state
