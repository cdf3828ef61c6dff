"""What a network answers on the held-out part, a piece at a time, so that memory does not grow with the data."""

import numpy as np

from benchmarks.kinds import TOKEN_KINDS, ProblemKind
from benchmarks.metrics.evaluate import Answers
from benchmarks.metrics.tokens import TokenScores, score_tokens
from benchmarks.tasks.split import Split
from impls import Array, Model
from impls.protocol import Decodes

#: Examples, or for sequences positions, that a prediction takes at once.
PREDICTION_EXAMPLES = 1024
PREDICTION_POSITIONS = 32_768


def answer(model: Model, kind: ProblemKind, split: Split, examples: int | None = None) -> Answers:
    """The network's answers on the first `examples` of the test part (None is all), as `evaluate` takes them.

    Args:
        model: trained as far as it is.
        kind: of the task.
        split: with the inputs in the network's shape.
        examples: how many.
    """
    inputs, targets = split.test_inputs[:examples], split.test_targets[:examples]
    step = _piece(model)
    if kind in TOKEN_KINDS:
        pieces = [
            score_tokens(targets[start : start + step], model.predict(inputs[start : start + step]))
            for start in range(0, len(inputs), step)
        ]
        return TokenScores(*(np.concatenate(scores) for scores in zip(*pieces, strict=True)))
    if kind == "transduction":
        return decode(model, inputs)
    return model.predict(inputs, batch_size=step)


def decode(model: Model, inputs: Array) -> Array:
    """What an encoder-decoder writes for the sources in its inputs, greedily: (examples, target length)."""
    assert isinstance(model, Decodes)
    length = model.architecture.fields[0].length
    pieces = range(0, len(inputs), PREDICTION_EXAMPLES)
    return np.concatenate([model.decode(inputs[start : start + PREDICTION_EXAMPLES, :length]) for start in pieces])


def _piece(model: Model) -> int:
    """Examples that are predicted at once: of long sequences fewer, for each of their positions is kept meanwhile."""
    architecture = model.architecture
    is_sequence = bool(architecture.fields) or len(architecture.input_shape) == 2
    positions = architecture.input_shape[0] if is_sequence else 1
    return max(1, min(PREDICTION_EXAMPLES, PREDICTION_POSITIONS // positions))
