"""Tests of Keras on JAX, in a process of their own: Keras has one backend a process."""
