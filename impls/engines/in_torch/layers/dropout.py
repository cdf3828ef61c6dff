"""Dropout by a mask that is handed over."""

from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout (Srivastava et al. 2014) by a mask that the engine hands over before each pass.

    `nn.Dropout` draws from the process's one generator and takes no mask. With the drawing outside, given and drawn
    masks run through the same code, and the pass can be compiled whole.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        #: (examples, *shape), 1 / (1 - rate) where a feature is kept and 0 where not; None keeps all.
        self.scaled_mask: Tensor | None = None

    def forward(self, inputs: Tensor) -> Tensor:
        """Drop features of (examples, *shape)."""
        return inputs if self.scaled_mask is None else inputs * self.scaled_mask
