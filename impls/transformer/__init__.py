"""The Transformer (Vaswani et al. 2017): encoder, decoder, or both, three times."""

from impls.transformer.architecture import Transformer

__all__ = ["Transformer"]
