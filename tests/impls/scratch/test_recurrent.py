"""Recurrent layers against the textbook's, example by example, and against finite differences."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impls.protocol import Array
from impls.scratch.bidirectional import Directions, recurrent_layer
from impls.scratch.recurrent import RecurrentLayer, State
from impls.spec.recurrent_cells import CELLS as CELL_NAMES
from impls.spec.recurrent_cells import RecurrentCell
from impls.textbook.bidirectional import CELLS as TEXTBOOK_CELLS
from tests.impls.scratch.finite_differences import assert_gradients_agree, numerical_gradient

every_cell = pytest.mark.parametrize("cell", CELL_NAMES)
sizes = st.integers(1, 4)
seeds = st.integers(0, 10**6)


class Run(NamedTuple):
    """A layer, and what it is given."""

    layer: RecurrentLayer
    inputs: Array
    real: Array | None
    start: State | None

    def forward(self) -> tuple[Array, State]:
        return self.layer.forward(self.inputs, self.real, self.start)


def make(
    cell: RecurrentCell, seed: int, examples: int = 3, length: int = 4, inputs: int = 2, units: int = 3,
    reverse: bool = False, masked: bool = False, started: bool = False, every: bool = True,
) -> Run:  # fmt: skip
    generator = np.random.default_rng(seed)
    layer = recurrent_layer(cell, inputs, units, every, reverse, "float64")
    for array in layer.parameters.values():
        array[...] = generator.normal(size=array.shape)
    real = np.arange(length) < generator.integers(1, length + 1, (examples, 1)) if masked else None
    start = tuple(generator.normal(size=(examples, units)) for _ in range(layer.states)) if started else None
    return Run(layer, generator.normal(size=(examples, length, inputs)), real, start)


def by_definition(run: Run) -> tuple[Array, State]:
    """Outputs at every position, 0 at padding, and final states: the textbook's, of each example without padding."""
    layer, inputs, real, start = run
    outputs = np.zeros((*inputs.shape[:2], layer.units))
    finals = np.zeros((layer.states, len(inputs), layer.units))
    for example, x in enumerate(inputs):
        length = inputs.shape[1] if real is None else int(real[example].sum())
        textbook = TEXTBOOK_CELLS[layer.cell](reverse=layer.reverse)
        textbook.parameters = layer.parameters
        own_start = None if start is None else tuple(part[example : example + 1] for part in start)
        own, state = textbook.forward(x[np.newaxis, :length], np.ones((1, length), bool), own_start)
        outputs[example, :length] = own[0]
        finals[:, example] = np.concatenate(state)
    return outputs, tuple(finals)


@every_cell
@settings(max_examples=40, deadline=None)
@given(
    seed=seeds, examples=sizes, length=st.integers(1, 6), inputs=sizes, units=sizes, reverse=st.booleans(),
    masked=st.booleans(), started=st.booleans(),
)  # fmt: skip
def test_outputs_and_final_states_are_the_definition(
    cell: RecurrentCell, seed: int, examples: int, length: int, inputs: int, units: int, reverse: bool, masked: bool,
    started: bool,
) -> None:  # fmt: skip
    run = make(cell, seed, examples, length, inputs, units, reverse, masked, started)
    expected_outputs, expected_state = by_definition(run)
    outputs, state = run.forward()
    np.testing.assert_allclose(outputs, expected_outputs, rtol=1e-12, atol=1e-14)
    for part, expected in zip(state, expected_state, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-12, atol=1e-14)
    run.layer.every = False
    last, state_again = run.forward()
    np.testing.assert_array_equal(last, state[0])
    np.testing.assert_array_equal(state_again, state)


@every_cell
@settings(max_examples=12, deadline=None)
@given(seed=seeds, reverse=st.booleans(), masked=st.booleans(), started=st.booleans(), every=st.booleans())
def test_gradients_against_finite_differences(
    cell: RecurrentCell, seed: int, reverse: bool, masked: bool, started: bool, every: bool
) -> None:
    """Of <weights, outputs> + <weights, final state>, for inputs, start and parameters."""
    run = make(cell, seed, reverse=reverse, masked=masked, started=started, every=every)
    generator = np.random.default_rng(seed + 1)
    outputs, state = run.forward()
    weights = generator.normal(size=outputs.shape)
    final_weights = tuple(generator.normal(size=part.shape) for part in state)

    def loss() -> float:
        outputs, state = run.forward()
        return float(np.vdot(weights, outputs) + sum(map(np.vdot, final_weights, state)))

    loss()
    given_arrays = [run.inputs, weights, *final_weights, *(run.start or ())]
    copies = [array.copy() for array in given_arrays]
    inputs_gradient = run.layer.backward(weights, final_weights).copy()
    gradients = {kind: gradient.copy() for kind, gradient in run.layer.gradients.items()}
    start_gradient = [array.copy() for array in run.layer.start_gradient]
    for array, copy in zip(given_arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy, "the layer wrote into what it was given")
    assert_gradients_agree(inputs_gradient, numerical_gradient(loss, run.inputs), "inputs")
    for index, array in enumerate(run.start or ()):
        assert_gradients_agree(start_gradient[index], numerical_gradient(loss, array), f"start {index}")
    for kind, array in run.layer.parameters.items():
        assert_gradients_agree(gradients[kind], numerical_gradient(loss, array), kind)


@every_cell
@pytest.mark.parametrize("reverse", [False, True])
def test_values_at_padding_are_never_read(cell: RecurrentCell, reverse: bool) -> None:
    run = make(cell, 5, examples=6, length=5, reverse=reverse, masked=True)
    assert run.real is not None
    padding = ~run.real
    assert padding.any()
    outputs = run.forward()[0].copy()
    assert not outputs[padding].any()
    inputs_gradient = run.layer.backward(np.ones_like(outputs)).copy()
    assert not inputs_gradient[padding].any()
    gradients = {kind: gradient.copy() for kind, gradient in run.layer.gradients.items()}
    run.inputs[padding] = np.nan
    np.testing.assert_array_equal(run.forward()[0], outputs)
    upper = np.where(padding[:, :, np.newaxis], np.nan, np.ones_like(outputs))
    np.testing.assert_array_equal(run.layer.backward(upper), inputs_gradient)
    for kind, gradient in gradients.items():
        np.testing.assert_array_equal(run.layer.gradients[kind], gradient)


@every_cell
@pytest.mark.parametrize("masked", [False, True])
def test_after_batches_of_other_sizes(cell: RecurrentCell, masked: bool) -> None:
    """Neither states nor buffers of a larger batch are carried over."""
    used = make(cell, 0).layer
    for examples, length in [(6, 5), (2, 3), (6, 5), (1, 1), (3, 7)]:
        other = make(cell, examples, examples, length, masked=masked)
        other.layer.parameters.update(used.parameters)
        run = other._replace(layer=used)
        outputs, _ = run.forward()
        np.testing.assert_array_equal(outputs, other.forward()[0])
        np.testing.assert_array_equal(
            used.backward(np.ones(outputs.shape)), other.layer.backward(np.ones(outputs.shape))
        )
        for kind, gradient in other.layer.gradients.items():
            np.testing.assert_array_equal(used.gradients[kind], gradient)


@every_cell
def test_a_sequence_in_two_parts_is_the_sequence(cell: RecurrentCell) -> None:
    """State in and state out: what decoders live on."""
    run = make(cell, 2, length=6)
    whole = run.forward()[0].copy()
    outputs, state = run.layer.forward(run.inputs[:, :2], start=run.layer.initial_state(3))
    first = outputs.copy()
    second, _ = run.layer.forward(run.inputs[:, 2:], start=state)
    np.testing.assert_allclose(np.concatenate((first, second), axis=1), whole, rtol=1e-12, atol=1e-14)


@every_cell
@pytest.mark.parametrize("masked", [False, True])
def test_gradient_norms_are_of_all_that_reaches_a_state(cell: RecurrentCell, masked: bool) -> None:
    """h after step t is what a second run over the later steps starts from."""
    run = make(cell, 3, examples=4, length=5, masked=masked)
    lengths = np.full(4, 5) if run.real is None else run.real.sum(axis=1)
    weights = np.random.default_rng(0).normal(size=run.forward()[0].shape)
    run.layer.watch_gradients = True
    run.layer.backward(weights)
    norms = run.layer.gradient_norms
    run.layer.watch_gradients = False
    for example, length in enumerate(lengths):
        row = slice(example, example + 1)
        for step in range(length - 1):
            _, state = run.layer.forward(run.inputs[row, : step + 1])
            run.layer.forward(run.inputs[row, step + 1 : length], start=state)
            run.layer.backward(weights[row, step + 1 : length])
            reaching = run.layer.start_gradient[0][0] + weights[example, step]
            assert norms[example, step] == pytest.approx(np.linalg.norm(reaching), rel=1e-10)
        assert norms[example, length - 1] == pytest.approx(np.linalg.norm(weights[example, length - 1]), rel=1e-12)
        assert np.isnan(norms[example, length:]).all()


@every_cell
def test_both_directions_side_by_side(cell: RecurrentCell) -> None:
    ahead, back = (recurrent_layer(cell, 2, 3, reverse=reverse, dtype="float64") for reverse in (False, True))
    both = Directions([ahead, back])
    generator = np.random.default_rng(1)
    for layer in (ahead, back):
        for array in layer.parameters.values():
            array[...] = generator.normal(size=array.shape)
    inputs, real = generator.normal(size=(3, 4, 2)), np.arange(4) < np.array([[4], [2], [3]])
    outputs, state = both.forward(inputs, real)
    for layer, columns in ((ahead, slice(3)), (back, slice(3, 6))):
        own_outputs, own_state = layer.forward(inputs, real)
        np.testing.assert_array_equal(outputs[:, :, columns], own_outputs)
        for part, own_part in zip(state, own_state, strict=True):
            np.testing.assert_array_equal(part[:, columns], own_part)
    weights = generator.normal(size=outputs.shape)
    final_weights = tuple(generator.normal(size=part.shape) for part in state)

    def loss() -> float:
        outputs, state = both.forward(inputs, real)
        return float(np.vdot(weights, outputs) + sum(map(np.vdot, final_weights, state)))

    loss()
    inputs_gradient = both.backward(weights, final_weights).copy()
    assert_gradients_agree(inputs_gradient, numerical_gradient(loss, inputs), "inputs")


@every_cell
def test_float32_stays_float32(cell: RecurrentCell) -> None:
    layer = recurrent_layer(cell, 2, 3)
    outputs, state = layer.forward(np.ones((2, 4, 2), np.float32), np.arange(4) < np.array([[4], [1]]))
    assert outputs.dtype == layer.backward(outputs).dtype == state[0].dtype == np.float32


@every_cell
@pytest.mark.filterwarnings("error")
def test_saturated_gates_do_not_overflow(cell: RecurrentCell) -> None:
    run = make(cell, 4)
    for array in run.layer.parameters.values():
        array *= 1e4
    outputs, _ = run.forward()
    assert np.isfinite(outputs).all()
    assert np.isfinite(run.layer.backward(np.ones_like(outputs))).all()
