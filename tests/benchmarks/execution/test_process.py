"""However a measured process ends, the run learns why and goes on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.execution.jobs import Job, Outcome, run_jobs
from benchmarks.execution.process import Command, Limits, Process
from benchmarks.records.cells import PeakCell, Planned

GENEROUS = Limits(seconds=60, memory_bytes=2**30)


def command(told: str) -> Command:
    return Command("tests.benchmarks.execution.faulty_worker", told, "numpy", threads=1, name=told.replace(" ", "-"))


def run(told: str, folder: Path, limits: Limits = GENEROUS) -> tuple[dict[str, object] | None, str | None]:
    process = Process(command(told), folder, limits)
    while not process.finished():
        time.sleep(0.01)
    return process.answer()


def test_an_answer_is_brought_back(tmp_path: Path) -> None:
    assert run("hello", tmp_path) == ({"told": "hello"}, None)


@pytest.mark.parametrize(
    ("told", "limits", "reason"),
    [
        ("exit", GENEROUS, "crashed: exit code 3: the last words"),
        ("abort", GENEROUS, "crashed: ended by SIGABRT"),
        ("silent", GENEROUS, "crashed: exit code 0"),
        ("hang", Limits(0.5, 2**30), "timed out: still running after 0.5 s"),
        ("eat", Limits(60, 200 * 2**20), "out of memory: used "),
    ],
)
def test_a_failure_has_its_reason_in_one_line(tmp_path: Path, told: str, limits: Limits, reason: str) -> None:
    left, found = run(told, tmp_path, limits)
    assert left is None
    assert found is not None
    assert found.startswith(reason)
    assert "\n" not in found


def test_an_answer_of_an_earlier_try_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    (tmp_path / "silent.result.json").write_text('{"told": "earlier"}')
    assert run("silent", tmp_path)[0] is None


def test_ending_a_process_ends_what_it_started(tmp_path: Path) -> None:
    process = Process(command("hang with a child"), tmp_path, GENEROUS)
    pid_file = process.result_path.with_suffix(".child")
    _wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
    process.end("enough")
    assert process.answer() == (None, "enough")
    _wait_until(lambda: not _runs(int(pid_file.read_text())))


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves no time to clean up: the workers notice that their input is closed."""
    script = (
        "import sys, time; from pathlib import Path; from tests.benchmarks.execution.test_process import *\n"
        "process = Process(command('hang'), Path(sys.argv[1]), GENEROUS)\n"
        "print(process._child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert _runs(worker)
    parent.kill()
    parent.communicate()
    _wait_until(lambda: not _runs(worker))


def test_jobs_run_side_by_side_but_no_more_than_allowed(tmp_path: Path) -> None:
    running: list[str] = []
    most = 0

    def job(name: str) -> Job:
        def collect(left: object, reason: object) -> list[object]:
            running.remove(name)
            return []

        return Job((), command(name), collect)  # type: ignore[arg-type]  # outcomes do not matter here

    def started(job: Job) -> None:
        nonlocal most
        running.append(job.command.request)
        most = max(most, len(running))

    done = [each.job.command.request for each in run_jobs([job(n) for n in "abcd"], tmp_path, GENEROUS, 2, started)]
    assert sorted(done) == list("abcd")
    assert most == 2


def test_a_job_waits_for_those_that_it_comes_after_and_others_do_not(tmp_path: Path) -> None:
    events: list[str] = []

    def job(name: str, *after: str) -> Job:
        def collect(left: object, reason: object) -> list[Outcome]:
            events.append(f"{name} ends")
            return []

        return Job((), command(name), collect, frozenset(command(each).name for each in after))

    jobs = [job("quick"), job("b", "quick"), job("c")]
    list(run_jobs(jobs, tmp_path, GENEROUS, 2, lambda job: events.append(f"{job.command.request} starts")))
    assert events[:2] == ["quick starts", "c starts"]
    assert events.index("quick ends") < events.index("b starts")
    assert set(events[2:]) == {"quick ends", "b starts", "b ends", "c ends"}


def test_those_measured_in_turn_start_up_together_and_are_measured_alone(tmp_path: Path) -> None:
    jobs = [_in_turn("a"), _in_turn("b", "in turn, slow to load"), _in_turn("c")]
    finished = list(run_jobs(jobs, tmp_path, GENEROUS, 2, lambda job: None))
    a, b, c = ({"seconds": each.seconds, **each.outcomes[0].result} for each in finished)  # type: ignore[dict-item]  # what the worker left
    assert max(a["loaded"], b["loaded"]) < min(a["began"], b["began"])
    assert a["ended"] < b["began"]
    assert b["ended"] < c["loaded"]
    # A second more for loading; the one that it slept through is the first one's.
    assert b["seconds"] < c["seconds"] + 1.5


def test_a_wait_for_a_turn_does_not_count_against_the_time_limit(tmp_path: Path) -> None:
    jobs = [_in_turn("hang", "hang"), _in_turn("a"), _in_turn("b"), _in_turn("c")]
    finished = list(run_jobs(jobs, tmp_path, Limits(seconds=2.5, memory_bytes=2**30), 4, lambda job: None))
    reasons = {each.job.command.name: each.outcomes[0].reason for each in finished}
    assert reasons == {"hang": "timed out: still running after 2.5 s", "a": None, "b": None, "c": None}


def test_one_that_ends_before_its_turn_holds_up_nobody(tmp_path: Path) -> None:
    jobs = [_in_turn("abort", "abort"), _in_turn("a"), _in_turn("hello", "hello"), _in_turn("b")]
    finished = list(run_jobs(jobs, tmp_path, GENEROUS, 2, lambda job: None))
    reasons = {each.job.command.name: each.outcomes[0].reason for each in finished}
    assert reasons == {"abort": "crashed: ended by SIGABRT", "a": None, "hello": None, "b": None}


def _in_turn(name: str, told: str = "in turn") -> Job:
    measured = Command("tests.benchmarks.execution.faulty_worker", told, "numpy", threads=1, name=name, in_turn=True)
    planned = Planned(PeakCell(device="cpu", dtype="float32", threads=1), name)
    return Job((), measured, lambda left, reason: [Outcome(planned, left, reason)])  # type: ignore[arg-type]  # what a worker left


def test_leaving_the_loop_early_ends_the_processes(tmp_path: Path) -> None:
    jobs = [Job((), command(name), lambda left, reason: []) for name in ("quick", "hang")]
    loop = run_jobs(jobs, tmp_path, GENEROUS, 2, lambda job: None)
    next(loop)
    assert len(_children()) == 1
    loop.close()
    _wait_until(lambda: not _children())


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process(os.getpid()).children() if child.status() != psutil.STATUS_ZOMBIE]


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(holds: object, seconds: float = 20) -> None:
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
