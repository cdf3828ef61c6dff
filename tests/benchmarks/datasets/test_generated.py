"""The synthetic tasks ask what their papers ask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.datasets import datasets
from benchmarks.datasets.adding_problem import DATASETS as ADDING
from benchmarks.datasets.adding_problem import adding_problem
from benchmarks.datasets.copy_memory import BLANK, LENGTH, NOW, SYMBOLS, VOCABULARY, copy_memory
from benchmarks.datasets.copy_memory import DATASETS as COPYING
from impls.spec.tokens import END, FIRST_SYMBOL, PADDING, START


@given(half=st.integers(1, 60), examples=st.integers(1, 30))
def test_two_numbers_are_marked_one_in_each_half_and_their_sum_is_the_target(half: int, examples: int) -> None:
    data = adding_problem(2 * half, examples)
    numbers, marks = np.moveaxis(np.asarray(data.inputs), -1, 0)
    assert numbers.shape == (examples, 2 * half)
    assert ((numbers >= 0) & (numbers < 1)).all()
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[:, :half].sum(axis=1) == 1).all()
    assert (marks[:, half:].sum(axis=1) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=1, keepdims=True), data.targets, rtol=1e-15)


def test_marks_are_everywhere_and_always_answering_one_errs_by_a_sixth() -> None:
    data = adding_problem(20, 20_000)
    assert (np.asarray(data.inputs)[:, :, 1].sum(axis=0) > 20_000 / 20).all()
    assert np.mean((data.targets - 1) ** 2) == pytest.approx(1 / 6, rel=0.03)


@given(lag=st.integers(1, 120), examples=st.integers(1, 30))
def test_what_is_shown_is_the_target_after_the_lag(lag: int, examples: int) -> None:
    data = copy_memory(lag, examples)
    inputs = np.asarray(data.inputs)
    assert inputs.shape == data.targets.shape == (examples, lag + 2 * LENGTH)
    shown, waiting, sign, answering = np.split(inputs, [LENGTH, LENGTH + lag - 1, LENGTH + lag], axis=1)
    assert ((shown >= FIRST_SYMBOL) & (shown < FIRST_SYMBOL + SYMBOLS)).all()
    assert (waiting == BLANK).all()
    assert (sign == NOW).all()
    assert (answering == BLANK).all()
    assert (data.targets[:, :-LENGTH] == PADDING).all()
    np.testing.assert_array_equal(data.targets[:, -LENGTH:], shown)


def test_the_vocabulary_has_no_gaps_and_leaves_the_reserved_tokens_alone() -> None:
    tokens = np.unique(np.asarray(copy_memory(3, 200).inputs))
    assert tokens.tolist() == list(range(FIRST_SYMBOL, VOCABULARY))
    assert not {PADDING, START, END} & set(tokens.tolist())


@pytest.mark.parametrize("each", [*ADDING, *COPYING], ids=lambda each: each.name)
def test_no_example_of_the_test_part_is_in_the_training_part(each: object) -> None:
    data = datasets()[each.name].load()  # type: ignore[attr-defined]  # a data set
    rows = [row.tobytes() for row in np.asarray(data.inputs)]
    assert not set(rows[: -data.test_examples]) & set(rows[-data.test_examples :])
