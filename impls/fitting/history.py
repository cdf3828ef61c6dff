"""What a training went through, and when waiting for a better epoch is over."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from impls.protocol import Model

if TYPE_CHECKING:
    from impls.protocol import Parameters


@dataclass
class History:
    """What a training went through, epoch by epoch."""

    #: The mean training loss of each epoch, each batch before its update.
    losses: list[float] = field(default_factory=list)
    #: The validation score after each epoch; empty without a validation part.
    scores: list[float] = field(default_factory=list)
    #: The epoch (from 1) whose parameters the model has.
    best_epoch: int = 0
    stopped_early: bool = False


class EarlyStopping:
    """Remembers the parameters with the best validation score, and says when waiting for a better one is over."""

    def __init__(self, patience: int, tolerance: float) -> None:
        """Args:
        patience: epochs in a row without an improvement after which training stops.
        tolerance: what counts as an improvement is more than this.
        """
        self._patience, self._tolerance = patience, tolerance
        self._best = -np.inf
        self._without_improvement = 0
        self._parameters: Parameters | None = None
        self.epoch = 0

    def is_over(self, model: Model, history: History) -> bool:
        """Whether training stops after the epoch that the history ends with."""
        score = history.scores[-1]
        if self._parameters is None or score > self._best + self._tolerance:
            self._best, self._without_improvement = score, 0
            self._parameters, self.epoch = model.parameters(), len(history.scores)
        else:
            self._without_improvement += 1
        return self._without_improvement >= self._patience

    def restore(self, model: Model) -> None:
        """Give the model the best epoch's parameters; its optimizer starts afresh."""
        if self._parameters is not None:
            model.load_parameters(self._parameters)
