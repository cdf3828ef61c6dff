"""The sequences that a certificate is made with: lengths, padding, targets, and networks of other lengths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls import Training
from impls.engines.validation import check_batch
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.discovery import architectures
from impls.spec.tokens import PADDING, Field
from impls.testing import example_cases
from impls.testing.sequences import of_length, random_tokens
from impls.testing.subject import random_batch
from impls.transformer import Transformer

CASES = [case for name in architectures() for case in example_cases(name)]
TRANSLATOR = Seq2Seq(source_length=7, source_tokens=9, target_length=6, target_tokens=8)


@given(st.integers(1, 9), st.integers(2, 9), st.integers(1, 20), st.booleans(), st.integers(0, 99))
def test_tokens_are_padded_at_their_end(length, vocabulary, examples, padded, seed):
    tokens = random_tokens(np.random.default_rng(seed), Field(length, vocabulary), examples, padded)
    assert tokens.shape == (examples, length)
    assert tokens.max() < vocabulary
    assert np.all(tokens[:, 0] != PADDING)
    real = tokens != PADDING
    assert np.all(real[:, 1:] <= real[:, :-1])
    if not padded:
        assert real.all()
    elif examples > 1:
        assert real[0].all()
        assert real[1].sum() == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("examples", [1, 5, 16])
@pytest.mark.parametrize("padded", [True, False])
def test_batches_are_taken(case, examples, padded):
    batch = random_batch(np.random.default_rng(4), case.architecture, case.training, "float32", examples, padded)
    checked = check_batch(case.architecture, case.training, batch, "float32")
    assert len(checked.inputs) == examples
    assert checked.inputs.dtype == (np.int64 if case.architecture.fields else np.float32)


def test_targets_are_not_counted_behind_padding_and_at_some_other_places():
    inputs, targets = random_batch(np.random.default_rng(1), TRANSLATOR, Training(), "float32", 200)
    read = inputs[:, 7:] != PADDING
    assert not np.any(targets[~read])
    assert np.all(targets[:, 0] != PADDING)
    assert 0.03 < np.mean(targets[:, 1:][read[:, 1:]] == PADDING) < 0.2
    assert targets.max() == 7
    full = random_batch(np.random.default_rng(1), TRANSLATOR, Training(), "float32", 20, padded=False)
    assert full.inputs.all()
    assert full.targets.all()


def test_real_valued_sequences_have_uncounted_targets_too():
    network = Recurrent(length=9, features=2, pooling=None, outputs=4)
    inputs, targets = random_batch(np.random.default_rng(1), network, Training(), "float64", 50)
    assert inputs.shape == (50, 9, 2)
    assert targets.shape == (50, 9)
    assert 0 < np.mean(targets == PADDING) < 0.2


@pytest.mark.parametrize(
    ("network", "lengths"),
    [
        (MLP(inputs=4, tokens=5, embedding=2), {}),
        (Recurrent(length=5, features=1), {"length": 5}),
        (TRANSLATOR, {"source_length": 7, "target_length": 6}),
        (Transformer(source_length=5, source_tokens=6, outputs=2), {"source_length": 5}),
        (Transformer(target_length=5, target_tokens=6), {"target_length": 5}),
    ],
)
def test_length_is_changed_where_there_is_one(network, lengths):
    assert network.lengths == lengths
    changed = of_length(network, 3)
    assert changed.lengths == dict.fromkeys(lengths, 3)
    assert (changed == network) is (not lengths)
    assert of_length(changed, network.input_shape[0]).parameters().keys() == network.parameters().keys()
