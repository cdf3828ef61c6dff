"""Fixtures of PyTorch's own process."""

from tests.impls.torch_process.fake_cuda import fake_cuda as fake_cuda
