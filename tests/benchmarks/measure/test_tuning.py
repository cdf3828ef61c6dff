"""Searches with equal budgets: the same trials from the same seed, whatever interrupts them."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.measure import tuning
from benchmarks.measure.tuning import measure_tuning
from benchmarks.records.cells import TuningCell
from benchmarks.records.tuning import METHODS, Method, SearchAxis, TuningResult
from benchmarks.runner.data import prepare_data
from benchmarks.runner.plan import DataFacts, plan
from benchmarks.suites import Suite, TimingPlan, TuningPlan
from benchmarks.suites.variants import VariantPlan

SPACE = {
    "learning_rate": SearchAxis(low=1e-3, high=0.1, logarithmic=True, grid=(0.002, 0.01, 0.05)),
    "batch_size": SearchAxis(choices=(16, 64)),
    "epochs": SearchAxis(choices=(1, 2)),
}
TRIALS = 12
SUITE = Suite(
    name="x",
    tasks=("wine",),
    implementations=("numpy",),
    folds=2,
    trainings=False,
    certificates=False,
    timing=TimingPlan(leave_out=("wine",)),
    unchanged_recipes="none",
    validation_share=0.25,
    variants=(VariantPlan(name="small", overrides={"hidden": (4,)}),),
    tuning=TuningPlan(trials=TRIALS, space=SPACE),
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare_data(plan(SUITE, {"wine": DataFacts("0")}), folder)
    return folder


def cell(method: Method, **changes: Any) -> TuningCell:
    cells = [each.cell for each in plan(SUITE, {"wine": DataFacts("0")})]
    (chosen,) = [each for each in cells if isinstance(each, TuningCell) and each.method == method]
    return chosen.model_copy(update=changes)


def trials_of(result: TuningResult) -> list[Any]:
    """Everything but how long it took."""
    return [
        [(trial.values, trial.validation, trial.test, trial.reason) for trial in search.trials]
        for search in result.searches
    ]


@pytest.fixture(scope="module")
def whole(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TuningResult]:
    folder = tmp_path_factory.mktemp("journals")
    return {method: measure_tuning(cell(method), prepared, folder / method) for method in METHODS}


def test_all_methods_have_the_same_budget_and_the_same_splits(whole: dict[str, TuningResult]) -> None:
    for result in whole.values():
        assert [(each.seed, each.fold) for each in result.searches] == [(0, 0), (0, 1)]
        assert {len(each.trials) for each in result.searches} == {TRIALS}
        assert {each.validation_examples for each in result.searches} == {22}
        for search in result.searches:
            assert 0 < sum(search.importances.values()) <= 1.001
            assert search.importances.keys() == SPACE.keys()


@pytest.mark.parametrize(
    "method", [pytest.param(name, marks=pytest.mark.nightly) if name == "random" else name for name in METHODS]
)
def test_one_that_is_killed_goes_on_to_the_same_trials(
    method: Method, whole: dict[str, TuningResult], prepared: Path, tmp_path: Path
) -> None:
    """Broken off within the first search, and after a trial of the second."""
    journal = tmp_path / "journal"
    with pytest.MonkeyPatch.context() as patch:
        for broken_off_after in (5, TRIALS - 5 + 1):
            count = iter(range(broken_off_after))
            patch.setattr("benchmarks.measure.tuning._train", _until(count))
            with pytest.raises(KeyboardInterrupt):
                measure_tuning(cell(method), prepared, journal)
    assert trials_of(measure_tuning(cell(method), prepared, journal)) == trials_of(whole[method])


def _until(count: Any, train: Any = tuning._train) -> Any:
    def interrupted(*arguments: Any) -> Any:
        if next(count, None) is None:
            raise KeyboardInterrupt
        return train(*arguments)

    return interrupted


def test_a_grid_takes_each_point_once_and_ranges_are_kept(whole: dict[str, TuningResult]) -> None:
    for search in whole["grid"].searches:
        assert len({tuple(sorted(trial.values.items())) for trial in search.trials}) == TRIALS
    for method in ("tpe", "random"):
        rates = [trial.values["learning_rate"] for search in whole[method].searches for trial in search.trials]
        assert len(set(rates)) == len(rates)
        assert 1e-3 <= min(rates) < 0.005
        assert 0.02 < max(rates) <= 0.1


def test_searches_differ_by_seed_and_method(whole: dict[str, TuningResult], prepared: Path, tmp_path: Path) -> None:
    other = measure_tuning(cell("random", seeds=(1,), trials=2), prepared_with(1, tmp_path), tmp_path / "journal")
    assert other.searches[0].trials[0].values != whole["random"].searches[0].trials[0].values
    first, second = (whole["random"].searches[fold].trials[0].values for fold in (0, 1))
    assert first != second


def prepared_with(seed: int, folder: Path) -> Path:
    planned = plan(SUITE.model_copy(update={"repeats": seed + 1}), {"wine": DataFacts("0")})
    prepare_data(planned, folder / "prepared")
    return folder / "prepared"


def test_a_training_that_diverges_is_a_trial_without_a_value(prepared: Path, tmp_path: Path) -> None:
    space = {"learning_rate": SearchAxis(low=1e30, high=1e35, logarithmic=True)}
    asked = cell("random", trials=1, space=space, epochs=3)
    settings = asked.settings | {"training": asked.settings["training"] | {"optimizer": "sgd"}}
    result = measure_tuning(asked.model_copy(update={"settings": settings}), prepared, tmp_path / "journal")
    (trial, *_) = result.searches[0].trials
    assert trial.validation is None
    assert trial.reason is not None
    assert result.searches[0].importances == {}


def test_unequal_budgets_are_refused() -> None:
    with pytest.raises(ValueError, match="13 are not the 12 points of the grid"):
        TuningPlan(trials=13, space=SPACE)
    with pytest.raises(ValueError, match="give either low and high, or choices"):
        SearchAxis()
