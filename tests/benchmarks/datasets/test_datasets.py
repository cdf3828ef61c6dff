"""The contract of a data set, put to every one there is; and each one's published figures."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import benchmarks.datasets
from benchmarks.datasets import Data, Dataset, DatasetError, adding_problem, copy_memory, dataset, datasets
from benchmarks.datasets.sources.ways import Generated
from tests.benchmarks.datasets.loaded import loaded

EVERY = pytest.mark.parametrize("each", datasets().values(), ids=datasets())

#: Examples of the rarest and of the commonest class.
CLASS_SIZES = {
    "adult": (7_841, 24_720),
    "arrow-head": (65, 81),
    "basic-motions": (20, 20),
    "breast-cancer": (212, 357),
    "gun-point": (100, 100),
    "italy-power-demand": (547, 549),
    "japanese-vowels": (54, 118),
    "osu-leaf": (38, 97),
    "digits": (174, 183),
    "fashion-mnist": (7_000, 7_000),
    "letter-recognition": (734, 813),
    "king-james-bible": (13, 2_461),
    "mnist-5k": (500, 500),
    "movie-reviews": (5_242, 5_326),
    "names": (17_147, 17_957),
    "reuters-r8": (51, 3_923),
    "wine": (48, 71),
}

#: Least and largest target.
TARGET_RANGES = {
    "covid-3-month": (0.0, 0.18181818181818182),
    "diabetes": (25.0, 346.0),
    "diamonds": (326.0, 18_823.0),
    "electricity-demand": (18_640.0, 38_777.0),
    "sunspots": (0.0, 190.2),
    "sunspots-monthly": (0.0, 253.8),
}

#: Data sets with figures of their own, in tests of their own.
ELSEWHERE = {"cmudict"} | {each.name for each in (*adding_problem.DATASETS, *copy_memory.DATASETS)}

INPUT_TYPES = {
    "images": {"uint8"},
    "table": {"float64", "category"},
    "text": {"StringDType()"},
    "tokens": {"int64"},
    "sequences": {"float64"},
    "series": {"float64"},
}


def load(each: Dataset) -> Data:
    """Its examples, read once for all tests."""
    if each.place() is None:
        pytest.skip(f"{each.name} is not on this machine; get it by {each.how_to_get()}")
    return loaded(each.name)


@EVERY
def test_it_describes_itself(each: Dataset) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", each.name)
    of_its_file = re.sub(r"-\d+$", "", each.name) if each.ways == (Generated(),) else each.name
    assert (Path(benchmarks.datasets.__file__).parent / f"{of_its_file.replace('-', '_')}.py").is_file()
    assert re.fullmatch("[0-9a-f]{64}", each.sha256)
    assert each.source.startswith("https://")
    assert each.licence
    assert re.search(r"\b(16|19|20)\d\d\b", each.citation)
    assert (each.size_bytes > 0) == (each.ways != (Generated(),))
    assert each.how_to_get()


@EVERY
def test_its_arrays_are_as_described(each: Dataset) -> None:
    data = load(each)
    assert (len(data.inputs), *data.inputs.shape[1:]) == (each.examples, *each.shape)
    assert data.test_examples == each.test_examples
    if isinstance(data.inputs, pd.DataFrame):
        assert not data.inputs.isna().to_numpy().any()
        assert {str(kind) for kind in data.inputs.dtypes} <= INPUT_TYPES[each.kind]
    else:
        assert {str(data.inputs.dtype)} <= INPUT_TYPES[each.kind]
    if data.classes:
        assert (str(data.targets.dtype), data.targets.shape) == ("int64", (each.examples,))
        assert np.array_equal(np.unique(data.targets), np.arange(len(data.classes)))
    elif each.kind in ("text", "tokens"):
        assert (data.targets.dtype, data.targets.shape) == (data.inputs.dtype, data.inputs.shape)
    else:
        assert (str(data.targets.dtype), data.targets.shape) == ("float64", (each.examples, 1))


@pytest.mark.parametrize("name", [each.name for each in datasets().values() if each.kind == "text"])
def test_its_texts_are_neither_empty_nor_broken_over_lines(name: str) -> None:
    for text in np.asarray(load(dataset(name)).inputs).tolist():
        assert text.strip() == text != ""
        assert "\n" not in text


@pytest.mark.parametrize("name", CLASS_SIZES)
def test_its_classes_are_as_published(name: str) -> None:
    sizes = Counter(load(dataset(name)).targets.tolist()).values()
    assert (min(sizes), max(sizes)) == CLASS_SIZES[name]


@pytest.mark.parametrize("name", TARGET_RANGES)
def test_its_targets_are_as_published(name: str) -> None:
    targets = load(dataset(name)).targets
    assert (targets.min(), targets.max()) == TARGET_RANGES[name]


def test_fashion_mnists_test_part_is_balanced() -> None:
    data = load(dataset("fashion-mnist"))
    assert set(Counter(data.targets[-data.test_examples :].tolist()).values()) == {1_000}


def test_the_figures_above_cover_every_data_set() -> None:
    assert datasets().keys() == CLASS_SIZES.keys() | TARGET_RANGES.keys() | ELSEWHERE


def test_a_file_that_is_added_is_discovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dropped_in.py").write_text(
        "from tests.benchmarks.datasets.samples import sample_dataset\nDATASET = sample_dataset()\n"
    )
    (tmp_path / "helper_of_it.py").write_text("ANSWER = 42\n")
    monkeypatch.setattr(benchmarks.datasets, "__path__", [*benchmarks.datasets.__path__, str(tmp_path)])
    assert datasets()["sample"].title == "Sample"
    assert dataset("sample").examples == 3


def test_an_unknown_name_is_reported() -> None:
    with pytest.raises(DatasetError, match="'iris' is unknown; there are adding-problem-10, adding-problem-100, "):
        dataset("iris")
