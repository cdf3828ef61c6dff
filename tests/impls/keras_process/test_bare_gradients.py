"""What `threefold overhead` holds against `fit`: all of the loss and the gradients, and nothing else."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from benchmarks.overhead import bare_gradients
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, Examples, examples
from benchmarks.overhead.idiomatic_keras import NETWORKS


@pytest.mark.parametrize("name", ["mlp", "lstm", "transformer"])
def test_every_gradient_of_every_batch_is_worked_out_and_nothing_is_updated(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    network = NETWORKS[name]()
    monkeypatch.setitem(NETWORKS, name, lambda: network)
    few = Examples(*(array[: 2 * BATCH_SIZE] for array in examples(CONTESTS[name])))
    epoch = bare_gradients.epoch_of(name, few)
    (losses, touched), again = epoch(), epoch()
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    expected, numbers = [], 0.0
    for start in (0, BATCH_SIZE):
        inputs, targets = (array[start : start + BATCH_SIZE] for array in few)
        with tf.GradientTape() as tape:
            loss = loss_of(targets, network(inputs))
        gradients = tape.gradient(loss, network.trainable_weights)
        numbers += sum(float(np.ravel(tf.convert_to_tensor(each))[0]) for each in gradients)
        expected.append(float(loss))
    np.testing.assert_allclose(losses, expected, rtol=1e-5)
    np.testing.assert_array_equal(again[0], losses)
    assert touched == pytest.approx(numbers, rel=1e-3)
