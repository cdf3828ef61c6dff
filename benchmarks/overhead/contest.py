"""The networks and the data that all contenders train on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from impls import Architecture, Array, Training
from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import FIRST_SYMBOL
from impls.transformer import Transformer

BATCH_SIZE = 64
TRAINING = Training(optimizer="adam", learning_rate=1e-3)

#: Vocabulary of the language model: about the characters of an English text.
TOKENS = 68


class Examples(NamedTuple):
    """Random inputs with random targets: speed does not depend on what they show."""

    inputs: Array
    targets: Array


@dataclass(frozen=True)
class Contest:
    """One network as our architecture; each idiomatic loop writes it again in its framework."""

    name: str
    architecture: Architecture
    #: Batches of an epoch, which is one turn.
    steps: int = 64
    #: Whether there is a shortest loop in each framework; of an encoder-decoder none is short.
    idiomatic: bool = True


CONTESTS = {
    "mlp": Contest("mlp 784-256-128-10", MLP(inputs=784, hidden=(256, 128), outputs=10)),
    "cnn": Contest("cnn 16-32 3x3 on 28x28", CNN(inputs=(28, 28, 1), channels=(16, 32), outputs=10), steps=16),
    "lstm": Contest("lstm 128 over 28x28", Recurrent(length=28, features=28, cell="lstm"), steps=16),
    "gru": Contest("gru 128 over 28x28", Recurrent(length=28, features=28, cell="gru"), steps=16),
    "seq2seq": Contest(
        "seq2seq lstm 128, additive attention, length 16 to 16",
        Seq2Seq(16, TOKENS, 16, TOKENS, attention="additive"),
        steps=16,
        idiomatic=False,
    ),
    "transformer": Contest(
        "transformer 2 layers, width 64, 4 heads, length 64",
        Transformer(target_length=64, target_tokens=TOKENS),
        steps=16,
    ),
}


def examples(contest: Contest) -> Examples:
    """Inputs (steps · BATCH_SIZE, *input_shape), float32 or tokens, and classes or next tokens, int64."""
    generator = np.random.default_rng(0)
    count = contest.steps * BATCH_SIZE
    architecture = contest.architecture
    if architecture.fields:
        tokens = generator.integers(FIRST_SYMBOL, TOKENS, (count, architecture.input_shape[0] + 1))
        written = architecture.output_shape[0]
        return Examples(np.ascontiguousarray(tokens[:, :-1]), np.ascontiguousarray(tokens[:, -written:]))
    inputs = generator.random((count, *architecture.input_shape), dtype=np.float32)
    return Examples(inputs, generator.integers(0, 10, count))
