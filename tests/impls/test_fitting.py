"""Training over epochs: batches, validation, early stopping, the bar."""

import io

import numpy as np
import pytest
import rich
from rich.console import Console

from impls import Batch, Training, build
from impls.errors import TrainingError
from impls.fitting import History, fit, shuffled_batches
from impls.mlp import MLP

INPUTS = np.random.default_rng(0).standard_normal((50, 3)).astype("float32")
TARGETS = (INPUTS @ np.array([[1.0], [-2.0], [0.5]], "float32")).astype("float32")
REGRESSION = Training("adam", 0.02, loss="mean_squared_error")


def network(training=REGRESSION):
    return build(MLP(inputs=3, hidden=(8,), outputs=1), "numpy", training, seed=1)


def test_an_epoch_sees_each_example_once_in_an_order_of_the_seed():
    batches = shuffled_batches(INPUTS, TARGETS, 16, np.random.default_rng(3))
    assert [len(batch.inputs) for batch in batches] == [16, 16, 16, 2]
    seen = np.concatenate([batch.inputs for batch in batches])
    assert not np.array_equal(seen, INPUTS)
    order = np.random.default_rng(3).permutation(50)
    assert np.array_equal(seen, INPUTS[order])
    assert np.array_equal(np.concatenate([batch.targets for batch in batches]), TARGETS[order])


def test_a_fit_is_its_epochs_one_by_one():
    fitted, stepped = network(), network()
    history = fit(fitted, INPUTS, TARGETS, epochs=3, batch_size=16, seed=5)
    generator = np.random.default_rng(5)
    losses = [stepped.train_epoch(shuffled_batches(INPUTS, TARGETS, 16, generator)) for _ in range(3)]
    assert history.losses == losses
    assert (history.best_epoch, history.scores, history.stopped_early) == (3, [], False)
    for name, array in fitted.parameters().items():
        assert np.array_equal(array, stepped.parameters()[name])


def test_without_a_score_the_validation_part_is_scored_by_its_loss():
    model = network()
    history = fit(model, INPUTS[:40], TARGETS[:40], epochs=2, validation=(INPUTS[40:], TARGETS[40:]))
    last = float(np.mean((model.predict(INPUTS[40:]) - TARGETS[40:]) ** 2))
    assert history.scores[-1] == pytest.approx(-last, rel=1e-6)


def scored(scores, **settings):
    """A fit of at most eight epochs whose validation scores are these, and the parameters after each epoch."""
    model, given, after = network(), iter(scores), []
    history = fit(
        model, INPUTS, TARGETS, epochs=8, validation=(INPUTS, TARGETS), score=lambda outputs, targets: next(given),
        report=lambda history: after.append(model.parameters()), **settings,
    )  # fmt: skip
    return model, history, after


@pytest.mark.parametrize(
    ("scores", "tolerance", "best", "epochs", "stopped"),
    [
        ([1, 3, 2, 2, 9, 9, 9, 9], 0.0, 2, 4, True),  # two without improvement end it
        ([1, 3, 2, 4, 2, 5, 2, 2], 0.0, 6, 8, False),  # an improvement begins the count anew
        ([1, 1.05, 1.09, 9, 9, 9, 9, 9], 0.1, 1, 3, True),  # too small to count
        ([-9, -8, -7, -6, -5, -4, -3, -2], 0.1, 8, 8, False),  # scores below 0 too
    ],
)
def test_the_best_epochs_parameters_are_kept(scores, tolerance, best, epochs, stopped):
    model, history, after = scored(scores, patience=2, tolerance=tolerance)
    assert (history.best_epoch, len(history.losses), history.stopped_early) == (best, epochs, stopped)
    for name, array in model.parameters().items():
        assert np.array_equal(array, after[best - 1][name])


def test_scores_may_be_infinite_but_not_nan():
    _, history, _ = scored([-np.inf, -np.inf, -np.inf], patience=2)
    assert (history.best_epoch, history.stopped_early) == (1, True)
    with pytest.raises(TrainingError, match="the validation score is nan in epoch 2: its part has too few examples"):
        scored([1.0, np.nan], patience=2)


def test_without_patience_the_last_epoch_counts():
    _, history, _ = scored([9, 8, 7, 6, 5, 4, 3, 2])
    assert (history.best_epoch, len(history.losses)) == (8, 8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs=0 is not possible; give a whole number of 1 or more"),
        ({"batch_size": 2.5}, "batch_size=2.5 is not possible"),
        ({"epochs": True}, "epochs=True is not possible"),
        ({"patience": 0, "validation": (INPUTS, TARGETS)}, "patience=0 is not possible"),
        ({"patience": 3}, "patience needs a validation part"),
    ],
)
def test_wrong_arguments_are_one_line(settings, message):
    with pytest.raises(TrainingError, match=message):
        fit(network(), INPUTS, TARGETS, **settings)


def test_as_many_targets_as_inputs_are_wanted():
    with pytest.raises(TrainingError, match="50 inputs and 49 targets"):
        fit(network(), INPUTS, TARGETS[1:])


def test_a_divergence_names_the_epoch():
    with pytest.raises(TrainingError, match=r"the loss became (inf|nan) in epoch \d+: .* smaller learning_rate"):
        fit(network(Training("sgd", 1e4, loss="mean_squared_error")), INPUTS, TARGETS, epochs=50)


@pytest.mark.parametrize("validation", [None, (INPUTS, TARGETS)])
def test_the_bar_shows_epoch_loss_and_score(monkeypatch, validation):
    out = io.StringIO()
    console = Console(file=out, width=100)  # as where output goes to a file: the last state alone
    monkeypatch.setattr(rich, "get_console", lambda: console)
    history = fit(network(), INPUTS, TARGETS, epochs=3, validation=validation, progress=True)
    (last,) = out.getvalue().splitlines()
    assert "3/3" in last
    assert f"loss {history.losses[-1]:.4g}" in last
    assert ("validation" in last) == (validation is not None)


def test_classes_are_trained_on_as_batches_are():
    model = build(MLP(inputs=3, hidden=(8,), outputs=2), "numpy", Training("adam", 0.02))
    classes = (TARGETS[:, 0] > 0).astype(np.int64)
    history: History = fit(model, INPUTS, classes, epochs=60, batch_size=10, validation=(INPUTS, classes))
    assert (model.predict(INPUTS).argmax(axis=1) == classes).mean() > 0.9
    assert history.scores[-1] > history.scores[0]
    assert model.train_step(Batch(INPUTS, classes)) < history.losses[0]
