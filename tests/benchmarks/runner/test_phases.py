"""The order of a run: within a launch networks and turns are shuffled, the same again for the same launch."""

from itertools import groupby, pairwise
from pathlib import Path

import pytest

from benchmarks.execution.jobs import Job
from benchmarks.records.cells import Planned, TimingCell
from benchmarks.runner.data import data_facts
from benchmarks.runner.phases import launches, run_phases
from benchmarks.runner.plan import plan
from benchmarks.suites import Suite

SUITE = Suite(name="x", tasks=("digits",), implementations=("numpy", "torch", "keras-tensorflow"))


def timing(launch: int, task: str, implementation: str, device: str = "cpu") -> Planned:
    cell = TimingCell(
        task=task,
        architecture="mlp",
        settings={},
        implementation=implementation,
        device=device,
        dtype="float32",
        threads=1,
        launch=launch,
        folds=1,
        batch_sizes=(32,),
        epoch_batch_size=32,
        budget_s=0.1,
    )
    return Planned(cell, f"{launch} {task} {implementation} {device}")


PLANNED = [
    timing(launch, task, implementation)
    for launch in range(4)
    for task in "abcd"
    for implementation in ("numpy", "torch", "keras-tensorflow")
]


def words(planned: Planned) -> list[str]:
    return planned.key.split()


def test_launches_come_one_after_the_other_with_every_cell_once() -> None:
    ordered = launches(iter(PLANNED))
    assert [launch for launch, _ in groupby(ordered, key=lambda each: words(each)[0])] == ["0", "1", "2", "3"]
    assert sorted(each.key for each in ordered) == sorted(each.key for each in PLANNED)


def test_what_is_compared_is_measured_side_by_side_in_a_random_order_that_comes_again() -> None:
    ordered = launches(iter(PLANNED))
    networks = [
        "".join(task for task, _ in groupby(members, key=lambda each: words(each)[1]))
        for _, members in groupby(ordered, key=lambda each: words(each)[0])
    ]
    assert all(sorted(order) == list("abcd") for order in networks), "each network's implementations are neighbours"
    assert len(set(networks)) > 1
    assert all(sorted(place) == list("abcd") for place in zip(*networks, strict=True)), "each comes once at each place"
    assert len({pair for order in networks for pair in pairwise(order)}) == 12, "each comes after each other one once"
    firsts = {words(ordered[place])[2] for place in range(0, len(ordered), 3)}
    assert firsts == {"numpy", "torch", "keras-tensorflow"}, "nobody always comes first"
    assert launches(iter(PLANNED)) == ordered


def test_on_a_gpu_an_implementation_has_its_launch_to_itself() -> None:
    on_gpu = [timing(0, task, name, "cuda") for task in "abc" for name in ("torch", "keras-tensorflow")]
    ordered = launches(iter([*on_gpu, timing(0, "a", "numpy")]))
    assert words(ordered[0])[2] == "numpy"
    turns = [name for name, _ in groupby(ordered[1:], key=lambda each: words(each)[2])]
    assert sorted(turns) == ["keras-tensorflow", "torch"]


def test_each_launch_has_processes_of_its_own_and_a_command_is_one_sitting(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, str, str | None]] = []
    contests: dict[str, list[str]] = {}

    def note(planned: Planned, _directory: object, _seconds: float, group: str, sitting: str, contest: str) -> str:
        given.append((words(planned)[0], group, sitting))
        contests.setdefault(contest, []).append(planned.key)
        return planned.key

    monkeypatch.setattr("benchmarks.runner.phases.worker_job", note)
    monkeypatch.setattr("benchmarks.runner.phases.run_jobs", lambda jobs, *_: jobs)
    monkeypatch.setattr("benchmarks.runner.phases.run_in_turn", lambda jobs, *_: jobs)
    monkeypatch.setattr("benchmarks.runner.phases.certificate_jobs", lambda *_: [])
    for command in (1, 2):
        list(run_phases(SUITE, PLANNED, tmp_path, None, None))  # type: ignore[arg-type]  # nothing is run
        assert len(given) == command * len(PLANNED)
    assert all(group == f"launch {launch}" for launch, group, _ in given)
    first, second = ({sitting for *_, sitting in half} for half in (given[: len(PLANNED)], given[len(PLANNED) :]))
    assert len(first) == len(second) == 1
    assert None not in first != second
    for members in contests.values():
        assert len(members) == 2 * 3, "all implementations take turns, in both commands"
        assert len({tuple(member.split()[:2]) for member in members}) == 1, "at one network of a launch"


def test_heavy_frameworks_begin_early_and_the_reference_fills_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for what the reference leaves for the others' certificates, which all of them wait for."""
    suite = SUITE.model_copy(update={"tasks": ("digits",)})
    cells = [each for each in plan(suite, {"digits": data_facts("digits")}) if not isinstance(each.cell, TimingCell)]
    given: list[list[Job]] = []
    monkeypatch.setattr("benchmarks.runner.phases.run_jobs", lambda jobs, *_: given.append(jobs) or [])
    monkeypatch.setattr("benchmarks.runner.phases.run_in_turn", lambda *_: [])
    list(run_phases(suite, cells, tmp_path, None, None))  # type: ignore[arg-type]  # nothing is run
    commands = [job.command for job in given[0]]
    order = [
        (key, "") if key == "scikit-learn" else (key, what)
        for (key, what), _ in groupby(commands, key=lambda command: (command.implementation, command.activity))
    ]
    assert order == [
        ("numpy", "certificates"),
        ("keras-tensorflow", "certificates"),
        ("keras-tensorflow", "training"),
        ("torch", "certificates"),
        ("torch", "training"),
        ("numpy", "training"),
        ("scikit-learn", ""),
    ]
