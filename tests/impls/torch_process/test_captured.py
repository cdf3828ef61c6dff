"""`torch+graph`, with a fake in CUDA's place: what is captured and replayed is what the eager step does."""

import numpy as np
import pytest
import torch

from benchmarks.overhead import bare_graph
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, Examples, examples
from impls import Batch, Model, build
from impls.engines.in_torch.captured_steps import SLOTS
from impls.errors import DeviceError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.testing import CHECKS, Case, Subject
from impls.testing.findings import STEP_BOUND, parameter_departures
from impls.testing.subject import random_batch, weights
from impls.training import OPTIMIZERS, Optimizer, Training
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_function, build_torch
from tests.impls.torch_process.fake_cuda import FakeCalls

PERCEPTRON = MLP(inputs=6, hidden=(8,), outputs=3, activation="gelu", dropout=0.3, normalization="batch")
NETWORKS: dict[str, Architecture] = {
    "mlp": PERCEPTRON,
    "recurrent": Recurrent(
        length=5, tokens=7, embedding=3, units=(4, 3), bidirectional=True, pooling="mean", outputs=3, dropout=0.3
    ),
    # Its encoder hands an LSTM's cell over, for which the eager one packs sequences and waits.
    "seq2seq": Seq2Seq(4, 7, 4, 6, embedding=3, units=4, attention="additive", dropout=0.3, bidirectional=True),
    "transformer": Transformer(4, 7, 4, 6, width=4, heads=2, layers=1, feedforward=5, dropout=0.3),
}
#: The last one smaller, and one size again.
SIZES = (8, 8, 8, 5, 8, 5)

build_captured = build_function("torch+graph")


def pair(architecture: Architecture, training: Training) -> tuple[Model, Model]:
    """The captured model and the eager one, with the same parameters."""
    models = (
        build_captured(architecture, training, "cuda", "float64", 0),
        build_torch(architecture, training, "cpu", "float64", 0),
    )
    for model in models:
        model.load_parameters(weights(architecture, "float64"))
    return models


def batches_of(architecture: Architecture, training: Training, sizes: tuple[int, ...] = SIZES) -> list[Batch]:
    generator = np.random.default_rng(5)
    return [random_batch(generator, architecture, training, "float64", size) for size in sizes]


def assert_agree(captured: Model, eager: Model) -> None:
    departures = parameter_departures(captured.parameters(), eager.parameters())
    assert max(departures.values()) <= STEP_BOUND["float64"], departures


# Epsilon as in the certificate: a smaller one would magnify rounding errors, which are not the subject.
@pytest.mark.parametrize(
    "settings",
    [{}, {"weight_decay": 0.1, "l2": 0.05, "clip_norm": 0.05}, {"momentum": 0.0, "beta_1": 0.0}],
    ids=["plain", "decay, L2, clipping", "no momentum"],
)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_moves_as_it_does_eagerly(
    fake_cuda: FakeCalls,
    optimizer: Optimizer,
    settings: dict[str, float],
) -> None:
    training = Training(optimizer, 0.01, epsilon=1e-2, **settings)  # type: ignore[arg-type]  # numbers all
    captured, eager = pair(PERCEPTRON, training)
    batches = batches_of(PERCEPTRON, training)
    losses = [[model.train_step(batch) for batch in batches] for model in (captured, eager)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-12)
    assert_agree(captured, eager)
    assert fake_cuda.log.count("captured") == 2
    assert fake_cuda.log.count("replayed") == len(batches)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_epoch_of_every_network_is_that_of_the_eager_one(fake_cuda: FakeCalls, name: str) -> None:
    training = Training("adam", 0.01, epsilon=1e-2)
    captured, eager = pair(NETWORKS[name], training)
    batches = batches_of(NETWORKS[name], training)
    for _ in range(2):
        assert captured.train_epoch(batches) == pytest.approx(eager.train_epoch(batches), rel=1e-12)
    assert_agree(captured, eager)
    inputs = batches[0].inputs
    np.testing.assert_allclose(captured.predict(inputs), eager.predict(inputs), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "check",
    [
        check
        for check in CHECKS
        if check.name
        in (
            "copies",
            "batch untouched",
            "determinism",
            "fresh start",
            "resuming",
            "no change by looking",
            "independent models",
            "train_epoch",
            "batch of one",
            "wrong batches",
        )
    ],
    ids=lambda check: check.name,
)
@pytest.mark.parametrize("optimizer", ["momentum", "nadam"])
def test_contract(fake_cuda: FakeCalls, check, optimizer: Optimizer) -> None:
    check(Subject(build_captured, Case("captured", PERCEPTRON, Training(optimizer, 0.01)), "cuda", "float32"))


def test_loading_parameters_captures_nothing_anew(fake_cuda: FakeCalls) -> None:
    captured, eager = pair(PERCEPTRON, Training("nadam", 0.01, epsilon=1e-2))
    batches = batches_of(PERCEPTRON, captured.training)
    for _ in range(2):
        for model in (captured, eager):
            model.load_parameters(weights(PERCEPTRON, "float64"))
            model.train_epoch(batches)
        assert_agree(captured, eager)
    assert fake_cuda.log.count("captured") == 2


def test_the_host_waits_only_for_batches_far_behind(fake_cuda: FakeCalls) -> None:
    captured, _ = pair(PERCEPTRON, Training())
    captured.train_epoch(batches_of(PERCEPTRON, captured.training, (8,) * 10))
    # One filling more than batches: the first one goes through the capture too.
    assert fake_cuda.log.count("passed") == SLOTS
    assert fake_cuda.log.count("waited") == 11 - SLOTS


def test_what_waits_for_the_device_cannot_be_captured(
    fake_cuda: FakeCalls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the fake itself: without what `torch+graph` does otherwise, it fails as CUDA would."""
    training = Training("sgd", clip_norm=1.0)
    captured, _ = pair(PERCEPTRON, training)
    monkeypatch.setattr(captured.update, "captured", False)  # type: ignore[attr-defined]  # a TorchModel
    with pytest.raises(RuntimeError, match="not permitted when stream is capturing"):
        captured.train_step(batches_of(PERCEPTRON, training)[0])


def test_there_are_no_graphs_without_a_gpu() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(DeviceError, match="runs on cuda, not on 'cpu'"):
        build(PERCEPTRON, "torch+graph")
    with pytest.raises(DeviceError, match="finds no GPU") as caught:
        build(PERCEPTRON, "torch+graph", device="cuda")
    assert "\n" not in str(caught.value)


def test_the_contests_bare_graph_trains_its_network(fake_cuda: FakeCalls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare_graph, "find_calls", lambda: fake_cuda)
    monkeypatch.setattr(bare_graph, "find_device", lambda name: torch.device("cpu"))
    networks: list[torch.nn.Module] = []
    make = bare_graph.NETWORKS["mlp"]
    monkeypatch.setitem(bare_graph.NETWORKS, "mlp", lambda: networks.append(make()) or networks[-1])
    few = Examples(*(array[: 2 * BATCH_SIZE] for array in examples(CONTESTS["mlp"])))
    epoch = bare_graph.epoch_of("mlp", few)

    def loss() -> float:
        inputs, targets = map(torch.from_numpy, few)
        return float(torch.nn.functional.cross_entropy(networks[0](inputs), targets).detach())

    before = loss()
    for _ in range(20):
        epoch()
    assert loss() < before
    assert fake_cuda.log.count("captured") == 1
    assert fake_cuda.log.count("replayed") == 40
