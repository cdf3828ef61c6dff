"""Tests of Keras on PyTorch, in a process of their own: Keras has one backend a process."""
