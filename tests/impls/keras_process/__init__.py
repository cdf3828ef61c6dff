"""Tests that import Keras: run in a pytest process of their own, without PyTorch."""
