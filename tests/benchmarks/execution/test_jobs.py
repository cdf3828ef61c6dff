"""Jobs share processes, take turns, are tried again where others may be to blame, and fail alone."""

import dataclasses
import json
import os
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks.execution.account import Account
from benchmarks.execution.command import Command, Limits
from benchmarks.execution.in_turn import run_in_turn
from benchmarks.execution.jobs import Finished, Job, Observer, Outcome, run_jobs
from benchmarks.records.cells import PeakCell, Planned

GENEROUS = Limits(seconds=60, memory_bytes=2**30)


def job(name: str, wanted: str = "hello", after: tuple[str, ...] = (), **options: Any) -> Job:
    options = {"implementation": "numpy", "threads": 1, "activity": "training"} | options
    command = Command("tests.benchmarks.execution.faulty_worker", wanted, name=name, **options)
    planned = Planned(PeakCell(device="cpu", dtype="float32", threads=1), name)
    return Job((planned,), command, lambda left, reason: [Outcome(planned, left, reason)], frozenset(after))  # type: ignore[arg-type]  # what a worker left


class Noting(Observer):
    def __init__(self) -> None:
        self.events: list[str] = []

    def started(self, job: Job) -> None:
        self.events.append(f"{job.command.name} starts")

    def again(self, job: Job, reason: str) -> None:
        self.events.append(f"{job.command.name} again: {reason[:13]}")


def left(finished: Finished) -> dict[str, Any]:
    result: Any = finished.outcomes[0].result
    return dict(result)


def reasons(finished: list[Finished]) -> dict[str, str | None]:
    return {each.job.command.name: each.outcomes[0].reason for each in finished}


def test_jobs_of_one_host_share_a_process_and_those_of_others_do_not(tmp_path: Path) -> None:
    jobs = [*map(job, "abc"), job("launch 1", group="launch 1"), job("two threads", threads=2)]
    pids = {each.job.command.name: left(each)["pid"] for each in run_jobs(jobs, tmp_path, GENEROUS, 1)}
    assert pids["a"] == pids["b"] == pids["c"]
    assert len({pids["a"], pids["launch 1"], pids["two threads"]}) == 3
    assert not _children()


def test_no_more_are_at_work_than_allowed(tmp_path: Path) -> None:
    finished = [left(each) for each in run_jobs([job(n, "wait") for n in "abcde"], tmp_path, GENEROUS, 2)]
    for each in finished:
        assert sum(other["began"] < each["ended"] and each["began"] < other["ended"] for other in finished) <= 3
    assert len({each["pid"] for each in finished}) == 2
    assert any(a["began"] < b["began"] < a["ended"] for a in finished for b in finished)


def test_a_job_waits_for_those_that_it_comes_after_and_others_do_not(tmp_path: Path) -> None:
    noted = Noting()
    jobs = [job("a", "wait"), job("b", after=("a",)), job("c", group="other")]
    for each in run_jobs(jobs, tmp_path, GENEROUS, 2, noted):
        noted.events.append(f"{each.job.command.name} ends")
    assert noted.events[:2] == ["a starts", "c starts"]
    assert noted.events.index("a ends") < noted.events.index("b starts")


def test_a_new_host_comes_before_what_an_idle_process_could_do_later(tmp_path: Path) -> None:
    jobs = [job("first"), job("other", group="other"), job("later"), job("other 2", group="other")]
    finished = list(run_jobs(jobs, tmp_path, GENEROUS, 1))
    assert [each.job.command.name for each in finished] == ["first", "other", "later", "other 2"]
    pids = [left(each)["pid"] for each in finished]
    assert (pids[0], pids[1]) == (pids[2], pids[3])


def test_a_second_process_of_a_host_is_started_only_when_nothing_else_is_left(tmp_path: Path) -> None:
    jobs = [job(name, "wait") for name in "abc"] + [job("other", "wait", group="other")]
    noted = Noting()
    pids = {each.job.command.name: left(each)["pid"] for each in run_jobs(jobs, tmp_path, GENEROUS, 2, noted)}
    assert noted.events[:2] == ["a starts", "other starts"]
    assert pids["a"] != pids["other"]


def test_jobs_that_wait_for_each_other_are_an_error_and_no_endless_wait(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="jobs wait for each other: a, b"):
        list(run_jobs([job("a", after=("b",)), job("b", after=("a",))], tmp_path, GENEROUS, 2))


def one_at_a_time(*arguments: Any) -> Any:
    return run_jobs(*arguments[:3], 1, *arguments[3:])


ABORTED = ("abort", GENEROUS, "crashed: ended by SIGABRT", 2)
HANGS = ("hang", Limits(1.5, 2**30), "timed out: still running after 1.5 s", 1)
EATS = ("eat", Limits(60, 200 * 2**20), "out of memory: used", 2)
ENDED = ("exit", GENEROUS, "crashed: exit code 3: the last words", 2)


@pytest.mark.parametrize(
    ("run", "wanted", "limits", "reason", "tries"),
    [
        (run_in_turn, *ABORTED),
        (run_in_turn, *HANGS),
        (one_at_a_time, *ABORTED),
        (one_at_a_time, *EATS),
        # The other pairs go through the same; how each ending is worded is tested with single processes.
        *(
            pytest.param(*each, marks=pytest.mark.nightly)
            for each in ((run_in_turn, *EATS), (one_at_a_time, *HANGS), (run_in_turn, *ENDED), (one_at_a_time, *ENDED))
        ),
    ],
)
def test_what_fails_beside_others_is_tried_once_more_and_then_recorded_and_the_rest_goes_on(
    tmp_path: Path, run: Any, wanted: str, limits: Limits, reason: str, tries: int
) -> None:
    noted = Noting()
    finished = list(run([job("a"), job("bad", wanted), job("b")], tmp_path, limits, noted))
    assert [each.job.command.name for each in finished] == ["a", "bad", "b"]
    endings = reasons(finished)
    assert (endings["bad"] or "").startswith(reason)
    assert (endings["a"], endings["b"]) == (None, None)
    assert noted.events.count("bad starts") == tries
    assert left(finished[0])["pid"] != left(finished[2])["pid"]


def test_memory_that_others_left_is_nobodys_failure(tmp_path: Path) -> None:
    """Leaks of 100 MiB are each allowed, but not together: the process is replaced, or the command tried again."""
    noted = Noting()
    jobs = [job(f"leak {number}", "leak") for number in range(4)]
    finished = list(run_jobs(jobs, tmp_path, Limits(60, 320 * 2**20), 1, noted))
    assert set(reasons(finished).values()) == {None}
    assert [event for event in noted.events if "again" in event] == ["leak 2 again: out of memory"]
    generous = [left(each)["pid"] for each in run_jobs(jobs, tmp_path, GENEROUS, 1)]
    assert generous[0] == generous[1] == generous[2] != generous[3], "200 MiB more than after the first"


def test_in_turn_is_strictly_in_order_with_one_process_for_each_host_and_group(tmp_path: Path) -> None:
    order = ["0 x", "0 y", "0 x", "0 y", "1 y", "1 x"]
    implementations = {"x": "numpy", "y": "numpy-textbook"}
    jobs = [
        job(f"{number}", "wait", group=each[0], implementation=implementations[each[2]])
        for number, each in enumerate(order)
    ]
    finished = [left(each) for each in run_in_turn(jobs, tmp_path, GENEROUS)]
    assert all(one["ended"] < other["began"] for one, other in pairwise(finished))
    assert [finished[number]["pid"] for number in (0, 1)] == [finished[number]["pid"] for number in (2, 3)]
    assert len({each["pid"] for each in finished}) == 4
    assert not _children()


def turning(name: str, implementation: str, does: str = "measure") -> Job:
    request = json.dumps({"name": name, "does": does})
    command = Command(
        "tests.benchmarks.execution.turning_worker",
        request,
        implementation,
        1,
        name=name,
        group="launch",
        activity="timing",
        contest=name[0],
    )
    return dataclasses.replace(job(name), command=command)


def test_jobs_of_a_contest_measure_by_turns_and_others_after_them(tmp_path: Path) -> None:
    jobs = [turning("a1", "numpy"), turning("a2", "numpy-textbook"), turning("b1", "numpy")]
    account = Account()
    finished = {each.job.command.name: left(each) for each in run_in_turn(jobs, tmp_path, GENEROUS, account=account)}
    one, other, next_one = (finished[job.command.name] for job in jobs)  # the contest's two may end in either order
    spans = sorted([*one["spans"], *other["spans"]])
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), "two measured at once"
    owners = ["one" if span in one["spans"] else "other" for span in spans]
    assert owners == ["one", "other"] * 4
    assert next_one["spans"][0][0] > spans[-1][1]
    assert (one["alone"], next_one["alone"], next_one["before"]) == (False, True, 1)
    assert account.seconds["timing"] > 1.1


def test_who_fails_in_a_contest_leaves_the_others_and_is_tried_again_alone(tmp_path: Path) -> None:
    noted = Noting()
    jobs = [turning("z1", "numpy"), turning("a1", "numpy", "abort beside others"), turning("a2", "numpy-textbook")]
    finished = list(run_in_turn(jobs, tmp_path, GENEROUS, noted))
    results = {each.job.command.name: left(each) for each in finished}
    assert [event for event in noted.events if "again" in event] == ["a1 again: crashed: ende"]
    assert (results["a2"]["alone"], results["a1"]["alone"], results["a1"]["before"]) == (False, True, 0)


def test_only_who_hangs_in_a_contest_is_over_its_time(tmp_path: Path) -> None:
    """Its limit is above what each needs, and below what the others wait for it."""
    jobs = [turning("a1", "numpy", "hang"), turning("a2", "numpy-textbook")]
    endings = reasons(list(run_in_turn(jobs, tmp_path, Limits(2.5, 2**30))))
    assert endings == {"a1": "timed out: still running after 2.5 s", "a2": None}


def test_everything_of_a_group_is_loaded_before_anything_is_measured(tmp_path: Path) -> None:
    jobs = [job("a", group="0"), job("b", group="0", implementation="numpy-textbook")]
    account = Account()
    loaded = []
    for each in run_in_turn(jobs, tmp_path, GENEROUS, account=account):
        loaded.append([path.name for path in tmp_path.glob("*.ready")])
        assert each.outcomes[0].reason is None
    assert len(loaded[0]) == 2
    assert account.seconds["loading"] > account.seconds["training"]


def test_two_groups_of_contests_are_loaded_together(tmp_path: Path) -> None:
    jobs = [
        dataclasses.replace(each, command=dataclasses.replace(each.command, group=each.command.name))
        for each in (turning("a", "numpy"), turning("b", "numpy"), turning("c", "numpy"))
    ]
    assert [len(_children()) for _ in run_in_turn(jobs, tmp_path, GENEROUS)] == [2, 1, 1]
    assert not _children()


@pytest.mark.parametrize("run", [run_in_turn, lambda *rest, account: run_jobs(*rest, 1, account=account)])
def test_what_is_done_before_and_between_jobs_is_no_time_of_theirs(tmp_path: Path, run: Any) -> None:
    account = Account()
    time.sleep(0.5)
    for _ in run([job("a"), job("b")], tmp_path, GENEROUS, account=account):
        time.sleep(0.5)
    account.lap()
    assert account.seconds["other"] >= 1.5
    assert account.seconds["training"] < 0.5


def test_a_process_that_takes_no_other_command_is_gone_before_the_next_one_begins(tmp_path: Path) -> None:
    """The way out of a framework takes time, which would be that of what is measured next."""
    jobs = [job(f"leak {number}", "leak", group="launch") for number in range(3)]
    jobs.append(job("other", group="launch", implementation="numpy-textbook"))
    pids, alive = [], []
    for each in run_in_turn(jobs, tmp_path, GENEROUS):
        pids.append(left(each)["pid"])
        alive.append(psutil.pid_exists(pids[-1]))
    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert alive == [True, True, False, True]


def test_time_is_shared_by_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 101.0, 103.0, 106.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    account = Account()
    account.lap()
    account.lap(["training", "loading"])
    account.lap(["training"])
    assert account.seconds == {"other": 1.0, "training": 4.0, "loading": 1.0}


def test_leaving_the_loop_early_ends_the_processes(tmp_path: Path) -> None:
    loop = run_jobs([job("quick"), job("hang", "hang", group="other")], tmp_path, GENEROUS, 2)
    next(loop)
    assert _children()
    loop.close()
    assert not _children()


def test_news_of_a_job_are_passed_on(tmp_path: Path) -> None:
    news_of: list[str] = []
    read = tmp_path / "read"

    class Listening(Observer):
        def progressed(self, job: Job, news: str) -> None:
            news_of.append(f"{job.command.name}: {news}")
            read.touch()

    list(run_jobs([job("first"), job("a", f"news until {read}")], tmp_path, GENEROUS, 1, Listening()))
    assert news_of == ["a: epoch 2 of 9, about 7 s to go"]


def test_a_preparation_answers_no_cell(tmp_path: Path) -> None:
    preparation = dataclasses.replace(job("a"), cells=(), collect=lambda left, reason: [])
    (finished,) = run_jobs([preparation], tmp_path, GENEROUS, 2)
    assert finished.outcomes == []


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process(os.getpid()).children() if child.status() != psutil.STATUS_ZOMBIE]


def test_each_command_has_a_folder_of_its_own_for_compiled_code(tmp_path: Path) -> None:
    """What an earlier cell of the process compiled would make the first step of a later one a second one."""
    one, other = (left(each) for each in run_jobs([job("one"), job("other")], tmp_path, GENEROUS, 1))
    assert one["pid"] == other["pid"]
    assert one["compiled"] != other["compiled"]
    assert not Path(one["compiled"]).exists()
    assert not Path(other["compiled"]).exists()


@pytest.mark.nightly
def test_each_command_compiles_for_itself(tmp_path: Path) -> None:
    """TorchInductor asks for the folder each time; it builds C++ for half a minute."""
    commands = [
        Command("tests.benchmarks.execution.compiling", "", "torch+compile", 1, name=name) for name in ("one", "other")
    ]
    jobs = [dataclasses.replace(job(each.name), command=each) for each in commands]
    one, other = (left(each) for each in run_jobs(jobs, tmp_path, Limits(300, 2**32), 1))
    assert one["pid"] == other["pid"]
    # Once a process TorchInductor also builds a trial by which it finds the processor's vector instructions.
    assert other["built"] >= one["built"] - 1 > 0
    assert one["folder"] != other["folder"]
    assert not Path(one["folder"]).exists()
    assert not Path(other["folder"]).exists()
