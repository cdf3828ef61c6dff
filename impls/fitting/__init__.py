"""Training a `Model` over epochs: shuffled batches, a validation part, early stopping and a progress bar."""

from impls.fitting.history import EarlyStopping, History
from impls.fitting.training import fit, shuffled_batches

__all__ = ["EarlyStopping", "History", "fit", "shuffled_batches"]
