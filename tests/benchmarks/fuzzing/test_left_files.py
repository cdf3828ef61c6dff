"""Hostile files among those from which commands go on: kept trainings, accounts of time, verdicts of versions."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measure.checkpoint import Keeper
from benchmarks.records.results import EpochPoint, SplitResult
from benchmarks.records.store import RunFolderError
from benchmarks.records.wall_time import WALL_TIME, WallTime, read_wall_time
from impls import Batch, Training, build
from impls.mlp import MLP
from report.comparing.stored_verdicts import INDEX, read_verdicts, write_index
from tests.benchmarks.fuzzing.inputs import answered, changed_json, fuzzed, plausible, torn
from tests.benchmarks.fuzzing.test_gates import VERDICTS

MODEL = build(MLP(inputs=2, hidden=(3,), outputs=2), "numpy", Training("adam"))
MODEL.train_step(Batch(np.eye(2), np.arange(2)))
CURVE = [EpochPoint(epoch=1, train_loss=0.5, metrics={"accuracy": 0.5}, train_seconds=0.1)]
SPLIT = SplitResult(seed=0, fold=0, train_examples=2, test_examples=2, metrics={"accuracy": 0.5}, curve=tuple(CURVE))


@pytest.fixture(scope="module")
def kept(folder: Path) -> bytes:
    """A training's file as a run leaves it."""
    keeper = Keeper(folder / "whole.npz", every_s=0.0)
    keeper.finish(SPLIT)
    keeper.keep(MODEL, CURVE)
    return (folder / "whole.npz").read_bytes()


@fuzzed()
@given(data=st.data())
def test_kept_trainings(folder: Path, kept: bytes, data: st.DataObject) -> None:
    """One that is damaged begins again, or goes on: it never ends the cell."""
    path = folder / "kept.npz"
    path.write_bytes(data.draw(torn(kept)))
    with contextlib.redirect_stdout(io.StringIO()):
        answered(lambda: Keeper(path, every_s=60.0).resume(MODEL))


TIMES = [WallTime(training=3.0, report=1.0).model_dump_json()]


@fuzzed()
@given(content=plausible(TIMES) | changed_json(TIMES))
def test_accounts_of_time(folder: Path, content: bytes) -> None:
    (folder / WALL_TIME).write_bytes(content)

    def read() -> None:
        if (time := read_wall_time(folder)) is not None:
            assert (time + time).sentence().isprintable()

    answered(read)


INDICES = ['{"schema_version": 1, "folders": ["one", "two"]}']


@fuzzed()
@given(index=plausible(INDICES) | changed_json(INDICES), verdict=plausible(VERDICTS) | changed_json(VERDICTS))
def test_verdicts_of_versions(folder: Path, index: bytes, verdict: bytes) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "verdict.json").write_bytes(verdict)
    (folder / INDEX).write_bytes(index)
    answered(lambda: read_verdicts(folder))


@pytest.mark.parametrize("name", ["a\x00b", "\udcff", "x" * 300])
def test_an_index_names_what_no_folder_can_be_called(folder: Path, name: str) -> None:
    write_index(folder, [name])
    with pytest.raises(RunFolderError, match="is missing or no verdict"):
        read_verdicts(folder)
