"""The multilayer perceptron (Goodfellow, Bengio & Courville 2016, chapter 6), three times."""

from impls.mlp.architecture import MLP

__all__ = ["MLP"]
