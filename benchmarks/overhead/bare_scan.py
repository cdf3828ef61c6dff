"""The shortest way to train in JAX: a network as a function, and an epoch as one `lax.scan` over stacked batches.

Parameters and Adam's moments are donated, so that the new values take the old ones' memory.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.overhead.contest import BATCH_SIZE, TOKENS, Examples

#: Arrays by name.
Weights = dict[str, Any]

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def mlp(weights: Weights, x: Any) -> Any:
    """Dense layers 784-256-128-10."""
    x = jax.nn.relu(_dense(weights, "first", x))
    x = jax.nn.relu(_dense(weights, "second", x))
    return _dense(weights, "output", x)


def cnn(weights: Weights, x: Any) -> Any:
    """Convolutions 3×3 with 16 and 32 channels, each with ReLU and 2×2 maximum pooling, and a dense layer."""
    for name in ("first", "second"):
        convolved = lax.conv_general_dilated(
            x, weights[name], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        x = jax.nn.relu(convolved + weights[f"{name} bias"])
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return _dense(weights, "output", x.reshape(len(x), -1))


def lstm(weights: Weights, x: Any) -> Any:
    """An LSTM of 128 units over rows of 28 numbers."""

    def step(state: tuple[Any, Any], projected: Any) -> tuple[tuple[Any, Any], None]:
        h, c = state
        i, f, g, o = jnp.split(projected + h @ weights["recurrent"], 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    zeros = jnp.zeros((len(x), 128), x.dtype)
    (h, _), _ = lax.scan(step, (zeros, zeros), _dense(weights, "first", x).swapaxes(0, 1))
    return _dense(weights, "output", h)


def gru(weights: Weights, x: Any) -> Any:
    """A GRU of 128 units over rows of 28 numbers."""

    def step(h: Any, projected: Any) -> tuple[Any, None]:
        from_input, from_state = (jnp.split(each, 3, axis=1) for each in (projected, _dense(weights, "recurrent", h)))
        r, z = (jax.nn.sigmoid(a + b) for a, b in zip(from_input[:2], from_state[:2], strict=True))
        new = jnp.tanh(from_input[2] + r * from_state[2])
        return (1 - z) * new + z * h, None

    h, _ = lax.scan(step, jnp.zeros((len(x), 128), x.dtype), _dense(weights, "first", x).swapaxes(0, 1))
    return _dense(weights, "output", h)


def transformer(weights: Weights, x: Any) -> Any:
    """Two Transformer layers of width 64 with 4 heads over 64 tokens."""
    x = weights["embedding"][x] + weights["positions"]
    causal = jnp.tril(jnp.ones((64, 64), bool))
    for layer in ("0", "1"):
        queries, keys, values = (
            _dense(weights, f"{part} {layer}", x).reshape(len(x), 64, 4, 16) for part in ("query", "key", "value")
        )
        scores = jnp.einsum("nqhd,nkhd->nhqk", queries, keys) / 4
        shares = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf))
        attended = jnp.einsum("nhqk,nkhd->nqhd", shares, values).reshape(x.shape)
        x = _normalize(weights, f"norm 0 {layer}", x + _dense(weights, f"attended {layer}", attended))
        expanded = jax.nn.relu(_dense(weights, f"expand {layer}", x))
        x = _normalize(weights, f"norm 1 {layer}", x + _dense(weights, f"contract {layer}", expanded))
    return _dense(weights, "output", x)


def _dense(weights: Weights, name: str, x: Any) -> Any:
    return x @ weights[name] + weights[f"{name} bias"]


def _normalize(weights: Weights, name: str, x: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + 1e-5) * weights[name]


_LAYERS = {f"{part} {layer}": (64, 64) for layer in "01" for part in ("query", "key", "value", "attended")}
_LAYERS |= {f"expand {layer}": (64, 256) for layer in "01"} | {f"contract {layer}": (256, 64) for layer in "01"}
_NORMS = {f"norm {number} {layer}": (64,) for number in "01" for layer in "01"}

#: The network of each contest, with the shapes of its kernels, each of which has a bias, and of what has none.
NETWORKS: dict[str, tuple[Callable[[Weights, Any], Any], dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]] = {
    "mlp": (mlp, {"first": (784, 256), "second": (256, 128), "output": (128, 10)}, {}),
    "cnn": (cnn, {"first": (3, 3, 1, 16), "second": (3, 3, 16, 32), "output": (1568, 10)}, {}),
    "lstm": (lstm, {"first": (28, 512), "output": (128, 10)}, {"recurrent": (128, 512)}),
    "gru": (gru, {"first": (28, 384), "recurrent": (128, 384), "output": (128, 10)}, {}),
    "transformer": (
        transformer,
        {**_LAYERS, "output": (64, TOKENS)},
        {"embedding": (TOKENS, 64), "positions": (64, 64), **_NORMS},
    ),
}


def epoch_of(contest: str, examples: Examples, device: str = "cpu") -> Callable[[], Any]:
    """The contest's network trained for an epoch in one call, from arrays of the host; gives the losses (steps,)."""
    place = jax.devices(device)[0]
    network, kernels, others = NETWORKS[contest]
    stacks = tuple(array.reshape(-1, BATCH_SIZE, *array.shape[1:]) for array in examples)
    weights = _starting_weights(kernels, others)
    moments = [{name: np.zeros_like(array) for name, array in weights.items()} for _ in range(2)]
    state: list[Any] = [jax.device_put((weights, *moments, np.int32(0)), place)]
    epoch_from = jax.jit(partial(_epoch, network), donate_argnums=0)

    def epoch() -> Any:
        with jax.default_device(place):
            state[0], losses = epoch_from(state[0], *stacks)
        return np.asarray(losses)

    return epoch


def _epoch(network: Callable[[Weights, Any], Any], state: Any, inputs: Any, targets: Any) -> tuple[Any, Any]:
    def step(state: Any, batch: tuple[Any, Any]) -> tuple[Any, Any]:
        weights, first, second, count = state
        loss, gradients = jax.value_and_grad(partial(_loss, network))(weights, *batch)
        count += 1
        first = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, first, gradients)
        second = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, second, gradients)
        steps = count.astype(jnp.float32)
        corrections = 1 - jnp.float32(BETA_1) ** steps, 1 - jnp.float32(BETA_2) ** steps

        def moved(w: Any, m: Any, v: Any) -> Any:
            return w - LEARNING_RATE * (m / corrections[0]) / (jnp.sqrt(v / corrections[1]) + EPSILON)

        return (jax.tree.map(moved, weights, first, second), first, second, count), loss

    moved_state, losses = lax.scan(step, state, (inputs, targets))
    return moved_state, losses


def _loss(network: Callable[[Weights, Any], Any], weights: Weights, inputs: Any, targets: Any) -> Any:
    logits = jax.nn.log_softmax(network(weights, inputs))
    return -jnp.take_along_axis(logits, targets[..., None], axis=-1).mean()


def _starting_weights(kernels: dict[str, tuple[int, ...]], others: dict[str, tuple[int, ...]]) -> Weights:
    generator = np.random.default_rng(0)
    weights: Weights = {}
    for name, shape in (kernels | others).items():
        spread = np.prod(shape[:-1]) ** -0.5 if len(shape) > 1 else 1.0
        weights[name] = (spread * generator.standard_normal(shape)).astype(np.float32)
    return weights | {f"{name} bias": np.zeros(shape[-1], np.float32) for name, shape in kernels.items()}
