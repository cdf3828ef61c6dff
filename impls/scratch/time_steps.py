"""Sequences of different lengths in one batch: the order in which a recurrent layer takes their steps."""

import numpy as np

from impls.protocol import Array


class Walk:
    """The way of a recurrent layer through a batch: time first, and long sequences before short ones.

    At each of the `steps` only the first rows are at work, those of the sequences that are at least that long. No
    padded position is ever computed (as in PyTorch's packed sequences), so a state stops by itself at its sequence's
    last token, and in reverse begins there.
    """

    def __init__(self, examples: int, length: int, real: Array | None, reverse: bool) -> None:
        self.reverse = reverse
        lengths = None if real is None else np.count_nonzero(real, axis=1)
        #: Steps that each row takes; None where all take all.
        self.lengths: Array | None = None
        #: The steps' numbers, each with the number of rows that are at work: 1 or more.
        self.steps = [(step, examples) for step in range(length)]
        if lengths is not None and (lengths < length).any():
            self._order = np.argsort(-lengths, kind="stable")
            self.lengths = lengths[self._order]
            numbers = np.arange(length)[:, np.newaxis]
            #: Whether a row is at work at a step (length, examples).
            self._at_work = numbers < self.lengths
            self.steps = [(step, int(rows)) for step, rows in enumerate(self._at_work.sum(axis=1)) if rows]
            # To walk in reverse is its own inverse: padding stays where it is.
            self._times = np.where(self._at_work, self.lengths - 1 - numbers, numbers) if reverse else numbers

    def to_steps(self, sequences: Array) -> Array:
        """(examples, length, features) to (length, examples, features), in the order of the walk; maybe a view."""
        if self.lengths is not None:
            steps: Array = sequences[self._order, self._times]
            return steps
        return sequences[:, ::-1].swapaxes(0, 1) if self.reverse else sequences.swapaxes(0, 1)

    def to_sequences(self, steps: Array, padding: float = 0.0) -> Array:
        """Back from `to_steps`, maybe a view; what is padding is filled up, in the steps themselves too."""
        if self.lengths is not None:
            steps[~self._at_work] = padding
            # Time stays the first axis in memory, for the layers above.
            sequences = np.empty_like(steps)
            sequences[self._times, self._order] = steps
            return sequences.swapaxes(0, 1)
        return steps[::-1].swapaxes(0, 1) if self.reverse else steps.swapaxes(0, 1)

    def to_rows(self, states: Array) -> Array:
        """States (examples, units) in the order of the rows."""
        return states if self.lengths is None else states[self._order]

    def last(self, states: Array) -> Array:
        """A copy of each example's last state; `states` (length + 1, rows, units) begins with that before all steps."""
        if self.lengths is None:
            copy: Array = states[-1].copy()
            return copy
        return self.to_examples(states[self.lengths, np.arange(len(self.lengths))])

    def to_examples(self, rows: Array) -> Array:
        """Back from `to_rows`."""
        if self.lengths is None:
            return rows
        states = np.empty_like(rows)
        states[self._order] = rows
        return states

    def used(self, steps: Array) -> Array:
        """(length, rows, features) as a matrix of those rows that are at work."""
        return steps.reshape(-1, steps.shape[-1]) if self.lengths is None else steps[self._at_work]

    def spread(self, matrix: Array, steps: Array) -> None:
        """Put the rows of `used` back into (length, rows, features), the others of which are left as they are."""
        steps[self._at_work] = matrix
