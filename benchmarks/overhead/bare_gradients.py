"""What no way of training can save: the loss and the gradients of `fit`'s network alone, in one TensorFlow loop.

Nothing is updated, nothing is fed but whole stacks of batches, and Python is left once for an epoch.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from benchmarks.overhead.contest import BATCH_SIZE, Examples
from benchmarks.overhead.idiomatic_keras import NETWORKS
from impls.protocol import Array


def epoch_of(contest: str, examples: Examples, device: str = "cpu") -> Callable[[], tuple[Array, float]]:
    """The contest's batches gone through once, forward and backward.

    The loop gives the losses (steps,), and the sum of the first number of each gradient of each step.
    """
    place = tf.device({"cpu": "/CPU:0", "cuda": "/GPU:0"}[device])
    with place:
        network = NETWORKS[contest]()
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    stacks = [tf.constant(array.reshape(-1, BATCH_SIZE, *array.shape[1:])) for array in examples]

    def step(inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(targets, network(inputs, training=True))
        gradients = tape.gradient(loss, [variable.value for variable in network.trainable_variables])
        # TensorFlow leaves out what nothing asks for: one number of each gradient is asked for, and made no use of.
        return loss, tf.add_n([tf.reshape(tf.convert_to_tensor(gradient), [-1])[0] for gradient in gradients])

    def epoch(inputs: Any, targets: Any) -> Any:
        count = tf.shape(inputs)[0]

        def one(index: Any, losses: Any, touched: Any) -> Any:
            loss, some = step(inputs[index], targets[index])
            return index + 1, losses.write(index, loss), touched + some

        start = (tf.constant(0), tf.TensorArray(tf.float32, count, element_shape=()), tf.constant(0.0))
        _, losses, touched = tf.while_loop(lambda index, *_: index < count, one, start, parallel_iterations=1)
        return losses.stack(), touched

    compiled = tf.function(epoch, autograph=False)

    def run() -> tuple[Array, float]:
        with place:
            losses, touched = compiled(*stacks)
        return losses.numpy(), float(touched)

    return run
