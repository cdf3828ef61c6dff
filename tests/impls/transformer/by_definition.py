"""The Transformer once more, as the paper says it: one example without padding, one head and one position at a time."""

from collections.abc import Callable

import numpy as np

from impls.protocol import Array, Parameters
from impls.scratch.activations import gelu
from impls.transformer import Transformer

_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {"tanh": np.tanh, "gelu": gelu, "relu": lambda x: x * (x > 0)}


class Definition:
    """A Transformer's outputs for one example, and what its last cross-attention looked at."""

    def __init__(self, architecture: Transformer, parameters: Parameters) -> None:
        self._architecture = architecture
        self._parameters = parameters
        #: (target length, source length), averaged over heads.
        self.cross_weights = np.empty(0)

    def outputs(self, source: Array, target: Array) -> Array:
        """For real tokens (source length,) and (target length,), as far as the architecture has them."""
        memory = self._stack("encoder", source, np.empty(0)) if len(source) else np.empty(0)
        features = self._stack("decoder", target, memory) if len(target) else memory.mean(axis=0)
        return self._dense("output", features)

    def _stack(self, stack: str, tokens: Array, memory: Array) -> Array:
        architecture = self._architecture
        x = np.sqrt(architecture.width) * self._parameters[f"{stack}_embedding/embeddings"][tokens]
        x = x + self._positions(stack)[: len(tokens)]
        for i in range(architecture.layers):
            for sublayer in architecture.sublayers(stack):
                x = self._sublayer(f"{sublayer}_norm_{i}", x, self._attention_of(f"{sublayer}_{i}", memory))
            x = self._sublayer(f"{stack}_feedforward_norm_{i}", x, self._feedforward_of(stack, i))
        return self._norm(f"{stack}_norm", x) if architecture.pre_norm else x

    def _sublayer(self, norm: str, x: Array, function: Callable[[Array], Array]) -> Array:
        if self._architecture.pre_norm:
            return x + function(self._norm(norm, x))
        return self._norm(norm, x + function(x))

    def _attention_of(self, name: str, memory: Array) -> Callable[[Array], Array]:
        def attend(x: Array) -> Array:
            if "cross" not in name:
                return self._attention(name, x, x, causal=name.startswith("decoder"))
            return self._attention(name, x, memory, causal=False)

        return attend

    def _feedforward_of(self, stack: str, i: int) -> Callable[[Array], Array]:
        activation = _ACTIVATIONS[self._architecture.activation]
        return lambda x: self._dense(f"{stack}_contract_{i}", activation(self._dense(f"{stack}_expand_{i}", x)))

    def _attention(self, name: str, x: Array, memory: Array, causal: bool) -> Array:
        size = self._architecture.width // self._architecture.heads
        queries = self._dense(f"{name}/query", x)
        keys, values = self._dense(f"{name}/key", memory), self._dense(f"{name}/value", memory)
        context, all_weights = np.empty_like(queries), np.zeros((self._architecture.heads, len(x), len(memory)))
        for head, position in np.ndindex(all_weights.shape[:2]):
            columns = slice(head * size, (head + 1) * size)
            seen = position + 1 if causal else len(memory)
            scores = np.exp(keys[:seen, columns] @ queries[position, columns] / np.sqrt(size))
            all_weights[head, position, :seen] = scores / scores.sum()
            context[position, columns] = all_weights[head, position] @ values[:, columns]
        self.cross_weights = all_weights.mean(axis=0) if "cross" in name else self.cross_weights
        return self._dense(f"{name}/output", context)

    def _dense(self, name: str, x: Array) -> Array:
        outputs: Array = x @ self._parameters[f"{name}/kernel"] + self._parameters[f"{name}/bias"]
        return outputs

    def _norm(self, name: str, x: Array) -> Array:
        normalized = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        outputs: Array = normalized * self._parameters[f"{name}/gamma"] + self._parameters[f"{name}/beta"]
        return outputs

    def _positions(self, stack: str) -> Array:
        if self._architecture.positions == "learned":
            return self._parameters[f"{stack}_positions/embeddings"]
        width = self._architecture.width
        table = np.empty((100, width))
        for position, column in np.ndindex(table.shape):
            angle = position / 10000.0 ** (2 * (column // 2) / width)
            table[position, column] = np.cos(angle) if column % 2 else np.sin(angle)
        return table
