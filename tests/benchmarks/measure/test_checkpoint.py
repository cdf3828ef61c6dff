"""A training that was interrupted anywhere ends as one that was not; whatever lies in its place does no harm."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.measure import checkpoint, cross_validation
from benchmarks.measure.checkpoint import Keeper
from benchmarks.measure.cross_validation import measure_accuracy
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult, EpochPoint, SplitResult
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.suites import Suite
from benchmarks.tasks import tasks
from benchmarks.tasks.preparation import prepare
from impls import Model, build

SUITE = Suite(name="x", tasks=("diabetes",), implementations=("numpy",), folds=2, max_epochs=4)
CELL = next(
    each.cell
    for each in plan(SUITE, {"diabetes": data_facts("diabetes")})
    if isinstance(each.cell, AccuracyCell) and not each.cell.is_baseline
)


class PulledPlugError(Exception):
    """The process is gone."""


@dataclass
class Interrupted(Keeper):
    """Keeps after every epoch, and pulls the plug after so many."""

    path: Path
    epochs_left: int

    def __post_init__(self) -> None:
        super().__init__(self.path, every_s=0.0)

    def keep(self, model: Model, curve: Sequence[EpochPoint]) -> None:
        super().keep(model, curve)
        self.epochs_left -= 1
        if self.epochs_left == 0:
            raise PulledPlugError


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(tasks()["diabetes"], 2, (0,), folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(prepared: Path) -> list[object]:
    return comparable(measure_accuracy(CELL, prepared))


def comparable(result: AccuracyResult) -> list[object]:
    """All of it but the seconds."""
    return [
        (split.seed, split.fold, split.metrics, [(each.epoch, each.train_loss, each.metrics) for each in split.curve])
        for split in result.splits
    ]


@pytest.mark.parametrize("epochs", range(1, 9))
def test_a_training_interrupted_after_any_epoch_ends_as_one_that_was_not(
    prepared: Path, undisturbed: list[object], tmp_path: Path, epochs: int
) -> None:
    path = tmp_path / "kept.npz"
    with pytest.raises(PulledPlugError):
        measure_accuracy(CELL, prepared, Interrupted(path, epochs))
    again = Keeper(path, every_s=60.0)
    assert (len(again.splits), again.epochs) == ((epochs - 1) // 4, epochs)
    assert comparable(measure_accuracy(CELL, prepared, again)) == undisturbed


def test_a_training_on_a_part_of_the_examples_goes_on_with_the_same_part(prepared: Path, tmp_path: Path) -> None:
    cell = CELL.model_copy(update={"train_examples": 60, "validation_share": 0.25, "training_metrics": True})
    path = tmp_path / "kept.npz"
    with pytest.raises(PulledPlugError):
        measure_accuracy(cell, prepared, Interrupted(path, 6))
    resumed, whole = measure_accuracy(cell, prepared, Keeper(path, 60.0)), measure_accuracy(cell, prepared)
    assert comparable(resumed) == comparable(whole)
    for one, other in zip(resumed.splits, whole.splits, strict=True):
        assert one.train_examples == 60
        assert one.validation_metrics == other.validation_metrics
        assert one.train_metrics == other.train_metrics
        assert len({str(one.metrics), str(one.validation_metrics), str(one.train_metrics)}) == 3


def test_a_training_interrupted_again_and_again_gets_there(
    prepared: Path, undisturbed: list[object], tmp_path: Path
) -> None:
    path = tmp_path / "kept.npz"
    for _ in range(7):
        with pytest.raises(PulledPlugError):
            measure_accuracy(CELL, prepared, Interrupted(path, 1))
    assert comparable(measure_accuracy(CELL, prepared, Keeper(path, 0.0))) == undisturbed


def test_what_is_done_is_not_done_again(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.npz"
    with pytest.raises(PulledPlugError):
        measure_accuracy(CELL, prepared, Interrupted(path, 7))
    epochs = 0

    def counting(*arguments: object) -> object:
        nonlocal epochs
        epochs += 1
        return batches(*arguments)  # type: ignore[arg-type]  # handed on

    batches = cross_validation.epoch_batches
    monkeypatch.setattr(cross_validation, "epoch_batches", counting)
    measure_accuracy(CELL, prepared, Keeper(path, 60.0))
    assert epochs == 1


def test_a_short_training_writes_nothing(prepared: Path, tmp_path: Path) -> None:
    measure_accuracy(CELL, prepared, Keeper(tmp_path / "kept.npz", every_s=60.0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["torn", "text", "empty", "another file", "no standing", "another network"])
def test_what_is_no_training_of_this_cell_is_reported_and_left(
    prepared: Path,
    undisturbed: list[object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: str,
) -> None:
    path = tmp_path / "kept.npz"
    with pytest.raises(PulledPlugError):
        measure_accuracy(CELL, prepared, Interrupted(path, 3))
    whole = path.read_bytes()
    with np.load(path) as kept:
        arrays = dict(kept)
    if damage == "torn":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        path.write_text("not a training")
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "another file":
        np.savez(path, allow_pickle=False, rows=np.arange(3))
    elif damage == "no standing":
        np.savez(path, allow_pickle=False, **arrays | {"standing": np.arange(3, dtype=np.uint8)})
    else:
        other = build(tasks()["diabetes"].recipes["mlp"].architecture, "numpy", dtype="float64").training_state()  # type: ignore[attr-defined]  # the NumPy model has it
        np.savez(path, allow_pickle=False, **arrays | {f"model:{name}": array for name, array in other.items()})
    assert comparable(measure_accuracy(CELL, prepared, Keeper(path, every_s=60.0))) == undisturbed
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(str(path))]
    assert len(lines) == 1
    assert "begins again" in lines[0]


def test_what_a_killed_process_was_writing_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".kept.npz.123").write_bytes(b"half of it")
    (tmp_path / ".other.npz.123").write_bytes(b"another cell's")
    Keeper(tmp_path / "kept.npz", every_s=60.0)
    assert [path.name for path in tmp_path.iterdir()] == [".other.npz.123"]


def test_a_full_disk_does_not_end_a_training(
    prepared: Path,
    undisturbed: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(checkpoint.np, "savez", full)
    result = measure_accuracy(CELL, prepared, Keeper(tmp_path / "kept.npz", every_s=0.0))
    assert comparable(result) == undisturbed
    assert "the training is not kept (No space left on device)" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_of_a_model_that_cannot_go_on_whole_splits_are_kept(
    prepared: Path, undisturbed: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "Resumes", SplitResult)  # which no model is
    path = tmp_path / "kept.npz"
    with pytest.raises(PulledPlugError):
        measure_accuracy(CELL, prepared, Interrupted(path, 6))
    again = Keeper(path, every_s=0.0)
    assert (len(again.splits), again.epochs) == (1, 4)
    assert comparable(measure_accuracy(CELL, prepared, again)) == undisturbed
