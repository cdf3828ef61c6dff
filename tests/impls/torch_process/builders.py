"""What these tests build again and again."""

from tests.impls.builders import build_function, built

__all__ = ["build_compiled", "build_numpy", "build_torch", "built"]

build_numpy, build_torch, build_compiled = map(build_function, ("numpy", "torch", "torch+compile"))
