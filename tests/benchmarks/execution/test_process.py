"""However a command ends, the run learns why, in one line; a process is ended with all that it started."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.execution import process as process_module
from benchmarks.execution.command import Command, Ending, Host, Limits
from benchmarks.execution.process import Process
from benchmarks.execution.tree import kill

GENEROUS = Limits(seconds=60, memory_bytes=2**30)


def command(wanted: str, name: str = "") -> Command:
    return Command(
        "tests.benchmarks.execution.faulty_worker", wanted, "numpy", threads=1, name=name or wanted.replace(" ", "-")
    )


def started(folder: Path, limits: Limits = GENEROUS) -> Process:
    return Process(Host("numpy", 1), folder, limits)


def done(process: Process, wanted: str, name: str = "") -> Ending:
    process.give(command(wanted, name))
    while not process.finished():
        time.sleep(0.01)
    return process.answer()


def test_answers_of_several_commands_are_brought_back_from_one_process(tmp_path: Path) -> None:
    process = started(tmp_path)
    answers = [done(process, wanted).left for wanted in ("hello", "again")]
    assert [each and (each["wanted"], each["pid"]) for each in answers] == [
        ("hello", process.pid),
        ("again", process.pid),
    ]
    process.dismiss()
    assert not process.alive()


@pytest.mark.parametrize(
    ("wanted", "limits", "reason"),
    [
        ("exit", GENEROUS, "crashed: exit code 3: the last words"),
        ("abort", GENEROUS, "crashed: ended by SIGABRT"),
        ("silent", GENEROUS, "crashed: exit code 0"),
        ("hang", Limits(0.5, 2**30), "timed out: still running after 0.5 s"),
        ("eat", Limits(60, 200 * 2**20), "out of memory: used "),
    ],
)
def test_a_failure_has_its_reason_and_is_tried_again_where_others_came_before(
    tmp_path: Path, wanted: str, limits: Limits, reason: str
) -> None:
    for commands_before in (0, 1):
        process = started(tmp_path, limits)
        for _ in range(commands_before):
            assert done(process, "hello").left
        ending = done(process, wanted)
        assert ending.left is None
        assert ending.reason is not None
        assert ending.reason.startswith(reason)
        assert "\n" not in ending.reason
        assert ending.again == (commands_before == 1 and wanted != "hang")
        assert not process.alive()


def test_a_command_that_says_so_has_its_process_replaced(tmp_path: Path) -> None:
    wanted = "answers, and is not to be trusted"
    process = started(tmp_path)
    alone = done(process, wanted)
    assert (alone.left or {})["wanted"] == wanted
    assert (alone.reason, alone.again, process.alive()) == (None, False, False)
    shared = started(tmp_path)
    assert done(shared, "hello").left
    assert done(shared, wanted).again
    assert not shared.alive()


def test_last_words_are_those_of_the_command_and_not_of_one_before(tmp_path: Path) -> None:
    process = started(tmp_path)
    done(process, "news")
    assert done(process, "abort").reason == "crashed: ended by SIGABRT"


def test_an_answer_of_an_earlier_try_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    (tmp_path / "silent.result.json").write_text('{"wanted": "earlier"}')
    assert done(started(tmp_path), "silent").left is None


def test_a_process_that_was_killed_before_its_command_came_leaves_the_command_to_another_one(tmp_path: Path) -> None:
    process = started(tmp_path)
    assert done(process, "hello").left
    process._child.kill()
    process._child.wait()
    ending = done(process, "again")
    assert (ending.reason, ending.again) == ("crashed: ended by SIGKILL", True)
    process.dismiss()


def test_loading_does_not_count_as_time_of_the_first_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = started(tmp_path, Limits(seconds=1, memory_bytes=2**30))
    monkeypatch.setattr(process, "_ready", tmp_path / "never")
    process.give(command("hang"))
    time.sleep(1.2)
    assert not process.finished()
    assert process.activity == "loading"
    monkeypatch.setattr(process_module, "LOADING_S", 1.0)
    assert process.finished()
    assert process.answer().reason == "timed out: still loading after 1 s"


def test_an_implementation_gets_no_more_networks_in_one_process_than_it_bears(tmp_path: Path) -> None:
    host = Host("keras-tensorflow+xla", 1)
    process = Process(host, tmp_path, GENEROUS)
    try:
        three = Command("x", "", host.implementation, 1, name="three", networks=3)
        one, two = (Command("x", "", host.implementation, 1, name=f"{n}", networks=n) for n in (1, 2))
        assert process.can_take(Command("x", "", host.implementation, 1, name="all", networks=40))
        process.give(three)
        assert not process.can_take(one)  # it is at work
        process.end("enough")
        process.answer()
        process.alive = lambda: True  # type: ignore[method-assign]  # as if it had ended well
        assert process.can_take(one)
        assert not process.can_take(two)
    finally:
        process.dismiss()


def test_where_the_peak_cannot_be_reset_each_command_has_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = started(tmp_path)
    done(process, "hello")
    assert process.can_take(command("again"))
    monkeypatch.setattr(process_module, "peak_can_be_reset", lambda: False)
    assert not process.can_take(command("again"))
    process.dismiss()


def test_ending_a_process_ends_what_it_started(tmp_path: Path) -> None:
    process = started(tmp_path)
    process.give(command("hang with a child"))
    pid_file = process.result_path.with_suffix(".child")
    _wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
    process.end("enough")
    assert process.answer().reason == "enough"
    _wait_until(lambda: not _runs(int(pid_file.read_text())))


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="without process groups nobody knows whose an orphan is")
def test_what_a_crashed_process_has_started_ends_when_the_process_is_dismissed(tmp_path: Path) -> None:
    process = started(tmp_path)
    assert done(process, "abort beside a child").reason == "crashed: ended by SIGABRT"
    orphan = int(process.result_path.with_suffix(".child").read_text())
    assert _runs(orphan)
    process.dismiss()
    _wait_until(lambda: not _runs(orphan))


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="without process groups there is none to end")
def test_a_number_that_another_process_has_by_now_is_no_group_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda number, _: ended.append(number))
    child = subprocess.Popen([sys.executable, "-c", ""])
    ours = psutil.Process(child.pid)
    child.wait()
    monkeypatch.setattr(psutil, "pid_exists", lambda number: number == child.pid)
    kill(ours)
    assert ended == []
    monkeypatch.undo()
    monkeypatch.setattr(os, "killpg", lambda number, _: ended.append(number))
    kill(ours)
    assert ended == [child.pid], "what it left behind is still in its group"


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves no time to clean up: the workers notice that their input is closed."""
    script = (
        "import sys, time; from pathlib import Path; from tests.benchmarks.execution.test_process import *\n"
        "process = started(Path(sys.argv[1])); process.give(command('hang'))\n"
        "while not process.loaded(): time.sleep(0.01)\n"
        "print(process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert _runs(worker)
    parent.kill()
    parent.communicate()
    _wait_until(lambda: not _runs(worker))


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
