"""Trainings of sequence networks in a worker, on made data: what is stored of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.datasets import Data
from benchmarks.measure import cross_validation, inspection
from benchmarks.measure.cross_validation import measure_accuracy
from benchmarks.records import networks
from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from benchmarks.tasks import Recipe, Task, preparation
from benchmarks.tasks.baselines.counting import NGrams
from benchmarks.tasks.encodings.pronunciations import Pronunciations
from benchmarks.tasks.encodings.texts import TextWindows
from benchmarks.tasks.preparation import prepare
from impls import Architecture, Training
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from tests.benchmarks.fake_networks import FakeModel
from tests.benchmarks.tasks.samples import Made, made_task

WORDS = np.array(["ab", "ba", "aab", "bb", "abb", "bab", "a", "b"])
SPOKEN = np.array(["a b", "b a | b", "a a b", "b b", "a b b", "b a b", "a", "b"])


def task_of(kind: Any) -> tuple[Task, Made]:
    if kind == "language model":
        network: Architecture = Recurrent(length=4, tokens=7, embedding=2, units=(2,), pooling=None, outputs=7)
        made = Made(Data(WORDS, np.zeros(8, np.int64), test_examples=3))
        changes: dict[str, Any] = {"encoding": TextWindows(4, 7), "prompt": "a", "metrics": ("bits_per_character",)}
    else:
        network = Seq2Seq(3, 6, 4, 6, embedding=2, units=2)
        made = Made(Data(WORDS, SPOKEN, test_examples=3))
        changes = {"encoding": Pronunciations(3, 4, 6, 6), "metrics": ("word_error_rate",)}
    recipes = {"small": Recipe(network, Training(), batch_size=2, epochs=2)}
    baselines = {"2-gram": NGrams(2)}
    return made_task(kind=kind, recipes=recipes, baselines=baselines, preprocessing=None, **changes), made


def trained(kind: Any, label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AccuracyResult:
    task, made = task_of(kind)
    monkeypatch.setattr(preparation, "dataset", lambda _: made.dataset())
    monkeypatch.setattr(cross_validation, "find_task", lambda _: task)
    monkeypatch.setattr(networks, "build", lambda architecture, *_: FakeModel(architecture))
    monkeypatch.setattr(inspection, "build", lambda architecture, *_, **__: FakeModel(architecture))
    prepare(task, 1, (0, 1), tmp_path)
    network = task.recipes["small"].architecture
    settings = {"network": network.name, "architecture": asdict(network), "training": asdict(Training())}
    cell = AccuracyCell(
        task=task.name,
        architecture=label,
        settings=settings,
        implementation="numpy",
        device="cpu",
        dtype="float32",
        threads=1,
        folds=1,
        seeds=(0, 1),
        epochs=2 if label == "small" else 0,
        batch_size=2,
    )
    return measure_accuracy(cell, tmp_path)


def test_a_language_model_is_measured_and_writes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = trained("language model", "small", tmp_path, monkeypatch).splits
    assert len(first.samples) == 3
    assert second.samples == ()
    assert all(point.evaluated is None for point in first.curve)
    assert first.metrics["bits_per_character"] > 0


def test_an_n_gram_model_is_measured_as_networks_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = trained("language model", "2-gram", tmp_path, monkeypatch)
    assert result.parameters is not None
    assert all(0 < split.metrics["bits_per_character"] < 4 for split in result.splits)
    assert result.splits[0].curve == ()


def test_of_long_decodings_all_are_looked_at_only_after_the_last_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_validation, "EVALUATED_SEQUENCES", 2)
    first, _ = trained("transduction", "small", tmp_path, monkeypatch).splits
    assert [point.evaluated for point in first.curve] == [2, None]
    assert first.metrics == first.curve[-1].metrics
    assert [word.source for word in first.decoded] == ["bab", "a", "b"]
    assert first.test_examples == 3


def test_few_sequences_are_all_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = trained("transduction", "small", tmp_path, monkeypatch).splits
    assert [point.evaluated for point in first.curve] == [None, None]
    assert second.decoded == ()
