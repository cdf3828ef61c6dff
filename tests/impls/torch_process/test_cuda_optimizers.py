"""Every optimizer and setting on parameters that PyTorch takes for those of a GPU; there need not be one.

Fake tensors have a device and a shape, and no values: PyTorch's own checks of devices take place, and what would wait
for the device, by reading a value, is an error.
"""

import sys

import pytest
import torch
from torch import optim
from torch._subclasses import FakeTensorMode

from impls.engines.in_torch import optimizers
from impls.engines.in_torch.optimizers import Update, way_of
from impls.training import OPTIMIZERS, Optimizer, Training

SETTINGS: dict[str, dict[str, float]] = {
    "plain": {},
    "decay": {"weight_decay": 0.1},
    "L2": {"l2": 0.1},
    "clipping": {"clip_norm": 0.1},
    "all, no momentum": {"weight_decay": 0.1, "l2": 0.1, "clip_norm": 0.1, "momentum": 0.0, "beta_1": 0.0},
}


def refuse_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in PyTorch 2.11: Adagrad's step takes no fused kernel on CUDA, and finds that out when it is called."""

    def refuse(parameter: torch.Tensor, cuda_unsupported: bool = False) -> None:
        if parameter.device.type == "cuda":
            raise RuntimeError("`fused=True` requires all the params to be floating point Tensors of supported devices")

    # `torch.optim` itself no longer has the module by its name.
    monkeypatch.setattr(sys.modules["torch.optim.adagrad"], "_device_dtype_check_for_fused", refuse)


@pytest.fixture(autouse=True)
def _fresh_cache():
    optimizers._is_fused.cache_clear()
    yield
    optimizers._is_fused.cache_clear()


@pytest.mark.parametrize("captured", [False, True], ids=["eager", "captured"])
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_takes_steps_on_a_gpu_without_waiting(
    optimizer: Optimizer, settings: str, captured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fake tensors have no kernels of SGD and Adagrad: those take their steps list by list here.
    monkeypatch.setattr(optimizers, "_is_fused", lambda kind, device: kind is optim.Adam)
    refuse_cuda(monkeypatch)
    training = Training(optimizer, 0.1, **SETTINGS[settings])  # type: ignore[arg-type]  # numbers all
    with FakeTensorMode():
        parameters = [torch.empty(shape, device="cuda", requires_grad=True) for shape in ((3, 4), (4,))]
        update = Update(training, parameters, captured)
        for _ in range(2):
            for parameter in parameters:
                parameter.grad = torch.empty_like(parameter)
            update.step()
        assert {tensor.device.type for tensor in update.slots() if tensor.ndim} <= {"cuda"}
        if captured:  # the counts of steps too: what stands on the host is not replayed
            assert {tensor.device.type for tensor in update.slots()} <= {"cuda"}


def test_adagrad_is_fused_where_pytorch_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert way_of(optim.Adagrad, torch.device("cpu")) == {"fused": True}
    refuse_cuda(monkeypatch)
    with FakeTensorMode():
        assert way_of(optim.Adagrad, torch.device("cuda")) == {"foreach": True}
