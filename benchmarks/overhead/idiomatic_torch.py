"""The shortest training loop in PyTorch, as in its own "Learn the basics" tutorial."""

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.overhead.contest import BATCH_SIZE, TOKENS, Examples


def mlp(examples: Examples) -> Callable[[], None]:
    """Dense layers 784-256-128-10."""
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return _loop(model, torch.from_numpy(examples.inputs), torch.from_numpy(examples.targets))


def cnn(examples: Examples) -> Callable[[], None]:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 10),
    )
    images = torch.from_numpy(examples.inputs).permute(0, 3, 1, 2).contiguous()
    return _loop(model, images, torch.from_numpy(examples.targets))


class LastOutput(nn.Module):
    """A recurrent layer and a dense one on its last output."""

    def __init__(self, recurrent: nn.RNNBase) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.output = nn.Linear(recurrent.hidden_size, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Map (examples, length, features) to (examples, 10)."""
        outputs, _ = self.recurrent(inputs)
        logits: torch.Tensor = self.output(outputs[:, -1])
        return logits


def lstm(examples: Examples) -> Callable[[], None]:
    """An LSTM of 128 units over rows of 28 numbers."""
    model = LastOutput(nn.LSTM(28, 128, batch_first=True))
    return _loop(model, torch.from_numpy(examples.inputs), torch.from_numpy(examples.targets))


def gru(examples: Examples) -> Callable[[], None]:
    """A GRU of 128 units over rows of 28 numbers."""
    model = LastOutput(nn.GRU(28, 128, batch_first=True))
    return _loop(model, torch.from_numpy(examples.inputs), torch.from_numpy(examples.targets))


class LanguageModel(nn.Module):
    """PyTorch's own Transformer layers with a causal mask."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, 64)
        self.positions = nn.Parameter(torch.randn(64, 64))
        layer = nn.TransformerEncoderLayer(64, nhead=4, dim_feedforward=256, dropout=0.0, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, num_layers=2)
        self.output = nn.Linear(64, TOKENS)
        self.mask = nn.Transformer.generate_square_subsequent_mask(64)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Map tokens (examples, 64) to logits (examples, TOKENS, 64), as the loss wants them."""
        features = self.embedding(tokens) + self.positions
        logits: torch.Tensor = self.output(self.layers(features, mask=self.mask, is_causal=True))
        return logits.transpose(1, 2)


def transformer(examples: Examples) -> Callable[[], None]:
    """Two Transformer layers of width 64 with 4 heads over 64 tokens."""
    return _loop(LanguageModel(), torch.from_numpy(examples.inputs), torch.from_numpy(examples.targets))


def _loop(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> Callable[[], None]:
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def epoch() -> None:
        for x, y in zip(torch.split(inputs, BATCH_SIZE), torch.split(targets, BATCH_SIZE), strict=True):
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()

    return epoch
