"""What sequence networks have besides the contract, in NumPy: losses over padding, and looks inside."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from impls import Architecture, Batch, Training, build
from impls.errors import ArchitectureError, BatchError
from impls.mlp import MLP
from impls.protocol import Array
from impls.recurrent import Recurrent
from impls.recurrent.examples import EXAMPLES as RECURRENT_EXAMPLES
from impls.seq2seq import Seq2Seq
from impls.seq2seq.examples import EXAMPLES as SEQ2SEQ_EXAMPLES
from impls.testing.subject import random_batch
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

EXAMPLES: dict[str, tuple[Any, Training]] = {
    **{f"recurrent {name}": example for name, example in RECURRENT_EXAMPLES.items()},
    **{f"seq2seq {name}": example for name, example in SEQ2SEQ_EXAMPLES.items()},
}


def make(architecture: Architecture, training: Training | None = None, seed: int = 3) -> Any:
    """A model whose weights, biases too, are large enough for every path to show."""
    model = build(architecture, "numpy", training or Training("sgd", 0.1), dtype="float64")
    generator = np.random.default_rng(seed)
    model.load_parameters(
        {name: 0.7 * generator.normal(size=array.shape) for name, array in model.parameters().items()}
    )
    return model


def draw(name: str, examples: int = 5, seed: int = 0, padded: bool = True) -> Batch:
    return random_batch(np.random.default_rng(seed), *EXAMPLES[name], "float64", examples, padded)


@pytest.mark.parametrize("name", [name for name, (each, _) in EXAMPLES.items() if len(each.output_shape) > 1])
def test_padding_among_the_targets_is_not_counted(name: str) -> None:
    """The loss is the mean over the others, whatever the logits at padding are; an epoch weighs batches by them."""
    architecture, training = EXAMPLES[name]
    model = make(architecture, replace(training, l2=0.0))
    batches = [draw(name, 5), draw(name, 2, seed=1)]
    losses, counts = [], []
    for inputs, targets in batches:
        logits = model.predict(inputs)
        log_shares = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
        terms = [log_shares[*place, targets[place]] for place in np.ndindex(targets.shape) if targets[place] != 0]
        losses.append(-np.mean(terms))
        counts.append(len(terms))
        assert 0 < len(terms) < targets.size
        assert model.loss_and_gradients(Batch(inputs, targets))[0] == pytest.approx(losses[-1], rel=1e-12)
    still = make(architecture, Training("sgd", 1e-300))
    assert still.loss_and_gradients(batches[0])[0] == pytest.approx(losses[0], rel=1e-12)
    if not architecture.dropouts():
        assert still.train_epoch(batches) == pytest.approx(np.average(losses, weights=counts), rel=1e-12)


def sources_and_read(architecture: Architecture, inputs: Array) -> tuple[Array | None, Array]:
    """What the encoder sees, if there is one, and what the decoder reads."""
    if len(architecture.fields) == 1:
        return None, inputs
    sources, read = np.split(inputs, [architecture.fields[0].length], axis=1)
    return sources, read


@pytest.mark.parametrize(
    "name", ["recurrent LSTM language model, two layers, dropout", "seq2seq GRU, additive, dropout"]
)
def test_other_calls_between_two_steps_of_a_decoder_leave_no_trace(name: str) -> None:
    """Nor does a change of their results."""
    architecture, training = EXAMPLES[name]
    model, inputs = make(architecture, training), draw(name).inputs
    whole = model.predict(inputs)
    sources, read = sources_and_read(architecture, inputs)
    decoder = model.decoder(len(inputs), sources)
    for position, tokens in enumerate(read.T):
        logits = decoder.step(np.ascontiguousarray(tokens))
        np.testing.assert_allclose(logits, whole[:, position], rtol=1e-10, atol=1e-12)
        logits[...] = np.nan
        model.loss_and_gradients(draw(name, 3, seed=position), "draw")


@pytest.mark.parametrize("name", [name for name in EXAMPLES if getattr(EXAMPLES[name][0], "attention", None)])
def test_attention_weights_are_shares_of_the_real_source(name: str) -> None:
    architecture, training = EXAMPLES[name]
    model, inputs = make(architecture, training), draw(name).inputs
    weights = model.attention_weights(inputs)
    source, target = (field.length for field in architecture.fields)
    assert weights.shape == (5, target, source)
    np.testing.assert_allclose(weights.sum(axis=2), 1.0, rtol=1e-12)
    padding = inputs[:, :source] == 0
    assert padding.any()
    assert not weights.swapaxes(1, 2)[padding].any()
    kept = weights.copy()
    model.attention_weights(inputs[::-1].copy())
    np.testing.assert_array_equal(weights, kept)
    with pytest.raises(BatchError):
        model.attention_weights(inputs[:, 1:])


def test_hidden_gradients_are_those_of_a_step_inside() -> None:
    """At the step before the last: what the upper layer's state then does to the loss, by finite differences."""
    architecture = Recurrent(length=4, features=2, cell="lstm", units=(2, 3), outputs=2)
    model = make(architecture, Training("sgd", 0.1, loss="mean_squared_error"))
    batch = random_batch(np.random.default_rng(0), architecture, model.training, "float64", 1)
    gradients = model.hidden_gradients(batch)
    lower, upper = model._network.recurrent
    below = lower.forward(batch.inputs)[0].copy()
    _, (h, c) = upper.forward(below[:, :3])

    def loss() -> float:
        last, _ = upper.forward(below[:, 3:], start=(h, c))
        outputs = model._network.output(last)
        return float(np.square(outputs - batch.targets).mean())

    reaching = numerical_gradient(loss, h)
    assert gradients.shape == (4,)
    assert_gradients_agree(gradients[2:3], np.linalg.norm(reaching, axis=1), "h")


def test_hidden_gradients_are_means_over_the_examples_that_have_the_step() -> None:
    name = "recurrent LSTM on tokens, mean"
    model, batch = make(*EXAMPLES[name]), draw(name)
    lengths = np.count_nonzero(batch.inputs, axis=1)
    # Alone an example's loss is no mean over five.
    alone = [
        model.hidden_gradients(Batch(batch.inputs[row : row + 1], batch.targets[row : row + 1])) / 5 for row in range(5)
    ]
    for row, length in enumerate(lengths):
        assert np.isnan(alone[row][length:]).all()
        assert (alone[row][:length] > 0).all()
    longest = lengths.max()
    gradients = model.hidden_gradients(batch)
    np.testing.assert_allclose(gradients[:longest], np.nanmean(alone, axis=0)[:longest], rtol=1e-10)
    assert np.isnan(gradients[longest:]).all()


def test_there_is_nothing_to_look_into_without_attention_or_recurrence() -> None:
    mlp = build(MLP(inputs=3, outputs=2), "numpy")
    batch = random_batch(np.random.default_rng(0), mlp.architecture, mlp.training, "float32", 2)
    with pytest.raises(ArchitectureError, match="mlp"):
        mlp.hidden_gradients(batch)  # type: ignore[attr-defined]  # of NumpyModel alone
    plain = Seq2Seq(source_length=3, source_tokens=5, target_length=2, target_tokens=5, embedding=2, units=2)
    for architecture, inputs in ((mlp.architecture, batch.inputs), (plain, np.ones((2, 5), np.int64))):
        with pytest.raises(ArchitectureError, match="attention"):
            build(architecture, "numpy").attention_weights(inputs)  # type: ignore[attr-defined]  # of NumpyModel alone
