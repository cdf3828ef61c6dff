"""The first line of a page says how much of what was measured, and no more."""

from pathlib import Path

from report.page.summary import what_was_run
from report.runs.reading import read_run
from tests.report.sample_runs import TASKS, accuracy, place, timing, write_run

SPLITS = [0.91, 0.93, 0.92, 0.95, 0.90]


def test_networks_that_few_train_and_none_times_are_counted_as_that(tmp_path: Path) -> None:
    records = [accuracy(place("digits", "mlp", name), SPLITS) for name in ("numpy", "torch", "keras-jax")]
    records += [accuracy(place("wine", "mlp", name), SPLITS[:3]) for name in ("numpy", "torch")]
    records += [timing(place("digits", "mlp", name), launch, 1.0) for name in ("numpy", "torch") for launch in range(4)]
    run = read_run(write_run(tmp_path, records, tasks=dict.fromkeys(("digits", "wine"), TASKS["digits"])))
    assert what_was_run(run).startswith(
        "2 networks on 2 tasks by 2 to 3 implementations; 3 to 5 trainings each; "
        "1 of them timed in 4 process launches; "
    )


def test_where_all_is_the_same_there_is_one_number(tmp_path: Path) -> None:
    records = [timing(place("digits", "mlp", name), 0, 1.0) for name in ("numpy", "torch")]
    line = what_was_run(read_run(write_run(tmp_path, records)))
    assert line.startswith("1 network on 1 task by 2 implementations; timed in 1 process launch; ")
