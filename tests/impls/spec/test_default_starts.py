"""Starting weights as PyTorch and Keras draw them: their distributions are those of the frameworks' own layers."""

import numpy as np
import pytest

from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.spec.default_starts import DEFAULT_STARTS
from impls.transformer import Transformer

NETWORKS = (
    MLP(inputs=100, hidden=(400,), outputs=50, normalization="batch"),
    CNN(inputs=(8, 8, 3), channels=(64,), outputs=10),
    Recurrent(length=3, tokens=50, embedding=40, cell="lstm", units=(64,), outputs=4),
    Transformer(source_length=6, source_tokens=40, outputs=3, width=32, positions="learned"),
)
#: Parameter -> half-width of the uniform distribution that PyTorch, and Keras, draw it from; 0 is a constant 0.
LIMITS = {
    "hidden_0/kernel": (0, 100**-0.5, (6 / 500) ** 0.5),
    "hidden_0/bias": (0, 100**-0.5, 0.0),
    "convolution_0/kernel": (1, (27) ** -0.5, (6 / (27 + 576)) ** 0.5),
    "convolution_0/bias": (1, 27**-0.5, 0.0),
    "recurrent_0/kernel": (2, 64**-0.5, (6 / (40 + 256)) ** 0.5),
    "encoder_expand_0/kernel": (3, 32**-0.5, (6 / (32 + 256)) ** 0.5),
    "encoder_expand_0/bias": (3, 32**-0.5, 0.0),
}


def start(framework: str, network: int, seed: int = 0) -> dict[str, np.ndarray]:
    return DEFAULT_STARTS[framework](NETWORKS[network], np.random.default_rng(seed))


@pytest.mark.parametrize("name", LIMITS)
def test_kernels_and_biases_are_uniform_to_the_frameworks_limits(name: str) -> None:
    network, *limits = LIMITS[name]
    for framework, limit in zip(("torch", "keras"), limits, strict=True):
        drawn = start(framework, network)[name]
        assert np.abs(drawn).max() <= limit
        if limit:
            assert np.abs(drawn).max() > 0.9 * limit
            assert drawn.std() == pytest.approx(limit / 3**0.5, rel=0.15)


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_every_parameter_has_its_shape_and_normalization_starts_neutral(framework: str) -> None:
    for number, network in enumerate(NETWORKS):
        drawn = start(framework, number)
        assert {name: array.shape for name, array in drawn.items()} == {
            name: spec.shape for name, spec in network.parameters().items()
        }
        for name, array in drawn.items():
            if name.endswith(("gamma", "moving_variance")):
                assert (array == 1).all()
            if name.endswith(("beta", "moving_mean")):
                assert (array == 0).all()


def test_recurrent_layers_and_embeddings_start_as_the_frameworks_have_them() -> None:
    torch, keras = start("torch", 2), start("keras", 2)
    for name in ("recurrent_0/recurrent_kernel", "recurrent_0/bias"):
        assert 0.9 * 64**-0.5 < np.abs(torch[name]).max() <= 64**-0.5
    np.testing.assert_allclose(
        keras["recurrent_0/recurrent_kernel"] @ keras["recurrent_0/recurrent_kernel"].T, np.eye(64), atol=1e-12
    )
    assert keras["recurrent_0/bias"].tolist() == [0.0] * 64 + [1.0] * 64 + [0.0] * 128
    assert torch["embedding/embeddings"].std() == pytest.approx(1.0, rel=0.05)
    assert np.abs(keras["embedding/embeddings"]).max() <= 0.05


def test_seeds_differ() -> None:
    assert not np.array_equal(start("torch", 0, 0)["hidden_0/kernel"], start("torch", 0, 1)["hidden_0/kernel"])
