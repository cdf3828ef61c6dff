"""Recurrent networks: RNN, LSTM and GRU (Goodfellow, Bengio & Courville 2016, chapter 10), three times."""

from impls.recurrent.architecture import Recurrent

__all__ = ["Recurrent"]
