"""Tests of the PyTorch code, run in a process of their own: PyTorch and TensorFlow never share one."""
