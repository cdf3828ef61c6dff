"""The shortest training loop in PyTorch, as in its own "Learn the basics" tutorial."""

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.overhead.contest import BATCH_SIZE, Examples


def mlp(examples: Examples) -> Callable[[], None]:
    """Dense layers 784-256-128-10."""
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return _loop(model, torch.from_numpy(examples.images), torch.from_numpy(examples.classes))


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
    images = torch.from_numpy(examples.images).permute(0, 3, 1, 2).contiguous()
    return _loop(model, images, torch.from_numpy(examples.classes))


def _loop(model: nn.Module, images: torch.Tensor, classes: torch.Tensor) -> Callable[[], None]:
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def epoch() -> None:
        for x, y in zip(torch.split(images, BATCH_SIZE), torch.split(classes, BATCH_SIZE), strict=True):
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()

    return epoch
