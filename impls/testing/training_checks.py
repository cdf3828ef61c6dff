"""Checks of steps and epochs: what an epoch leaves and returns, whatever its batches, and steps without gradient."""

from dataclasses import replace

import numpy as np

from impls.engines.validation import CheckedBatches, check_examples
from impls.errors import BatchError
from impls.protocol import Batch
from impls.spec.tokens import PADDING
from impls.testing.checking import Check, require, require_close, require_equal, require_error
from impls.testing.subject import Subject, counted_terms, weights, well_conditioned

#: More batches than an engine takes in one compiled call.
LONG_EPOCH, SMALL_BATCH = 150, 4
#: A logit beside which the exponentials of the others are 0.
CERTAIN = 1e4

#: Of the order in which examples are cut into batches.
ORDER_SEED = 5


def check_nothing_to_learn(subject: Subject) -> None:
    """Where each logit is beyond doubt, loss and gradients are 0, and a step with clipping leaves all as it was."""
    case = subject.case
    name, spec = list(case.architecture.parameters().items())[-1]
    if case.training.loss != "softmax_cross_entropy" or spec.shape != case.architecture.output_shape[-1:]:
        return
    model = subject.model(training=replace(case.training, optimizer="sgd", clip_norm=1.0, l2=0.0, weight_decay=0.0))
    sure = weights(case.architecture, subject.dtype)
    sure[name][-1] = CERTAIN
    model.load_parameters(sure)
    loss = model.train_step(Batch(subject.batch.inputs, np.full_like(subject.batch.targets, spec.shape[0] - 1)))
    require(loss == 0.0, f"a class whose logit is {CERTAIN:g} above all others costs {loss:g}, not 0")
    learnt = {name: sure[name] for name, spec in case.architecture.parameters().items() if spec.trainable}
    require_equal(model.parameters(), learnt, "a step without any gradient must change nothing")


def check_train_epoch(subject: Subject) -> None:
    """A long epoch, its last batch smaller, leaves what as many steps leave, and returns the mean over all targets."""
    batches = subject.batches((SMALL_BATCH,) * LONG_EPOCH + (1,))
    model = subject.model(training=well_conditioned(subject.case.training))
    losses = [model.train_step(batch) for batch in batches]
    stepped = model.parameters()
    model.load_parameters(weights(subject.case.architecture, subject.dtype))
    mean = model.train_epoch(batches)
    require_close(
        model.parameters(), stepped, subject.dtype, "train_epoch must leave the parameters that train_step does", 1e3
    )
    counted = [counted_terms(subject.case.architecture, subject.case.training, batch) for batch in batches]
    expected = float(np.average(losses, weights=counted))
    require_close(
        {"loss": np.asarray(mean)},
        {"loss": np.asarray(expected)},
        subject.dtype,
        f"train_epoch must return the loss averaged over examples (targets that count), {expected:.6g}, not {mean:.6g}",
    )


def check_epoch_of_examples(subject: Subject) -> None:
    """An epoch of batches that are cut from examples, checked all at once, leaves what the same batches leave."""
    case = subject.case
    model = subject.model(training=well_conditioned(case.training))
    inputs, targets = subject.batch
    order = np.random.default_rng(ORDER_SEED).permutation(len(inputs))
    batches = [
        Batch(inputs[rows], targets[rows]) for rows in np.split(order, range(SMALL_BATCH, len(order), SMALL_BATCH))
    ]
    loss = model.train_epoch(batches)
    expected = model.parameters()
    model.load_parameters(weights(case.architecture, subject.dtype))
    examples = check_examples(case.architecture, case.training, subject.batch, subject.dtype)
    cut = examples.batches(order, SMALL_BATCH)
    require(len(cut) == len(batches), f"{len(order)} examples give {len(cut)} batches of {SMALL_BATCH}")
    require(model.train_epoch(cut) == loss, "an epoch of checked examples gives another loss")
    require_equal(model.parameters(), expected, "an epoch of checked examples leaves other parameters")
    if targets.ndim > 1 and case.training.loss == "softmax_cross_entropy":
        # All examples together have targets that count, and the last batch none.
        blank = targets.copy()
        blank[order[-SMALL_BATCH:]] = PADDING
        partly = check_examples(case.architecture, case.training, Batch(inputs, blank), subject.dtype)
        blank_batches = partly.batches(order, SMALL_BATCH)
        require_error(BatchError, "a batch of padding alone", lambda: model.train_epoch(blank_batches))
    wrong = CheckedBatches([Batch(inputs, targets[:-1])])
    for checked_for in (None, (case.architecture, case.training.loss, np.dtype(np.float16))):
        wrong.checked_for = checked_for
        require_error(BatchError, "batches checked for another model", lambda: model.train_epoch(wrong))


TRAINING_CHECKS = (
    Check("nothing to learn", check_nothing_to_learn),
    Check("train_epoch", check_train_epoch),
    Check("epoch of examples", check_epoch_of_examples),
)
