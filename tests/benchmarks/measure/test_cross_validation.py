"""Cross-validation in a worker: the splits it trains on, divergence, baselines."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.measure import cross_validation
from benchmarks.measure.cross_validation import DivergedError, measure_accuracy, split_seeds
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.networks import model_spec
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.suites import Suite
from benchmarks.tasks import tasks
from benchmarks.tasks.preparation import prepare

SUITE = Suite(name="x", tasks=("diabetes",), implementations=("numpy",), folds=3, repeats=2)


def cells() -> dict[str, AccuracyCell]:
    planned = plan(SUITE, {"diabetes": data_facts("diabetes")})
    return {each.cell.implementation: each.cell for each in planned if isinstance(each.cell, AccuracyCell)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(tasks()["diabetes"], 3, (0, 1), folder)
    return folder


def altered(cell: AccuracyCell, **training: object) -> AccuracyCell:
    """The cell with another training."""
    return cell.model_copy(update={"settings": {**cell.settings, "training": cell.settings["training"] | training}})


def test_every_fold_of_every_seed_is_trained_and_its_curve_kept(prepared: Path) -> None:
    result = measure_accuracy(cells()["numpy"], prepared)
    assert [(split.seed, split.fold) for split in result.splits] == [(s, f) for s in (0, 1) for f in range(3)]
    for seed in (0, 1):
        assert sum(split.test_examples for split in result.splits if split.seed == seed) == 442
    for split in result.splits:
        assert split.train_examples + split.test_examples == 442
        assert [point.epoch for point in split.curve] == list(range(1, cells()["numpy"].epochs + 1))
        assert split.curve[-1].metrics == split.metrics
        assert split.curve[0].train_loss > split.curve[-1].train_loss
        assert all(a.train_seconds < b.train_seconds for a, b in zip(split.curve, split.curve[1:], strict=False))


def test_the_same_cell_gives_the_same_metrics(prepared: Path) -> None:
    first, second = (measure_accuracy(cells()["numpy"], prepared).splits for _ in range(2))
    assert [split.metrics for split in first] == [split.metrics for split in second]


def test_each_split_has_its_own_start_and_order() -> None:
    seeds = {split_seeds(seed, fold) for seed in range(3) for fold in range(5)}
    assert len({weights for weights, _ in seeds} | {order for _, order in seeds}) == 30


def test_divergence_is_reported_with_its_place(prepared: Path) -> None:
    wild = altered(cells()["numpy"], optimizer="sgd", learning_rate=1e30)
    with (
        np.errstate(all="ignore"),
        pytest.raises(DivergedError, match=r"diverged: the loss became (nan|inf) in epoch \d+ \(seed 0, fold 0\)"),
    ):
        measure_accuracy(wild, prepared)


def test_figures_that_records_do_not_hold_are_divergence_too(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finite ones, as a loss of numbers in float64 can be: stored, they would break the first sum of squares."""
    monkeypatch.setattr(cross_validation, "evaluate", lambda *_: {"r2": -1e150})
    with pytest.raises(DivergedError, match=r"diverged: r2 on the held-out part is -1e\+150"):
        measure_accuracy(cells()["numpy"], prepared)
    model = type(model_spec(cells()["numpy"]).build("numpy"))
    monkeypatch.setattr(model, "train_epoch", lambda *_: 1e150)
    with pytest.raises(DivergedError, match=r"diverged: the loss became 1e\+150 in epoch 1"):
        measure_accuracy(cells()["numpy"], prepared)


def test_the_baseline_is_fitted_on_each_training_part(prepared: Path) -> None:
    result = measure_accuracy(cells()["scikit-learn"], prepared)
    assert len(result.splits) == 6
    assert result.parameters == 11
    assert all(0.2 < split.metrics["r2"] < 0.7 for split in result.splits)
    assert len({split.metrics["r2"] for split in result.splits}) == 6
