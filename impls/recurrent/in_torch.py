"""The recurrent network in PyTorch."""

from torch import Tensor, nn

from impls.engines.in_torch.layers import network
from impls.engines.in_torch.layers.bidirectional import Directions
from impls.engines.in_torch.layers.dropout import Dropout
from impls.engines.in_torch.layers.pooling import MeanPooling
from impls.engines.in_torch.layers.recurrent import RecurrentLayer, State
from impls.recurrent.architecture import Recurrent
from impls.spec.tokens import PADDING


class Network(network.Network):
    """An embedding (of tokens), recurrent layers each with dropout (optional), pooling (optional), a dense layer.

    Maps tokens (examples, length) or numbers (examples, length, features) to (examples, outputs), or without pooling to
    (examples, length, outputs).
    """

    def __init__(self, architecture: Recurrent) -> None:
        super().__init__()
        self.architecture = architecture
        if architecture.tokens:
            self.embedding = self.add("embedding", nn.Embedding(architecture.tokens, architecture.embedding))
        self.recurrent: list[Directions] = []
        self.dropouts: list[Dropout | nn.Identity] = []
        for index, (inputs, units) in enumerate(zip(architecture.layer_inputs, architecture.units, strict=True)):
            cell, every = architecture.cell, architecture.pools_after(index) != "last"
            layers = [self.add(f"recurrent_{index}", RecurrentLayer(cell, inputs, units, every))]
            if architecture.bidirectional:
                reverse = RecurrentLayer(cell, inputs, units, every, reverse=True)
                layers.append(self.add(f"reverse_{index}", reverse))
            self.recurrent.append(Directions(layers))
            self.dropouts.append(self.add_dropout(f"dropout_{index}", architecture.dropout))
        if architecture.pooling == "mean":
            self.pooling_0 = self.add("pooling_0", MeanPooling())
        self.output = self.add("output", nn.Linear(architecture.last_features, architecture.outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        x, real = inputs, None
        if self.architecture.tokens:
            x = self.embedding(inputs)
            # Without pooling padding follows all that counts, and does not reach back.
            real = inputs != PADDING if self.architecture.pooling else None
        for index, (layer, dropout) in enumerate(zip(self.recurrent, self.dropouts, strict=True)):
            x, _ = layer.forward(x, real)
            if self.architecture.pools_after(index) == "mean":
                x = self.pooling_0(x, real)
            x = dropout(x)
        outputs: Tensor = self.output(x)
        return outputs

    def begin(self, sources: Tensor) -> list[State]:
        """Each layer's state before the first token."""
        return [layer.initial_state(len(sources)) for layer in self.recurrent]

    def step(self, tokens: Tensor, states: list[State]) -> tuple[Tensor, list[State]]:
        """Logits (sequences, tokens) after one more token of each sequence, and the states after it."""
        x, finals = self.embedding(tokens[:, None]), []
        for layer, state in zip(self.recurrent, states, strict=True):
            x, final = layer.forward(x, start=state)
            finals.append(final)
        return self.output(x)[:, 0], finals
