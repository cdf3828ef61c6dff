"""The Transformer in PyTorch."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from torch import Tensor, nn

from impls.engines.in_torch.attention import MultiHeadAttention
from impls.engines.in_torch.decoding import NetworkDecoder
from impls.engines.in_torch.layers import ACTIVATIONS, Dropout
from impls.engines.in_torch.positions import Positions
from impls.engines.in_torch.sequences import MeanPooling, lengths_of
from impls.spec.normalization import EPSILON
from impls.spec.tokens import PADDING, Field
from impls.transformer.architecture import Transformer

#: A function of features (examples, length, width) that keeps their shape.
Function: TypeAlias = Callable[[Tensor], Tensor]
#: Sub-layer without number, number, features -> what its attention makes of them.
Attend: TypeAlias = Callable[[str, int, Tensor], Tensor]


class Network(nn.Module):
    """An encoder that classifies, a decoder that continues, or both (see `Transformer`).

    Maps tokens (examples, source length + target length) to (examples, outputs) or (examples, target length, tokens).
    """

    def __init__(self, architecture: Transformer) -> None:
        super().__init__()
        self.architecture = architecture
        for stack, field in architecture.stacks.items():
            self._add_stack(stack, field)
        if not architecture.decodes:
            self.pooling_0 = MeanPooling()
        self.output = nn.Linear(architecture.width, architecture.output_shape[-1])

    def forward(self, inputs: Tensor) -> Tensor:
        """Run all positions at once."""
        architecture = self.architecture
        source, target = inputs[:, : architecture.source_length], inputs[:, architecture.source_length :]
        looks_at: dict[str, tuple[Tensor, Tensor]] = {}
        if architecture.source_length:
            memory, real = self.encode(source)
            if not architecture.decodes:
                logits: Tensor = self.output(self.pooling_0(memory, lengths_of(source)))
                return logits
            looks_at["decoder_cross_attention"] = memory, real
        return self.decode(target, lambda sublayer, i, x: self.run(f"{sublayer}_{i}", x, *looks_at.get(sublayer, ())))

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """The encoder's outputs (examples, source length, width), and where the source (examples, length) has any."""
        real = source != PADDING
        memory = self._stack("encoder", source, lambda sublayer, i, x: self.run(f"{sublayer}_{i}", x, None, real))
        return memory, real

    def decode(self, target: Tensor, attend: Attend, start: int = 0) -> Tensor:
        """Logits for the target's tokens (examples, length), which stand at positions from `start` on."""
        logits: Tensor = self.output(self._stack("decoder", target, attend, start))
        return logits

    def run(self, name: str, *inputs: Tensor | int | None) -> Tensor:
        """The layer's outputs."""
        outputs: Tensor = getattr(self, name)(*inputs)
        return outputs

    def decoder(self, sequences: int, sources: Tensor | None = None) -> NetworkDecoder:
        """A decoder that has read nothing yet (see `impls.protocol.Decodes`)."""
        return TransformerDecoder(self, sequences, sources)

    def _add_stack(self, stack: str, field: Field) -> None:
        architecture = self.architecture
        width, learned = architecture.width, architecture.positions == "learned"
        self.add_module(f"{stack}_embedding", nn.Embedding(field.vocabulary, width))
        self.add_module(f"{stack}_positions", Positions(field.length, width, learned))
        if architecture.dropout:
            self.add_module(f"{stack}_dropout", Dropout(architecture.dropout))
        for index in range(architecture.layers):
            for sublayer in architecture.sublayers(stack):
                causal = sublayer == "decoder_attention"
                self.add_module(f"{sublayer}_{index}", MultiHeadAttention(width, architecture.heads, causal))
                self._add_residual(sublayer, index)
            self.add_module(f"{stack}_expand_{index}", nn.Linear(width, architecture.feedforward))
            self.add_module(f"{stack}_activation_{index}", ACTIVATIONS[architecture.activation]())
            self.add_module(f"{stack}_contract_{index}", nn.Linear(architecture.feedforward, width))
            self._add_residual(f"{stack}_feedforward", index)
        if architecture.pre_norm:
            self.add_module(f"{stack}_norm", nn.LayerNorm(width, eps=EPSILON))

    def _add_residual(self, sublayer: str, index: int) -> None:
        """The sub-layer's dropout and norm."""
        if self.architecture.dropout:
            self.add_module(f"{sublayer}_dropout_{index}", Dropout(self.architecture.dropout))
        self.add_module(f"{sublayer}_norm_{index}", nn.LayerNorm(self.architecture.width, eps=EPSILON))

    def _stack(self, stack: str, tokens: Tensor, attend: Attend, start: int = 0) -> Tensor:
        x = self.run(f"{stack}_positions", self.run(f"{stack}_embedding", tokens), start)
        x = self._drop(f"{stack}_dropout", x)
        for index in range(self.architecture.layers):
            for sublayer in self.architecture.sublayers(stack):
                x = self._sublayer(sublayer, index, x, partial(attend, sublayer, index))
            x = self._sublayer(f"{stack}_feedforward", index, x, partial(self._feedforward, stack, index))
        return self.run(f"{stack}_norm", x) if self.architecture.pre_norm else x

    def _sublayer(self, sublayer: str, index: int, x: Tensor, function: Function) -> Tensor:
        """norm(x + dropout(function(x))), or, with pre-norm, x + dropout(function(norm(x)))."""
        norm, dropout = f"{sublayer}_norm_{index}", f"{sublayer}_dropout_{index}"
        if self.architecture.pre_norm:
            return x + self._drop(dropout, function(self.run(norm, x)))
        return self.run(norm, x + self._drop(dropout, function(x)))

    def _feedforward(self, stack: str, index: int, x: Tensor) -> Tensor:
        expanded = self.run(f"{stack}_expand_{index}", x)
        return self.run(f"{stack}_contract_{index}", self.run(f"{stack}_activation_{index}", expanded))

    def _drop(self, dropout: str, x: Tensor) -> Tensor:
        return self.run(dropout, x) if self.architecture.dropout else x


class TransformerDecoder:
    """Sequences that are being written: each step reads one position of the stack."""

    def __init__(self, written_by: Network, sequences: int, sources: Tensor | None) -> None:
        self._network = written_by
        self._position = 0
        length = written_by.architecture.target_length
        attentions = {name: m for name, m in written_by.named_children() if isinstance(m, MultiHeadAttention)}
        self._caches = {
            name: layer.empty_cache(sequences, length)
            for name, layer in attentions.items()
            if name.startswith("decoder_attention")
        }
        if sources is not None:
            memory, real = written_by.encode(sources)
            for name, layer in attentions.items():
                if name.startswith("decoder_cross_attention"):
                    self._caches[name] = layer.cache_of(memory, real)

    def step(self, tokens: Tensor) -> Tensor:
        logits = self._network.decode(tokens.unsqueeze(1), self._attend, self._position)
        self._position += 1
        return logits.squeeze(1)

    def reorder(self, sequences: Tensor) -> None:
        for cache in self._caches.values():
            cache.reorder(sequences)

    def _attend(self, sublayer: str, index: int, x: Tensor) -> Tensor:
        name = f"{sublayer}_{index}"
        outputs: Tensor = getattr(self._network, name).step(x, self._caches[name])
        return outputs
