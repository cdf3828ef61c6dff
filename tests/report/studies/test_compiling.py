"""When compiling has paid, from made-up launches."""

from pathlib import Path

import pytest

from benchmarks.records.results import Record
from report.build import build_report
from report.runs.reading import read_run
from report.studies.compiling import break_even_steps, compiling_rows
from tests.report.sample_runs import place, timing, write_run
from tests.report.studies.test_studies import FACTS


@pytest.mark.parametrize(
    ("more", "saved", "steps"),
    [(10.0, 0.1, 101), (0.35, 0.1, 5), (0.0, 0.1, 1), (-5.0, 0.1, 1), (10.0, 0.0, None), (10.0, -0.1, None)],
)
def test_steps_until_the_first_one_is_made_up_for(more: float, saved: float, steps: int | None) -> None:
    assert break_even_steps(more, saved) == steps


def launches(base: float, compiled: float, first: float) -> list[Record]:
    """Three launches; a step takes the given times a fixed cost, the compiled first step `first` seconds."""
    records = [timing(place("digits", "mlp", "torch"), launch, base) for launch in range(3)]
    for launch in range(3):
        made = timing(place("digits", "mlp", "torch+compile"), launch, compiled)
        records.append(made.model_copy(update={"result": made.result.model_copy(update={"first_step_s": first})}))
    return records


def test_a_compiled_step_is_compared_with_that_of_its_framework(tmp_path: Path) -> None:
    records = [*launches(1.0, 0.5, 8.0), timing(place("digits", "mlp", "numpy"), 0, 0.2)]
    rows = compiling_rows([read_run(write_run(tmp_path, records, study=FACTS))])
    assert [(row.base, row.compiled, row.batch_size) for row in rows] == [
        ("torch", "torch+compile", 32),
        ("torch", "torch+compile", 256),
    ]
    for row in rows:
        assert row.speedup == pytest.approx(2.0)
        assert row.launches == 3
        assert row.first_compiled_s == 8.0
        assert row.break_even is not None
        after = row.break_even
        as_it_comes = row.first_base_s + (after - 1) * row.step_base_s
        compiled = row.first_compiled_s + (after - 1) * row.step_compiled_s
        assert compiled <= as_it_comes
        assert compiled + row.step_base_s - row.step_compiled_s > as_it_comes, "one step earlier it had not paid"


def test_what_is_slower_compiled_never_pays(tmp_path: Path) -> None:
    rows = compiling_rows([read_run(write_run(tmp_path, launches(0.5, 1.0, 8.0), study=FACTS))])
    assert {row.break_even for row in rows} == {None}
    build_report([tmp_path], tmp_path / "out")
    assert "never" in (tmp_path / "out" / "tables" / "compiling.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "figures" / "compiling.svg").exists()


def test_what_is_not_shown_to_be_faster_has_no_number_of_steps(tmp_path: Path) -> None:
    """Faster in the median, by launches that do not agree."""
    records = [
        timing(place("digits", "mlp", name), launch, seconds)
        for name, times in (("torch", (1.0, 1.0, 1.0)), ("torch+compile", (0.5, 0.9, 1.5)))
        for launch, seconds in enumerate(times)
    ]
    rows = compiling_rows([read_run(write_run(tmp_path, records, study=FACTS))])
    assert {row.break_even for row in rows} == {None}
    build_report([tmp_path], tmp_path / "out")
    assert "not shown to" in (tmp_path / "out" / "tables" / "compiling.md").read_text(encoding="utf-8")


def test_launches_that_one_of_the_two_lacks_do_not_count(tmp_path: Path) -> None:
    """A launch of eager alone, on a machine that was slower by then, changes nothing."""
    records = [
        *launches(1.0, 0.5, 8.0),
        *(timing(place("digits", "mlp", "torch"), launch, 9.0) for launch in range(3, 9)),
    ]
    alone, more = (
        compiling_rows([read_run(write_run(tmp_path / name, kept, study=FACTS))])
        for name, kept in (("alone", records[:6]), ("more", records))
    )
    assert more == alone
