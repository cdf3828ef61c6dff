"""Checks of what a model keeps and what it must leave alone: parameters, optimizer, generator, the caller's arrays."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from impls.building import initial_parameters
from impls.errors import ParameterError, TrainingError
from impls.protocol import Array, Batch, Decodes, Model, Parameters, Resumes
from impls.testing.checking import Check, require, require_equal, require_error
from impls.testing.decoding_check import write_something
from impls.testing.subject import BATCH_SIZE, REMAINDER, Subject, dropout_rate, weights

OTHER_SEED = 5
#: The largest that every framework's generator takes; not the engines' own constant, which is what is looked at.
LARGEST_SEED = 2**63 - 1

#: Bytes. XLA works on an array at a multiple of this as it lies, and copies any other.
ALIGNMENT = 64


def trained(model: Model, batches: list[Batch]) -> Parameters:
    """The parameters after a step on each batch."""
    for batch in batches:
        model.train_step(batch)
    return model.parameters()


def _three(subject: Subject) -> list[Batch]:
    return subject.batches((BATCH_SIZE, BATCH_SIZE, BATCH_SIZE))


def check_description(subject: Subject) -> None:
    """The model says what it is."""
    model, case = subject.model(), subject.case
    require(isinstance(model, Model), "the model lacks a method or property of impls.protocol.Model; add it")
    require(
        isinstance(model, Decodes) or not case.architecture.decodes,
        "the architecture decodes, and the model lacks a method of impls.protocol.Decodes; add it",
    )
    require(model.architecture == case.architecture, "model.architecture is not the architecture it was built for")
    require(model.training == case.training, "model.training is not the recipe it was built with")
    require(model.device == subject.device, f"model.device is {model.device!r}, not {subject.device!r}")
    require(model.dtype == subject.dtype, f"model.dtype is {model.dtype!r}, not {subject.dtype!r}")
    require(bool(model.implementation), "model.implementation is empty; give it a name")
    model.synchronize()


def check_starting_weights(subject: Subject) -> None:
    """`build` draws the weights that `initial_parameters` gives for the seed."""
    case = subject.case
    for seed in (subject.seed, OTHER_SEED, 0, LARGEST_SEED):
        built = subject.build(case.architecture, case.training, subject.device, subject.dtype, seed)
        expected = initial_parameters(case.architecture, seed, subject.dtype)
        require_equal(
            built.parameters(), expected, f"a new model of seed {seed} must hold initial_parameters(..., {seed}, dtype)"
        )
    for wrong in (-1, LARGEST_SEED + 1, 1.5, True, "1"):
        require_error(
            TrainingError,
            f"seed={wrong!r}",
            lambda wrong=wrong: subject.build(case.architecture, case.training, subject.device, subject.dtype, wrong),  # type: ignore[misc]  # with a default
        )


def check_round_trip(subject: Subject) -> None:
    """Loaded parameters are read back exactly, in the architecture's order and the model's precision."""
    model, given = subject.model(), weights(subject.case.architecture, subject.dtype)
    model.load_parameters(dict(reversed(given.items())))
    read = model.parameters()
    require(list(read) == list(given), "parameters() must follow the order of architecture.parameters()")
    require_equal(read, given, "parameters() must give back exactly what load_parameters took")
    for name, array in read.items():
        require(array.dtype == subject.dtype, f"parameters() gives {name} as {array.dtype}, not {subject.dtype}")


def check_copies(subject: Subject) -> None:
    """Neither what is given nor what is returned shares memory with the model."""
    model, given = subject.model(), _aligned(weights(subject.case.architecture, subject.dtype))
    model.load_parameters(given)
    for array in given.values():
        array += 1
    kept = weights(subject.case.architecture, subject.dtype)
    require_equal(model.parameters(), kept, "load_parameters must copy: changing the given arrays changed the model")
    first = model.parameters()
    _overwrite(first)
    require_equal(model.parameters(), kept, "parameters() must return copies: writing to them changed the model")
    before = model.parameters()
    untouched = {name: array.copy() for name, array in before.items()}
    _, gradients = model.loss_and_gradients(subject.batch)
    outputs = model.predict(subject.batch.inputs)
    held = {name: array.copy() for name, array in gradients.items()} | {"outputs": outputs.copy()}
    others = _three(subject)
    trained(model, others)
    model.loss_and_gradients(others[0])
    model.predict(others[0].inputs)
    require_equal(before, untouched, "parameters() must return copies: training changed what it had returned")
    require_equal(gradients | {"outputs": outputs}, held, "results must be copies: later calls changed them")


def _aligned(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Copies at addresses that a framework may use without a copy of its own, which otherwise is a matter of chance."""
    copies = {}
    for name, array in arrays.items():
        memory = np.empty(array.nbytes + ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % ALIGNMENT
        copies[name] = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        copies[name][...] = array
    return copies


def _overwrite(arrays: dict[str, Array]) -> None:
    for name, array in arrays.items():
        require(array.flags.writeable, f"parameters() must return ordinary arrays; {name} is read-only")
        array[...] = 7


def check_batch_untouched(subject: Subject) -> None:
    """The caller's batch stays as it was, read-only arrays are taken, and a plain tuple serves."""
    model, batch = subject.model(), subject.batch
    copy = Batch(batch.inputs.copy(), batch.targets.copy())
    for array in copy:
        array.flags.writeable = False
    for use in (model.train_step, model.loss_and_gradients, lambda b: model.train_epoch([b])):
        use(copy)
        use((batch.inputs, batch.targets))  # type: ignore[arg-type]  # a plain tuple serves, says the contract
    model.predict(copy.inputs)
    require_equal(
        {"inputs": batch.inputs, "targets": batch.targets},
        {"inputs": copy.inputs, "targets": copy.targets},
        "a call changed the caller's batch; work on copies",
    )


def check_determinism(subject: Subject) -> None:
    """The same seed gives the same training, dropout included; with dropout, another seed gives another."""
    case, batches = subject.case, _three(subject)

    def run(seed: int) -> Parameters:
        model = subject.build(case.architecture, case.training, subject.device, subject.dtype, seed)
        model.load_parameters(weights(case.architecture, subject.dtype))
        return trained(model, batches)

    first = run(subject.seed)
    require_equal(run(subject.seed), first, "two trainings from the same seed must end with the same parameters")
    if dropout_rate(case.architecture):
        other = run(OTHER_SEED)
        require(
            any(not np.array_equal(other[name], first[name]) for name in first),
            "another seed must draw other dropout masks",
        )


def check_fresh_start(subject: Subject) -> None:
    """`load_parameters` clears the optimizer's state and restarts the dropout generator."""
    batches = _three(subject)
    model = subject.new_model(subject.case.architecture, subject.case.training)
    first = trained(model, batches)
    model.load_parameters(weights(subject.case.architecture, subject.dtype))
    require_equal(
        trained(model, batches), first, "load_parameters must clear the optimizer's state and reseed the dropout"
    )


def check_resuming(subject: Subject) -> None:
    """Where it is offered: a training goes on in another model, built from another seed, as if never interrupted."""
    model, batches = subject.model(), _three(subject)
    if not isinstance(model, Resumes):
        return
    then = trained(model, batches)
    state = model.training_state()
    kept = {name: array.copy() for name, array in state.items()}
    expected = trained(model, batches)
    require_equal(state, kept, "training_state() must return copies: training changed what it had returned")

    case = subject.case
    other, foreign = (
        subject.build(case.architecture, training, subject.device, subject.dtype, OTHER_SEED)
        for training in (case.training, replace(case.training, learning_rate=case.training.learning_rate / 2))
    )
    assert isinstance(other, Resumes)
    assert isinstance(foreign, Resumes)
    trained(other, batches[:1])
    before = other.parameters()
    largest = max(state, key=lambda name: state[name].size)
    incomplete = {name: array for name, array in state.items() if name != largest}
    require_error(ParameterError, "the state of another recipe", lambda: other.resume(foreign.training_state()))
    require_error(ParameterError, f"a state without {largest}", lambda: other.resume(incomplete))
    require_equal(other.parameters(), before, "resume must change nothing when it refuses a state")

    given = _aligned(state)
    other.resume(given)
    for array in given.values():
        array.fill(0)
    require_equal(
        trained(other, batches), expected, "a resumed training must end as one that went on: optimizer, dropout and all"
    )

    name, parameter = next(iter(then.items()))
    other.resume(
        {key: np.full_like(array, np.nan) if _same(array, parameter) else array for key, array in state.items()}
    )
    require(bool(np.isnan(other.parameters()[name]).any()), "a training that has diverged is resumed as it is, too")


def _same(array: Array, other: Array) -> bool:
    return array.dtype == other.dtype and array.shape == other.shape and np.array_equal(array, other)


def check_no_change(subject: Subject) -> None:
    """`predict`, `loss_and_gradients` and writing, in every form, leave training as it would have been without them."""
    batches = _three(subject)
    expected = trained(subject.model(), batches)
    model = subject.model()
    start = model.parameters()

    def look() -> None:
        model.predict(subject.batch.inputs)
        model.predict(subject.batch.inputs, batch_size=REMAINDER)
        for masks in (None, "draw", subject.masks(BATCH_SIZE)):
            model.loss_and_gradients(subject.batch, masks)
        write_something(subject, model)

    look()
    require_equal(model.parameters(), start, "predict and loss_and_gradients must not change parameters or statistics")
    for batch in batches:
        look()
        model.train_step(batch)
    require_equal(
        model.parameters(),
        expected,
        "predict or loss_and_gradients leaves something behind (gradients, optimizer, generator) that changes training",
    )


def check_independent_models(subject: Subject) -> None:
    """Two models do not share weights, optimizer or generator."""
    batches = _three(subject)
    expected = trained(subject.model(), batches)
    case = subject.case
    ours, other = (subject.new_model(case.architecture, case.training) for _ in range(2))
    for batch in batches:
        ours.train_step(batch)
        other.train_step(subject.batch)
    require_equal(ours.parameters(), expected, "training another model of the same kind changed this one")


STATE_CHECKS = tuple(
    Check(name, run)
    for name, run in (
        ("description", check_description),
        ("starting weights", check_starting_weights),
        ("round trip", check_round_trip),
        ("copies", check_copies),
        ("batch untouched", check_batch_untouched),
        ("determinism", check_determinism),
        ("fresh start", check_fresh_start),
        ("resuming", check_resuming),
        ("no change by looking", check_no_change),
        ("independent models", check_independent_models),
    )
)
