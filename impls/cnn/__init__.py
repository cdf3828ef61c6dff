"""The convolutional network (LeCun et al. 1998; Goodfellow, Bengio & Courville 2016, chapter 9), three times."""

from impls.cnn.architecture import CNN

__all__ = ["CNN"]
