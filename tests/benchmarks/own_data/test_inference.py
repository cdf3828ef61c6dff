"""What is inferred of a table: the roles of its columns, the problem, and what is said about both."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.own_data.definition import MISSING, OTHER, Column
from benchmarks.own_data.encoding import table_encoder
from benchmarks.own_data.errors import OwnDataError
from benchmarks.own_data.inference import LARGE, Inferred, infer
from benchmarks.own_data.loading import parse
from benchmarks.own_data.task import dataset_and_task, perceptron
from tests.benchmarks.own_data.tables import TABLES

ROWS = 60


def inferred(folder: Path, columns: dict[str, object], target: object = None, **options) -> Inferred:
    """The table of these columns and a target of two classes, written as CSV and read again."""
    frame = pd.DataFrame(columns)
    frame["target"] = ["yes", "no"] * (len(frame) // 2) if target is None else target
    frame.to_csv(folder / "t.csv", index=False)
    return infer(folder / "t.csv", "target", **options)


def column(folder: Path, values: object, name: str = "c", **options) -> Column:
    described = inferred(folder, {name: values, "other": np.arange(ROWS) % 7}, **options).definition.columns
    return next(each for each in described if each.name == name)


def test_numbers_whole_and_not_with_gaps(tmp_path: Path) -> None:
    assert column(tmp_path, np.arange(ROWS) % 9) == Column(name="c", role="number")
    values = np.linspace(0, 1, ROWS)
    values[[3, 7]] = np.nan
    assert column(tmp_path, values) == Column(name="c", role="number", missing=True, remark="2 missing")


@pytest.mark.parametrize("ending", ["parquet", "npz"])
def test_numbers_that_a_file_holds_as_text_are_numbers(ending: str, tmp_path: Path) -> None:
    columns = {"c": [str(number % 9) for number in range(ROWS)], "target": ["yes", "no"] * 30}
    path = tmp_path / f"t.{ending}"
    if ending == "parquet":
        columns["c"][4] = None
        pd.DataFrame(columns).to_parquet(path)
    else:
        np.savez(path, **{name: np.array(values) for name, values in columns.items()})
    definition = infer(path, "target").definition
    assert definition.columns[0].role == "number"
    data = parse(definition, {path.name: path.read_bytes()})
    assert data.inputs["c"].tolist()[-3:] == [3.0, 4.0, 5.0]


def test_whole_numbers_of_many_digits_are_numbers(tmp_path: Path) -> None:
    assert column(tmp_path, [f"{number % 9}{'0' * 30}" for number in range(ROWS)]).role == "number"


def test_what_gives_the_target_away_is_pointed_out(tmp_path: Path) -> None:
    warning = "says what the target says: give --column c=skip unless it is known beforehand"
    assert column(tmp_path, [7, 3] * 30).remark == warning
    assert column(tmp_path, [7, 3, 3] * 20).remark == ""
    price = np.linspace(0, 1, ROWS)
    of_a_number = inferred(tmp_path, {"c": price, "other": price[::-1]}, price).definition.columns
    assert [each.remark for each in of_a_number] == [warning, ""]


def test_categories_of_text_and_of_booleans(tmp_path: Path) -> None:
    assert column(tmp_path, ["b", " a"] * 30).categories == ("a", "b")
    assert column(tmp_path, [True, False] * 30).categories == ("False", "True")
    assert column(tmp_path, ["a", None, "b"] * 20).categories == ("a", "b", MISSING)
    assert column(tmp_path, ["a", None, MISSING] * 20).categories == (MISSING, "a")


def test_rare_categories_share_an_input(tmp_path: Path) -> None:
    values = [f"k{number:03}" for number in range(70)] * 4
    described = inferred(tmp_path, {"c": [*values, *(["k000"] * 20)]}).definition.columns[0]
    assert described.width == 51
    assert described.categories[-1] == OTHER
    assert described.remark == "20 rare categories share an input"


@pytest.mark.parametrize(
    ("values", "date_format"),
    [
        (pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d"), "%Y-%m-%d"),
        (pd.date_range("2024-01-01", periods=ROWS).strftime("%d.%m.%Y"), "%d.%m.%Y"),
        (pd.date_range("2024-01-01", periods=ROWS).strftime("%d/%m/%Y"), "%d/%m/%Y"),
        (pd.date_range("2024-01-01", periods=ROWS).strftime("%m/%d/%Y"), "%m/%d/%Y"),
        (pd.date_range("2024-01-01", periods=ROWS, freq="h").strftime("%Y-%m-%dT%H:%M:%S+01:00"), "ISO8601"),
    ],
)
def test_dates_as_people_write_them(values: object, date_format: str, tmp_path: Path) -> None:
    described = column(tmp_path, values)
    assert (described.role, described.date_format, described.width) == ("date", date_format, 3)


def test_what_cannot_be_learned_from_is_left_out_and_said(tmp_path: Path) -> None:
    for values, name, reason in (
        (np.arange(ROWS) + 100, "c", "numbers the rows"),
        (np.random.default_rng(0).permutation(ROWS) * 7, "customer_id", "numbers the rows"),
        (["same"] * ROWS, "c", "all its values are the same"),
        ([None] * ROWS, "c", "it is empty"),
        ([f"note number {number}" for number in range(ROWS)], "c", "names or free text"),
    ):
        described = column(tmp_path, values, name)
        assert described.role == "skip"
        assert reason in described.remark
    # Whole numbers that all differ but have gaps are a measurement.
    assert column(tmp_path, np.arange(ROWS) ** 2).role == "number"


def test_the_user_says_otherwise(tmp_path: Path) -> None:
    assert column(tmp_path, np.arange(ROWS), roles={"c": "number"}).role == "number"
    assert column(tmp_path, np.arange(ROWS) % 3, roles={"c": "category"}).categories == ("0", "1", "2")
    assert column(tmp_path, np.arange(ROWS) % 3, roles={"c": "skip"}).role == "skip"
    with pytest.raises(OwnDataError, match=r"column 'c': 30 of its values are no numbers \('b' in row 2\)"):
        column(tmp_path, ["1", "b"] * 30, roles={"c": "number"})
    with pytest.raises(OwnDataError, match=r"column 'c': holds numbers, no dates; give --column c=number"):
        column(tmp_path, np.arange(ROWS), roles={"c": "date"})


@pytest.mark.parametrize(
    ("target", "problem", "classes"),
    [
        (np.arange(ROWS) % 3 + 1, "classification", ("1", "2", "3")),
        (np.arange(ROWS) % 10 * 5, "classification", tuple(str(5 * number) for number in range(10))),
        (np.arange(ROWS) % 26, "classification", tuple(map(str, range(26)))),
        (np.arange(ROWS) % 20 * 3, "regression", ()),
        (np.linspace(0, 1, ROWS), "regression", ()),
        ([True, False] * 30, "classification", ("False", "True")),
        (["b", "a", "b"] * 20, "classification", ("a", "b")),
    ],
)
def test_the_problem_follows_from_the_target(
    target: object, problem: str, classes: tuple[str, ...], tmp_path: Path
) -> None:
    definition = inferred(tmp_path, {"c": np.arange(ROWS) % 7}, target).definition
    assert (definition.problem, definition.classes) == (problem, classes)


def test_a_target_with_an_infinite_value_has_classes_of_fractions(tmp_path: Path) -> None:
    definition = inferred(tmp_path, {"c": np.arange(ROWS) % 7}, [1.0, np.inf] * 30, problem="classification").definition
    assert definition.classes == ("1.0", "inf")


def test_decimal_numbers_are_numbers_as_a_target_and_as_a_column(tmp_path: Path) -> None:
    numbers: list[Decimal | None] = [Decimal(number) / 8 for number in range(ROWS)]
    path = tmp_path / "t.parquet"
    pd.DataFrame({"c": [None, *numbers[1:]], "price": numbers}).to_parquet(path)
    definition = infer(path, "price").definition
    assert (definition.problem, definition.columns[0].role, definition.columns[0].missing) == (
        "regression",
        "number",
        True,
    )
    dataset, _ = dataset_and_task(definition, path)
    assert dataset.load().targets[5, 0] == 0.625


@pytest.mark.parametrize(
    "names", ["country,2019,2020,2021,label", "country,2010,2015,2025,label", ",0,1,2,label", "country,1,2,3,label"]
)
def test_names_of_columns_may_be_years_or_numbers_in_order(names: str, tmp_path: Path) -> None:
    rows = [f"c{number % 9},{number / 7},{number * 2},{number % 11},{'ab'[number % 2]}" for number in range(ROWS)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([names, *rows]))
    definition = infer(path, "label").definition
    assert definition.examples == ROWS
    assert [each.name for each in definition.columns] == [name or "column 1" for name in names.split(",")[:-1]]


@pytest.mark.parametrize("first", ["3,1,2,x", "5.1,3.5,1.4,x", "2019,2018,2020,x", "1,2,b,x", "2019,a,b,x"])
def test_numbers_of_a_first_row_are_no_names(first: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join([first, *["4,5,6,y", "7,8,9,x"] * 30]))
    with pytest.raises(OwnDataError, match="no column names; add a line of names"):
        infer(path, "x")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"data": np.ones((60, 2)), "0": np.ones(60)}, "2 columns are called '0'"),
        ({"X": np.ones((60, 2)), "X_1": np.ones(60)}, "2 columns are called 'X_1'"),
        ({"t": np.ones(60, [("x", "f8")]), "x": np.ones(60)}, "2 columns are called 'x'"),
        ({"t": np.ones(60, [("x", "f8", 3)])}, "field 'x' holds arrays, no single values"),
        ({"t": np.ones((6, 2), [("x", "f8")])}, "array 't' has 2 axes"),
        ({"t": np.array(3)}, "array 't' has 0 axes"),
    ],
)
def test_arrays_that_clash_or_are_no_columns_are_refused(
    arrays: dict[str, np.ndarray], message: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "t.npz", **arrays)
    with pytest.raises(OwnDataError, match=message):
        infer(tmp_path / "t.npz", "x")


def test_a_target_of_dates_is_refused(tmp_path: Path) -> None:
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(number) for number in range(ROWS)]
    pd.DataFrame({"c": np.arange(ROWS) % 7, "day": days}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(OwnDataError, match="target 'day' holds dates"):
        infer(tmp_path / "t.parquet", "day")


def test_rows_without_a_target_are_left_out(tmp_path: Path) -> None:
    result = inferred(tmp_path, {"c": np.arange(ROWS) % 7}, [1.0, 2.0, None] * 20)
    assert (result.left_out, result.definition.examples) == (20, 40)
    assert result.definition.classes == ("1", "2")
    assert result.rarest == ("1", 20)


def test_a_large_table_has_a_part_held_out_unless_folds_are_asked_for(tmp_path: Path) -> None:
    columns = {"c": np.arange(LARGE + 2) % 7}
    assert inferred(tmp_path, columns).definition.held_out == (LARGE + 2) // 5
    assert inferred(tmp_path, columns, folds=5).definition.held_out is None


@pytest.mark.parametrize("name", TABLES)
def test_encoded_columns_are_finite_fitted_on_the_training_part_and_as_many_as_said(name: str, tmp_path: Path) -> None:
    path, target = TABLES[name](tmp_path)
    definition = infer(path, target).definition
    dataset, task = dataset_and_task(definition, path)
    data = dataset.load()
    half = len(data.inputs) // 2
    encoder = task.preprocessing()
    train = np.asarray(encoder.fit_transform(data.inputs[:half]), float)
    test = np.asarray(encoder.transform(data.inputs[half:]), float)
    assert train.shape[1] == test.shape[1] == definition.width == task.recipes["mlp"].architecture.inputs
    assert np.isfinite(train).all()
    assert np.isfinite(test).all()
    scaler = encoder.named_transformers_["numbers"][-1]
    assert scaler.n_samples_seen_ == half
    numbers = train[:, : len(scaler.mean_)]
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=1e-9)


def test_a_definition_survives_being_written(tmp_path: Path) -> None:
    path, target = TABLES["credit"](tmp_path)
    definition = infer(path, target).definition
    again = type(definition).model_validate_json(definition.model_dump_json())
    assert again == definition
    data = parse(again, {path.name: path.read_bytes()})
    assert data.classes == ("no", "yes")
    assert list(data.inputs.columns) == ["age", "amount", "purpose"]
    assert data.inputs["amount"].min() > 0
    assert table_encoder(again).fit_transform(data.inputs).shape == (1000, definition.width)


def test_texts_are_read_in_words_and_short_ones_in_letters(tmp_path: Path) -> None:
    sentences = [f"the {word} film number {number}" for number, word in enumerate(["good", "bad"] * 30)]
    words = inferred(tmp_path, {"c": sentences}, text="c").definition
    assert (words.form, words.letters, words.length, words.shape) == ("text", False, 5, ())
    letters = inferred(tmp_path, {"c": [f"name{number:02}" for number in range(ROWS)]}, text="c").definition
    assert (letters.letters, letters.length) == (True, 6)


def test_recipes_grow_with_the_table() -> None:
    small, large = perceptron(150, 4, 3), perceptron(1_000_000, 30, 0)
    assert (small.batch_size, small.epochs, small.training.loss) == (32, 60, "softmax_cross_entropy")
    assert (large.batch_size, large.epochs, large.training.loss) == (1024, 4, "mean_squared_error")
    assert large.architecture.outputs == 1
