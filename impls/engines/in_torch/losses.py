"""The losses of `impls.training`, averaged over examples (and positions and outputs), as PyTorch has them."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 -- PyTorch's own name for it

from impls.spec.architecture import Architecture
from impls.spec.tokens import PADDING
from impls.training import Training

#: (outputs, targets) -> scalar.
LossFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def loss_function(architecture: Architecture, training: Training) -> LossFunction:
    """The recipe's loss; cross-entropies take logits (https://docs.pytorch.org/docs/stable/nn.functional.html)."""
    functions: dict[str, LossFunction] = {
        "softmax_cross_entropy": F.cross_entropy,
        "sigmoid_cross_entropy": F.binary_cross_entropy_with_logits,
        "mean_squared_error": F.mse_loss,
        "mean_absolute_error": F.l1_loss,
        "huber": partial(F.huber_loss, delta=training.huber_delta),
    }
    if training.loss == "softmax_cross_entropy" and len(architecture.output_shape) > 1:
        return token_cross_entropy
    return functions[training.loss]


def token_cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    """Of logits (examples, positions, vocabulary) and tokens (examples, positions), averaged over all but padding."""
    # As a matrix of rows: with the classes on the second axis PyTorch would go through memory in long steps.
    return F.cross_entropy(outputs.flatten(0, 1), targets.flatten(), ignore_index=PADDING)
