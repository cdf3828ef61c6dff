"""What is PyTorch's own about the engine: its epoch, its generator, its memory, its devices."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from impls import build
from impls.cnn import CNN
from impls.engines.in_torch.devices import find_device
from impls.errors import DeviceError
from impls.mlp import MLP
from impls.protocol import Batch, Model, ShowsLayers
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.testing.subject import random_batch
from impls.training import Training
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_torch, built

NETWORKS = {
    "mlp": MLP(inputs=6, hidden=(16, 8), outputs=3, dropout=0.3, normalization="batch"),
    "cnn": CNN(inputs=(7, 6, 2), channels=(4,), hidden=(8,), outputs=3, dropout=0.3, normalization="layer"),
    "recurrent": Recurrent(length=5, tokens=8, embedding=4, units=(6,), bidirectional=True, outputs=3, dropout=0.3),
    "transformer": Transformer(5, 8, outputs=3, width=8, heads=2, layers=1, feedforward=6, dropout=0.3),
}
TRAINING = Training("adam", 1e-2, weight_decay=0.01, l2=1e-3, clip_norm=1.0)

architectures = pytest.mark.parametrize("architecture", NETWORKS.values(), ids=NETWORKS)


def batches_of(architecture: Architecture, sizes: tuple[int, ...], dtype: str = "float32") -> list[Batch]:
    generator = np.random.default_rng(4)
    return [random_batch(generator, architecture, TRAINING, dtype, size) for size in sizes]


def assert_same_parameters(ours: Model, theirs: Model) -> None:
    for (name, array), other in zip(ours.parameters().items(), theirs.parameters().values(), strict=True):
        np.testing.assert_array_equal(array, other, err_msg=name)


@architectures
def test_model_leaves_the_process_generator_alone(architecture: Architecture) -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    model = built(build_torch, architecture, TRAINING, "float32")
    batches = batches_of(architecture, (8, 8))
    model.train_epoch(batches)
    model.loss_and_gradients(batches[0], "draw")
    assert torch.equal(torch.random.get_rng_state(), before)


@architectures
def test_drawn_masks_do_not_depend_on_the_process_generator(architecture: Architecture) -> None:
    models = []
    for process_seed in (1, 2):
        torch.manual_seed(process_seed)
        models.append(built(build_torch, architecture, TRAINING, "float32"))
        models[-1].train_epoch(batches_of(architecture, (8, 8)))
    assert_same_parameters(*models)


@architectures
def test_looking_draws_the_masks_of_the_next_step(architecture: Architecture) -> None:
    model = built(build_torch, architecture, TRAINING, "float32")
    (batch,) = batches_of(architecture, (8,))
    looked, _ = model.loss_and_gradients(batch, "draw")
    without, _ = model.loss_and_gradients(batch)
    assert model.train_step(batch) == looked
    assert looked != without


@architectures
@pytest.mark.filterwarnings("error")
def test_arrays_of_any_layout_are_taken_without_a_warning(architecture: Architecture) -> None:
    (batch,) = batches_of(architecture, (8,))
    read_only = Batch(batch.inputs.copy(), batch.targets.copy())
    for array in read_only:
        array.flags.writeable = False
    backward = Batch(batch.inputs[::-1].copy()[::-1], batch.targets[::-1].copy()[::-1])
    fortran = Batch(np.asfortranarray(batch.inputs), batch.targets.astype(np.int32))
    losses = [built(build_torch, architecture, TRAINING).train_step(each) for each in (batch, read_only)]
    losses += [built(build_torch, architecture, TRAINING).train_step(each) for each in (backward, fortran)]
    assert len(set(losses)) == 1


@architectures
def test_training_survives_prediction_between_steps(architecture: Architecture) -> None:
    batches = batches_of(architecture, (8, 8, 8))
    plain, interrupted = (built(build_torch, architecture, TRAINING, "float32") for _ in range(2))
    assert isinstance(interrupted, ShowsLayers)
    for batch in batches:
        plain.train_step(batch)
        interrupted.predict(batch.inputs, batch_size=3)
        interrupted.layer_outputs(batch.inputs, training=True)
        interrupted.layer_outputs(batch.inputs)
        interrupted.train_step(batch)
    assert_same_parameters(interrupted, plain)


def test_inputs_share_memory_with_the_array() -> None:
    model = built(build_torch, NETWORKS["mlp"], TRAINING, "float32")
    array = np.zeros((4, 6), np.float32)
    tensor = model._tensor(array)  # type: ignore[attr-defined]  # what train_step feeds on
    assert tensor.data_ptr() == array.ctypes.data


def test_images_reach_the_convolution_in_channels_last_memory_uncopied() -> None:
    model = built(build_torch, NETWORKS["cnn"], TRAINING, "float32")
    seen: list[torch.Tensor] = []
    model.network.convolution_0.register_forward_pre_hook(lambda _, given: seen.append(given[0]))  # type: ignore[attr-defined]  # of TorchModel
    images = np.zeros((4, 7, 6, 2), np.float32)
    model.predict(images)
    assert seen[0].shape == (4, 2, 7, 6)
    assert seen[0].data_ptr() == images.ctypes.data
    assert seen[0].is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("implementation", ["torch", "torch+compile"])
def test_no_gpu_is_one_line(implementation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"^device 'cuda': PyTorch .* finds no GPU; give device='cpu'.*\Z") as caught:
        build(NETWORKS["mlp"], implementation, device="cuda")
    assert "\n" not in str(caught.value)


def test_gpu_computes_in_full_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for backends, name in ((torch.backends.cuda, "matmul"), (torch.backends, "cudnn")):
        monkeypatch.setattr(backends, name, SimpleNamespace(allow_tf32=True))
    assert find_device("cuda").type == "cuda"
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize(
    "architecture",
    [
        MLP(6, (16, 8), 3, normalization="batch"),
        CNN((7, 6, 2), (4,), outputs=3),
        Recurrent(length=6, tokens=9, embedding=4, cell="rnn", units=(5, 4), bidirectional=True, outputs=3),
        Recurrent(length=6, tokens=9, embedding=4, cell="gru", units=(5,), pooling=None, outputs=9),
        Seq2Seq(5, 9, 4, 8, embedding=4, units=6, attention="additive", bidirectional=True),
        Transformer(5, 9, 4, 8, width=8, heads=2, layers=1, feedforward=6),
    ],
)
def test_gpu_agrees_with_the_cpu(architecture: Architecture) -> None:
    batches = batches_of(architecture, (16, 16, 5), "float64")
    losses = []
    for device in ("cpu", "cuda"):
        model = build(architecture, "torch", TRAINING, device, "float64")
        model.train_epoch(batches)
        model.synchronize()
        losses.append(model.loss_and_gradients(batches[0])[0])
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)
