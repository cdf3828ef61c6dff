"""Products in bfloat16 and TensorFloat-32: rounded as they should be, certified within bounds of their own, no more."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from impls import Batch, build
from impls.engines import implementations
from impls.engines.in_torch import engine
from impls.engines.in_torch.arithmetic import tensor_float_32
from impls.errors import ImplementationError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.architecture import Architecture
from impls.testing import Case, Subject, covering, example_cases, for_arithmetic, judge, measured
from impls.testing.findings import FORWARD_BOUND, relative_to_largest
from impls.training import Training
from impls.transformer import Transformer
from tests.impls.torch_process.builders import build_function, build_numpy, build_torch

ROUNDED = "torch+bf16"
build_rounded = build_function(ROUNDED)

NETWORKS: dict[str, Architecture] = {
    "mlp": MLP(inputs=6, hidden=(16, 12), outputs=3, activation="gelu", normalization="batch", dropout=0.3),
    "recurrent": Recurrent(length=5, tokens=7, embedding=8, units=(8,), cell="lstm", pooling=None, outputs=7),
    "seq2seq": Seq2Seq(4, 7, 4, 6, embedding=8, units=8, cell="gru", attention="additive"),
    "transformer": Transformer(4, 7, 4, 6, width=8, heads=2, layers=1, feedforward=16),
}


def findings_of(architecture: Architecture, build_candidate=build_rounded, arithmetic="bf16"):
    case = for_arithmetic(Case("a network", architecture, Training("adam", 1e-3)), arithmetic)
    expected, left = (measured(Subject(each, case, "cpu", "float32")) for each in (build_numpy, build_candidate))
    return judge(case, "float32", expected, left, arithmetic)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_passes_within_the_bounds_of_its_arithmetic(name: str) -> None:
    assert [str(finding) for finding in findings_of(NETWORKS[name]) if not finding.passed] == []


@pytest.mark.parametrize("name", NETWORKS)
def test_products_are_rounded_and_nothing_else(name: str) -> None:
    """Of `torch` itself the outputs are far nearer; parameters, losses and gradients stay float32."""
    architecture = NETWORKS[name]
    case = Case(name, architecture, Training())
    subject = Subject(build_rounded, case, "cpu", "float32")
    model, exact = subject.conditioned_model(), Subject(build_torch, case, "cpu", "float32").conditioned_model()
    logits = model.predict(subject.batch.inputs)
    assert logits.dtype == np.float32
    departure = relative_to_largest(logits, exact.predict(subject.batch.inputs))
    assert 10 * FORWARD_BOUND["float32"] < departure <= FORWARD_BOUND["bf16"]
    _, gradients = model.loss_and_gradients(subject.batch)
    assert {array.dtype.name for array in [*gradients.values(), *model.parameters().values()]} == {"float32"}
    assert {array.dtype.name for array in model.layer_outputs(subject.batch.inputs).values()} == {"float32"}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda network: replace(network, activation="relu"),
        lambda network: replace(network, normalization=None),
        lambda network: replace(network, hidden=(16, 12, 12)),
    ],
    ids=["activation", "normalization", "depth"],
)
def test_another_network_is_beyond_them(wrong) -> None:
    def build_wrong(architecture, training, device, dtype, seed):
        return build_rounded(wrong(architecture), training, device, dtype, seed)

    assert any(not finding.passed for finding in findings_of(NETWORKS["mlp"], build_wrong))


def test_the_exact_bounds_would_not_hold() -> None:
    case = for_arithmetic(Case("a network", NETWORKS["mlp"], Training("adam", 1e-3)), "bf16")
    expected, left = (measured(Subject(each, case, "cpu", "float32")) for each in (build_numpy, build_rounded))
    failed = {finding.stage for finding in judge(case, "float32", expected, left) if not finding.passed}
    assert {"forward", "gradients"} <= failed


def test_float64_is_refused_in_one_line() -> None:
    with pytest.raises(ImplementationError, match="give dtype='float32'") as caught:
        build(NETWORKS["mlp"], ROUNDED, dtype="float64")
    assert "\n" not in str(caught.value)


def test_tensor_float_32_is_on_while_a_model_computes_and_off_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the CPU in a GPU's place, where the setting changes nothing."""
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn

    def find_device(name: str) -> torch.device:
        matmul.allow_tf32 = cudnn.allow_tf32 = False  # as on a GPU
        return torch.device("cpu")

    monkeypatch.setattr(engine, "find_device", find_device)
    seen: dict[str, set[tuple[bool, bool]]] = {"torch+tf32": set(), "torch": set()}
    batch = Batch(np.ones((3, 4), np.float32), np.array([0, 1, 2]))
    prompts = np.full((2, 1), 3)
    for name, settings in seen.items():
        model, writer = (
            build(network, name, device="cuda" if "tf32" in name else "cpu")
            for network in (MLP(inputs=4, hidden=(5,), outputs=3), NETWORKS["recurrent"])
        )
        for each in (model, writer):
            for layer in each.network.modules():
                layer.register_forward_hook(lambda *_, into=settings: into.add((matmul.allow_tf32, cudnn.allow_tf32)))
        for weight in model.trained:
            weight.register_hook(
                lambda gradient, into=settings: into.add((matmul.allow_tf32, cudnn.allow_tf32)) or gradient
            )
        model.train_step(batch)
        model.train_epoch([batch, batch])
        model.loss_and_gradients(batch)
        model.predict(batch.inputs)
        model.layer_outputs(batch.inputs)
        writer.generate(prompts, 2)
    assert seen == {"torch+tf32": {(True, True)}, "torch": {(False, False)}}


def test_the_setting_is_put_back() -> None:
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    with pytest.raises(ZeroDivisionError), tensor_float_32():
        _ = 1 / 0
    assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == before


def test_what_full_precision_alone_can_keep_is_left_out() -> None:
    names = {stage for case in example_cases("mlp") for stage in (for_arithmetic(case, "bf16").stages or ())}
    assert "function" in names
    assert names.isdisjoint({"drift", "extremes", "horizon"})
    case = example_cases("mlp")[0]
    assert for_arithmetic(case, None) is case


# What `threefold certify` goes through; a network of each kind is above.
@pytest.mark.nightly
@pytest.mark.parametrize("architecture", ["mlp", "cnn", "recurrent", "seq2seq", "transformer"])
def test_every_example_passes(architecture: str) -> None:
    for case in covering(example_cases(architecture)):
        own = for_arithmetic(case, "bf16")
        if own.stages:
            expected, left = (measured(Subject(each, own, "cpu", "float32")) for each in (build_numpy, build_rounded))
            failed = [str(each) for each in judge(own, "float32", expected, left, "bf16") if not each.passed]
            assert failed == [], case.name


def test_only_implementations_with_a_plus_round() -> None:
    assert {name for name, each in implementations().items() if each.arithmetic} == {"torch+tf32", "torch+bf16"}
