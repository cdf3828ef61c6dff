"""The recurrent network in PyTorch."""

import torch
from torch import Tensor, nn

from impls.engines.in_torch.decoding import NetworkDecoder
from impls.engines.in_torch.layers import Dropout
from impls.engines.in_torch.recurrent import RecurrentLayer, State
from impls.engines.in_torch.sequences import MeanPooling, lengths_of
from impls.recurrent.architecture import Recurrent


class Network(nn.Module):
    """Recurrent layers over real numbers or embedded tokens, pooled or not, and a dense layer.

    Maps (examples, length, features), or tokens (examples, length), to (examples, outputs), or to (examples, length,
    outputs) without pooling.
    """

    def __init__(self, architecture: Recurrent) -> None:
        super().__init__()
        self.architecture = architecture
        if architecture.tokens:
            self.embedding = nn.Embedding(architecture.tokens, architecture.embedding)
        for index, (inputs, units) in enumerate(zip(architecture.layer_inputs, architecture.units, strict=True)):
            self.add_module(f"recurrent_{index}", RecurrentLayer(architecture.cell, inputs, units))
            if architecture.bidirectional:
                self.add_module(f"reverse_{index}", RecurrentLayer(architecture.cell, inputs, units, reverse=True))
            if architecture.dropout:
                self.add_module(f"dropout_{index}", Dropout(architecture.dropout))
        if architecture.pooling == "mean":
            self.pooling_0 = MeanPooling()
        self.output = nn.Linear(architecture.last_features, architecture.outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        """Run all positions at once."""
        architecture = self.architecture
        lengths = lengths_of(inputs) if architecture.tokens and architecture.pooling else None
        x = self.embedding(inputs) if architecture.tokens else inputs
        for index in range(len(architecture.units)):
            pooling = architecture.pooling if index == len(architecture.units) - 1 else None
            x = self._both_directions(index, x, lengths, every=pooling != "last")
            if pooling == "mean":
                x = self.pooling_0(x, lengths)
            if architecture.dropout:
                x = getattr(self, f"dropout_{index}")(x)
        outputs: Tensor = self.output(x)
        return outputs

    def decoder(self, sequences: int, sources: Tensor | None = None) -> NetworkDecoder:  # noqa: ARG002 (read at the first step)
        """A decoder that has read nothing yet (see `impls.protocol.Decodes`)."""
        return RecurrentDecoder(self)

    def _both_directions(self, index: int, x: Tensor, lengths: Tensor | None, every: bool) -> Tensor:
        """Outputs at every position or the last ones, those of the reverse direction beside the forward one's."""
        names = [f"recurrent_{index}", f"reverse_{index}"][: self.architecture.directions]
        outputs = [getattr(self, name)(x, lengths, None, every)[0] for name in names]
        return torch.cat(outputs, -1) if len(outputs) > 1 else outputs[0]


class RecurrentDecoder:
    """Sequences that are being written: each layer's state is kept."""

    def __init__(self, written_by: Network) -> None:
        self._network = written_by
        self._states: list[State | None] = [None] * len(written_by.architecture.units)

    def step(self, tokens: Tensor) -> Tensor:
        network = self._network
        x = network.embedding(tokens.unsqueeze(1))
        for index, state in enumerate(self._states):
            x, self._states[index] = getattr(network, f"recurrent_{index}")(x, None, state)
        logits: Tensor = network.output(x.squeeze(1))
        return logits

    def reorder(self, sequences: Tensor) -> None:
        self._states = [None if state is None else tuple(part[sequences] for part in state) for state in self._states]
