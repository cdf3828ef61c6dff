"""The ledger of differences: measured in two processes; defaults depart, and aligned they agree."""

import ast
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from benchmarks.certificates import defaults
from benchmarks.certificates.defaults.items import ITEMS, Item
from benchmarks.certificates.defaults.ledger import (
    IMPLEMENTATIONS,
    compare_item,
    depart,
    print_ledger,
    take_ledger,
    write_ledger,
)

ITEM = Item("thing", "one way", "another", "so")


FOLDER = Path(defaults.__file__).parent


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """As both frameworks give them, in half a minute: for nightly tests."""
    return take_ledger(tmp_path_factory.mktemp("ledger"))


@pytest.mark.nightly
def test_every_item_is_measured(entries):
    assert [entry.item for entry in entries] == [item.name for item in ITEMS]


@pytest.mark.nightly
@pytest.mark.parametrize("name", [item.name for item in ITEMS])
def test_defaults_depart_and_aligned_frameworks_agree(entries, name):
    (entry,) = (entry for entry in entries if entry.item == name)
    assert entry.aligned_passed, entry
    assert entry.departure > entry.aligned_bound, entry


def experiments_of(framework):
    """Names of the experiments, read without importing the framework."""
    for subject in ("layers", "optimizers"):
        for node in ast.parse((FOLDER / f"{framework}_{subject}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
                yield from (key.value for key in node.value.keys)


@pytest.mark.parametrize("framework", IMPLEMENTATIONS)
def test_every_item_has_its_experiment_in_each_framework(framework):
    assert sorted(experiments_of(framework)) == sorted(item.name for item in ITEMS)


def test_table_is_written_and_printed(tmp_path):
    sides = [{f"{mode}/{item.name}": np.arange(3.0) for mode in ("default", "aligned") for item in ITEMS} for _ in "ab"]
    entries = [compare_item(item, *sides) for item in ITEMS]
    write_ledger(tmp_path, entries)
    frame = pd.read_csv(tmp_path / "tables" / "defaults.csv")
    assert list(frame["item"]) == [item.name for item in ITEMS]
    assert len((tmp_path / "defaults.jsonl").read_text().splitlines()) == len(ITEMS)
    assert json.loads((tmp_path / "defaults.jsonl").read_text().splitlines()[0])["item"] == ITEMS[0].name
    printed = io.StringIO()
    print_ledger(Console(file=printed, width=160), entries)
    assert all(text in printed.getvalue() for text in ("What the defaults cost", "Adagrad", "aligned"))


@pytest.mark.parametrize(
    ("measure", "ours", "theirs", "expected"),
    [
        ("largest", [1.0, 2.0], [1.0, 4.0], 0.5),
        ("largest", [3.0, 2.0], [0.0, 0.0], 1.0),
        ("path", [3.0, 4.0], [0.0, 4.0], 0.75),
        ("spread", [-2.0, 2.0], [-1.0, 1.0], 1.0),
        ("units", [1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], 0.25),
    ],
)
def test_measures(measure, ours, theirs, expected):
    assert depart(measure, np.array(ours), np.array(theirs)) == pytest.approx(expected)


def test_alignment_that_does_not_align_is_reported():
    sides = {"default/thing": np.ones(3), "aligned/thing": np.ones(3)}
    off = {"default/thing": np.zeros(3), "aligned/thing": np.full(3, 1.001)}
    entry = compare_item(ITEM, sides, off)
    assert not entry.aligned_passed
    assert entry.aligned_departure == pytest.approx(1e-3, rel=1e-2)
