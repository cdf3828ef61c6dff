"""Every study can be planned, repeats enough for a statement, and says what it takes."""

import pytest

from benchmarks.records.cells import AccuracyCell, TimingCell, TuningCell
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.studies import StudyError, studies, study
from benchmarks.studies.base import FEWEST_SEEDS, Study, grid, variant


@pytest.mark.parametrize("name", list(studies()))
def test_a_study_can_be_planned_and_repeats_enough(name: str) -> None:
    """That names exist and values are possible is checked as it is declared."""
    asked = study(name)
    cells = [each.cell for each in plan(asked.suite, {task: data_facts(task) for task in asked.suite.tasks})]
    trained: list[AccuracyCell | TuningCell] = [
        cell for cell in cells if isinstance(cell, AccuracyCell) and not cell.is_baseline
    ]
    trained += [cell for cell in cells if isinstance(cell, TuningCell)]
    timed = [cell for cell in cells if isinstance(cell, TimingCell)]
    assert trained or timed
    assert all(len(cell.seeds) >= FEWEST_SEEDS for cell in trained)
    assert len({each.model_dump_json() for each in cells}) == len(cells)
    used = {(cell.variant.name, cell.task) for cell in (*trained, *timed) if cell.variant}
    assert {each.name for each in asked.suite.variants} == {name for name, _ in used}, "variants of nothing"
    assert asked.question.endswith("?")


def test_an_unknown_study_is_answered_with_the_known_ones() -> None:
    with pytest.raises(StudyError, match=r"study 'optimisers' is unknown; there are .*activations"):
        study("optimisers")


def test_too_few_seeds_are_no_study() -> None:
    asked = study("activations")
    content = asked.model_dump() | {"suite": asked.suite.model_dump() | {"repeats": FEWEST_SEEDS - 1}}
    with pytest.raises(ValueError, match="has fewer than 5 seeds"):
        Study.model_validate(content)


def test_a_grid_names_its_variants_by_their_values() -> None:
    plans = grid({"kernel_size": (1, 3), "channels": ((8,), (8, 16))}, titles={"channels": "", "kernel_size": "kernel"})
    assert [each.name for each in plans] == ["kernel 1, 8", "kernel 1, 8-16", "kernel 3, 8", "kernel 3, 8-16"]
    assert plans[1].overrides == {"kernel_size": 1, "channels": (8, 16)}
    assert variant("plain", ("digits",), ("mlp",), epochs=3).tasks == ("digits",)


def test_all_studies_together_fit_into_four_hours_on_two_cores() -> None:
    assert sum(each.minutes for each in studies().values()) <= 2 * 4 * 60
