"""In every process of a dry run, since Python imports it first: device "cuda" is the CPU, with stand-ins for its calls.

Captured graphs are those of `tests.impls.torch_process.fake_cuda`. A module is changed right after it was executed, so
that whoever imports from it gets the stand-in.
"""

import importlib.abc
import importlib.util
import sys


def _devices(module):
    import torch

    module.find_device = lambda name: torch.device("cpu")
    torch.cuda.synchronize = lambda device=None: None


def _cuda_graphs(module):
    def find_calls():
        from tests.impls.torch_process.fake_cuda import FakeCalls

        return FakeCalls()

    module.find_calls = find_calls


def _peak(module):
    module.SIDES = {"cpu": (64,), "cuda": (64,)}
    module._on_gpu = module._on_cpu


def _keras(module):
    on_device, make_programs = module.on_device, module.make_programs
    module.prepare_device = lambda device: None
    module.on_device = lambda device: on_device("cpu")
    module.make_programs = lambda parts, device, compiler: make_programs(parts, "cpu", compiler)
    module.device_peak_bytes = lambda: 0


CHANGES = {
    "impls.engines.in_torch.devices": _devices,
    "impls.engines.in_torch.cuda_graphs": _cuda_graphs,
    "impls.engines.in_keras.backends.jax": _keras,
    "impls.engines.in_keras.backends.torch": _keras,
    "benchmarks.measure.peak": _peak,
}


class Changing(importlib.abc.MetaPathFinder):
    """Finds the modules that are changed, by whoever would find them otherwise."""

    def find_spec(self, name, path, target=None):
        if name not in CHANGES:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            CHANGES[name](module)

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, Changing())
