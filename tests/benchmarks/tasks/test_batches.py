import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tasks.batches import epoch_batches, skip_epochs

EXAMPLES = st.integers(1, 60)
BATCH_SIZES = st.integers(1, 70)
SEEDS = st.integers(0, 2**32)


def numbered(examples: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (examples, 2, 3) that all hold their example's number, which is its target too."""
    targets = np.arange(examples)
    return np.broadcast_to(targets[:, np.newaxis, np.newaxis], (examples, 2, 3)).astype(np.float32), targets


@given(EXAMPLES, BATCH_SIZES, SEEDS)
def test_every_example_comes_once_with_its_target(examples: int, batch_size: int, seed: int) -> None:
    batches = epoch_batches(*numbered(examples), batch_size, np.random.default_rng(seed))
    order = np.concatenate([batch.targets for batch in batches])
    assert sorted(order) == list(range(examples))
    for batch in batches:
        assert batch.inputs.dtype == np.float32
        np.testing.assert_array_equal(
            batch.inputs, np.broadcast_to(batch.targets[:, None, None], (*batch.targets.shape, 2, 3))
        )


@given(EXAMPLES, BATCH_SIZES, SEEDS)
def test_all_batches_are_full_but_the_last(examples: int, batch_size: int, seed: int) -> None:
    batches = epoch_batches(*numbered(examples), batch_size, np.random.default_rng(seed))
    sizes = [len(batch.inputs) for batch in batches]
    assert sum(sizes) == examples
    assert all(size == batch_size for size in sizes[:-1])
    assert 1 <= sizes[-1] <= batch_size


@given(EXAMPLES, BATCH_SIZES, SEEDS)
def test_batches_are_contiguous_views_of_one_copy(examples: int, batch_size: int, seed: int) -> None:
    inputs, targets = numbered(examples)
    batches = epoch_batches(inputs, targets, batch_size, np.random.default_rng(seed))
    bases = {id(batch.inputs.base) for batch in batches}
    assert len(bases) == 1
    for batch in batches:
        assert batch.inputs.flags.c_contiguous
        assert batch.targets.flags.c_contiguous
        assert not np.shares_memory(batch.inputs, inputs)


@given(st.integers(5, 60), SEEDS)
def test_the_order_is_the_generators_and_new_each_epoch(examples: int, seed: int) -> None:
    def epochs(batch_size: int) -> list[list[int]]:
        generator = np.random.default_rng(seed)
        return [
            [
                int(target)
                for batch in epoch_batches(*numbered(examples), batch_size, generator)
                for target in batch.targets
            ]
            for _ in range(4)
        ]

    assert epochs(7) == epochs(7)
    assert epochs(7) == epochs(3), "the batch size does not change the order"
    assert len({tuple(order) for order in epochs(7)}) > 1


@pytest.mark.parametrize(("targets", "batch_size"), [(4, 2), (5, 0), (5, -1)])
def test_what_makes_no_sense_is_reported(targets: int, batch_size: int) -> None:
    with pytest.raises(ValueError, match=r"5 inputs, but 4 targets|give 1 or more"):
        epoch_batches(np.zeros((5, 1)), np.zeros(targets), batch_size, np.random.default_rng(0))


@given(EXAMPLES, st.integers(0, 4), SEEDS)
def test_skipped_epochs_leave_the_orders_that_follow_as_they_are(examples: int, epochs: int, seed: int) -> None:
    skipping, going = np.random.default_rng(seed), np.random.default_rng(seed)
    skip_epochs(epochs, examples, skipping)
    for _ in range(epochs):
        epoch_batches(*numbered(examples), 7, going)
    np.testing.assert_array_equal(
        epoch_batches(*numbered(examples), 7, skipping)[0].targets,
        epoch_batches(*numbered(examples), 7, going)[0].targets,
    )
