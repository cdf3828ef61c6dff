"""What a search found, how honest it is, and how many trials it took: from made-up trials whose answer is known."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from benchmarks.records.cells import TuningCell, Variant
from benchmarks.records.results import Record
from benchmarks.records.tuning import Method, Search, SearchAxis, SearchTrial, TuningResult
from report.build import build_report
from report.figures.base import Sources
from report.figures.kinds.searches import KIND
from report.figures.plain import LinePanel
from report.runs.reading import read_run
from report.studies.searches import expected_best, search_curves, search_rows
from tests.report.sample_runs import place, record, write_run
from tests.report.studies.test_studies import FACTS, PUBLISHED

SPACE = {"learning_rate": SearchAxis(low=0.001, high=0.1, grid=(0.001, 0.01, 0.1))}


def searched(
    method: Method, *searches: Sequence[tuple[float | None, float | None]], metric: str = "accuracy"
) -> Record:
    """A search a fold, its trials as (validation, test)."""
    cell = TuningCell(
        **place("digits", "cnn:tuned", "numpy"),
        variant=Variant(recipe="cnn", name="tuned", overrides={"epochs": 2}),
        method=method,
        trials=3,
        space=SPACE,
        folds=len(searches),
        seeds=(0,),
        epochs=2,
        batch_size=32,
        validation_share=0.25,
    )
    results = tuple(
        Search(
            seed=0,
            fold=fold,
            train_examples=75,
            validation_examples=25,
            test_examples=50,
            trials=tuple(
                SearchTrial(values={"learning_rate": 0.01}, validation=validation, test=test, train_seconds=0.1)
                for validation, test in trials
            ),
            importances={"learning_rate": 0.75, "epochs": 0.25} if fold == 0 else {},
        )
        for fold, trials in enumerate(searches)
    )
    return record(cell, TuningResult(metric=metric, searches=results))


FIRST, SECOND = [(0.7, 0.72), (0.9, 0.8), (0.6, 0.85)], [(0.8, 0.75), (0.85, 0.7), (None, None)]


def test_what_is_reported_is_the_test_result_of_the_trial_that_validation_chose(tmp_path: Path) -> None:
    (row,) = search_rows([read_run(write_run(tmp_path, [searched("tpe", FIRST, SECOND)], study=FACTS))])
    assert row.nested == pytest.approx((0.8 + 0.7) / 2)
    assert row.not_nested == pytest.approx((0.9 + 0.85) / 2)
    assert row.optimism == pytest.approx(0.125)
    assert row.in_hindsight == pytest.approx((0.85 + 0.75) / 2)
    assert (row.searches, row.trials, row.failed_trials) == (2, 3, 1)
    assert row.importances == "learning_rate 75 %, epochs 25 %"
    assert row.ci_low is not None


def test_of_an_error_the_lowest_is_chosen_and_optimism_keeps_its_sign(tmp_path: Path) -> None:
    (row,) = search_rows([read_run(write_run(tmp_path, [searched("grid", FIRST, metric="rmse")], study=FACTS))])
    assert (row.nested, row.not_nested) == (0.85, 0.6)
    assert row.optimism == pytest.approx(0.25)
    assert row.in_hindsight == 0.72


def test_the_expected_best_is_the_mean_over_all_draws() -> None:
    values = [0.3, 0.1, 0.7]
    for higher, best in ((True, max), (False, min)):
        for trials, expected in enumerate(expected_best(values, higher), start=1):
            draws = [best(draw) for draw in product(values, repeat=trials)]
            assert expected == pytest.approx(sum(draws) / len(draws))


def test_of_methods_that_learn_the_order_counts(tmp_path: Path) -> None:
    records = [searched(method, FIRST, SECOND) for method in ("tpe", "random")]
    curves = {curve.method: curve.expected for curve in search_curves(read_run(write_run(tmp_path, records)))}
    assert curves["tpe"] == pytest.approx(((0.7 + 0.8) / 2, (0.9 + 0.85) / 2, (0.9 + 0.85) / 2))
    # A trial that failed counts as the worst one that did not.
    first, second = expected_best([0.7, 0.9, 0.6], True), expected_best([0.8, 0.85, 0.8], True)
    assert curves["random"] == pytest.approx([(one + other) / 2 for one, other in zip(first, second, strict=True)])


def test_the_page_has_the_table_and_a_line_a_method(tmp_path: Path) -> None:
    records = [searched(method, FIRST, SECOND) for method in ("tpe", "random", "grid")]
    folder = write_run(tmp_path / "run", records, study=FACTS)
    (figure,) = KIND.plan(Sources(read_run(folder), [], [], [], ["numpy"]))
    (panel,) = figure.drawing.panels
    assert isinstance(panel, LinePanel)
    assert len(panel.lines) == len(figure.drawing.legend) == 3
    build_report([folder], tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Searches for hyperparameters (3 rows)" in page
    assert (tmp_path / "out" / "figures" / "searches.svg").exists()


def test_published_searches_show_their_optimism() -> None:
    """What a search chose by is better than what the choice reaches on test parts, on average."""
    (folder,) = [folder for folder in PUBLISHED if folder.name == "tuning"]
    rows = search_rows([read_run(folder)])
    assert {row.method for row in rows} == {"tpe", "random", "grid"}
    assert {row.trials for row in rows} == {16}
    for method in ("tpe", "random", "grid"):
        here = [row for row in rows if row.method == method]
        assert sum((row.optimism or 0.0) / abs(row.nested or 1.0) for row in here) > 0
