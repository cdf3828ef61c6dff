"""What of a training part is trained on, and what is set aside."""

from typing import Any

import numpy as np
import pytest

from benchmarks.kinds import ProblemKind, TaskError
from benchmarks.measure.parts import set_aside, training_part
from benchmarks.records.cells import AccuracyCell
from benchmarks.tasks.split import Split
from tests.benchmarks.sample_cells import accuracy_cell

COUNT = 40


def split() -> Split:
    """Every example's input is its number, its standardized target a tenth of it."""
    rows = np.arange(COUNT, dtype=np.float32)[:, np.newaxis]
    return Split(rows, rows / 10, rows[:5] + 100, rows[:5] + 100.0, target_mean=7.0, target_scale=10.0)


def cell(**options: Any) -> AccuracyCell:
    return accuracy_cell().model_copy(update=options)


def rows_of(inputs: Any) -> list[int]:
    return [int(row) for row in inputs[:, 0]]


def test_a_cell_that_asks_for_nothing_trains_on_all() -> None:
    whole = split()
    trained, validation = set_aside(cell(), "regression", whole, 0, 0)
    assert trained is whole
    assert validation is None


def test_no_example_is_in_both_parts_and_the_test_part_stays() -> None:
    trained, validation = set_aside(cell(validation_share=0.25), "regression", split(), 0, 0)
    assert validation is not None
    trained_rows, validated = rows_of(trained.train_inputs), rows_of(validation.test_inputs)
    assert len(validated) == COUNT // 4
    assert sorted(trained_rows + validated) == list(range(COUNT))
    assert validated != list(range(COUNT - len(validated), COUNT))
    assert rows_of(trained.test_inputs) == rows_of(split().test_inputs)
    np.testing.assert_array_equal(trained.train_targets * 10, trained.train_inputs)


def test_what_has_an_order_in_time_is_validated_on_its_end() -> None:
    options = {"validation_share": 0.25, "train_examples": 8}
    trained, validation = set_aside(cell(**options), "forecasting", split(), 3, 1)
    assert validation is not None
    assert rows_of(validation.test_inputs) == list(range(30, 40))
    assert len(trained.train_inputs) == 8
    assert max(rows_of(trained.train_inputs)) < 30


def test_a_smaller_sample_is_part_of_a_larger_one_and_each_split_has_its_own() -> None:
    samples = {
        (size, seed, fold): rows_of(set_aside(cell(train_examples=size), "regression", split(), seed, fold)[0][0])
        for size in (5, 20)
        for seed in (0, 1)
        for fold in (0, 1)
    }
    for (_, seed, fold), sample in samples.items():
        assert set(samples[5, seed, fold]) <= set(samples[20, seed, fold])
        assert len(set(sample)) == len(sample)
    assert len({tuple(sample) for sample in samples.values()}) == len(samples)


@pytest.mark.parametrize("options", [{"train_examples": 41}, {"train_examples": 31, "validation_share": 0.25}])
def test_more_than_there_are_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(TaskError, match="task 'digits'; give fewer"):
        set_aside(cell(**options), "regression", split(), 0, 0)


@pytest.mark.parametrize(("kind", "wanted"), [("regression", [7.0, 8.0, 9.0]), ("classification", [0.0, 0.1, 0.2])])
def test_trained_examples_are_evaluated_in_the_units_of_the_test_part(kind: ProblemKind, wanted: list[float]) -> None:
    part = training_part(kind, split())
    assert rows_of(part.test_inputs) == list(range(COUNT))
    np.testing.assert_allclose(part.test_targets[:3, 0], wanted, rtol=1e-6)
