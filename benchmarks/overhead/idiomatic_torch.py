"""The shortest training loop in PyTorch, as in its own "Learn the basics" tutorial."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.overhead.contest import BATCH_SIZE, TOKENS, Examples
from impls.engines.in_torch.devices import find_device


def mlp() -> nn.Module:
    """Dense layers 784-256-128-10."""
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn() -> nn.Module:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 10),
    )


class LastOutput(nn.Module):
    """A recurrent layer and a dense one on its last output."""

    def __init__(self, recurrent: nn.RNNBase) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.output = nn.Linear(recurrent.hidden_size, 10)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (examples, length, features) to (examples, 10)."""
        outputs, _ = self.recurrent(inputs)
        logits: Tensor = self.output(outputs[:, -1])
        return logits


def lstm() -> nn.Module:
    """An LSTM of 128 units over rows of 28 numbers."""
    return LastOutput(nn.LSTM(28, 128, batch_first=True))


def gru() -> nn.Module:
    """A GRU of 128 units over rows of 28 numbers."""
    return LastOutput(nn.GRU(28, 128, batch_first=True))


class LanguageModel(nn.Module):
    """PyTorch's own Transformer layers with a causal mask."""

    mask: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, 64)
        self.positions = nn.Parameter(torch.randn(64, 64))
        layer = nn.TransformerEncoderLayer(64, nhead=4, dim_feedforward=256, dropout=0.0, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, num_layers=2)
        self.output = nn.Linear(64, TOKENS)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(64))

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (examples, 64) to logits (examples, TOKENS, 64), as the loss wants them."""
        features = self.embedding(tokens) + self.positions
        logits: Tensor = self.output(self.layers(features, mask=self.mask, is_causal=True))
        return logits.transpose(1, 2)


def transformer() -> nn.Module:
    """Two Transformer layers of width 64 with 4 heads over 64 tokens."""
    return LanguageModel()


#: The network of each contest.
NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "mlp": mlp,
    "cnn": cnn,
    "lstm": lstm,
    "gru": gru,
    "transformer": transformer,
}


def tensors_of(contest: str, examples: Examples) -> tuple[Tensor, Tensor]:
    """Inputs and targets of the contest, images with their channels first."""
    inputs = torch.from_numpy(examples.inputs)
    if contest == "cnn":
        inputs = inputs.permute(0, 3, 1, 2).contiguous()
    return inputs, torch.from_numpy(examples.targets)


def epoch_of(contest: str, examples: Examples, device: str = "cpu") -> Callable[[], None]:
    """The contest's network trained for an epoch, batch by batch, on the device."""
    place = find_device(device)
    model = NETWORKS[contest]().to(place)
    inputs, targets = tensors_of(contest, examples)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def epoch() -> None:
        for x, y in zip(torch.split(inputs, BATCH_SIZE), torch.split(targets, BATCH_SIZE), strict=True):
            loss = loss_fn(model(x.to(place)), y.to(place))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        if device == "cuda":
            torch.cuda.synchronize()

    return epoch
