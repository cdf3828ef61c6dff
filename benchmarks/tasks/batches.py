"""The order in which examples are seen: sampled once for each epoch, the same for every implementation."""

import numpy as np

from impls import Array, Batch


def skip_epochs(epochs: int, examples: int, generator: np.random.Generator) -> None:
    """Bring the generator to where this many calls of `epoch_batches`, of as many examples, would leave it."""
    for _ in range(epochs):
        _draw_order(examples, generator)


def epoch_batches(inputs: Array, targets: Array, batch_size: int, generator: np.random.Generator) -> list[Batch]:
    """All examples once, in an order sampled from `generator`, in batches that are views of one shuffled copy.

    Args:
        inputs: (examples, ...).
        targets: (examples, ...).
        batch_size: examples a batch; the last batch has what remains.
        generator: of the order; one permutation is drawn.

    Raises:
        ValueError: inputs and targets are not of one length, or the batch size is below 1.
    """
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs, but {len(targets)} targets")
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; give 1 or more")
    order = _draw_order(len(inputs), generator)
    shuffled_inputs, shuffled_targets = inputs.take(order, axis=0), targets.take(order, axis=0)
    return [
        Batch(shuffled_inputs[start : start + batch_size], shuffled_targets[start : start + batch_size])
        for start in range(0, len(order), batch_size)
    ]


def _draw_order(examples: int, generator: np.random.Generator) -> Array:
    return generator.permutation(examples)
