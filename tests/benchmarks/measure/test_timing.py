"""The timing suite: a launch's file becomes its result; it takes turns, and runs by hand too."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import benchmarks.measure.timing
from benchmarks.environment import machine
from benchmarks.execution.turns import TURNS, Turn
from benchmarks.measure.timing.launch import read_timing
from benchmarks.measure.timing.turned_clock import TurnedClock
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import timing_cells
from benchmarks.suites import read_suite
from benchmarks.tasks import task
from benchmarks.tasks.preparation import prepare

BUSY = {"steal_share": 0.0, "other_share": 0.9, "involuntary_switches_per_s": 0.0, "disturbed": True}


def test_a_launch_s_file_becomes_its_result(tmp_path: Path) -> None:
    path = tmp_path / "launch.json"
    timed = {
        "extra_info": {"operation": "predict", "batch_size": 32, "examples": 32, "flops": 64, "disturbance": BUSY},
        "stats": {"data": [2.0, 1.0], "iterations": 3},
    }
    launch = {"first_step_s": 0.5, "peak_memory_bytes": 100, "parameters": 7}
    path.write_text(json.dumps({"benchmarks": [timed], "threefold": launch}))
    (operation,) = read_timing(path).operations
    assert (operation.samples_s, operation.iterations) == ((2.0, 1.0), 3), "in the order in which they were taken"
    assert operation.disturbance.model_dump() == BUSY


def test_the_clock_lets_others_measure_between_rounds_and_never_within_one() -> None:
    log: list[str] = []

    class Noting(Turn):
        def take(self) -> None:
            log.append("take")

    clock = TurnedClock(Noting(None, "a"))
    clock.measure(rounds=2 * TURNS + 1, warm_up=lambda: log.append("warm-up"))
    for _ in range(2 * TURNS + 1):
        began = clock()
        log.append("round")
        assert clock() >= began
    signs = {"take": "|", "warm-up": "w", "round": "."}
    written = "".join(signs[event] for event in log)
    assert written == "|w".join(["..."] * 7), "at most as many turns as there are, each warm before it is timed"
    log.clear()
    clock.measure(rounds=5, warm_up=lambda: log.append("warm-up"))
    for _ in range(10):
        clock()
    assert log == ["take"] * 4, "few rounds: each has a turn of its own, the first the one at hand"


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The timing suite as a person calls it, twice, with a cell that the quick suite plans."""
    folder = Path(benchmarks.measure.timing.__file__).parent
    work = tmp_path_factory.mktemp("timing")
    quick = read_suite("quick").model_copy(update={"tasks": ("diabetes",), "implementations": ("numpy",)})
    timing = {"leave_out": (), "budget_s": 0.05, "batch_sizes": (32, 256)}
    quick = quick.model_copy(update={"timing": quick.timing.model_copy(update=timing)})
    cell = next(timing_cells(quick, {"diabetes": data_facts("diabetes")}))
    (work / "cell.json").write_text(cell.model_dump_json())
    prepare(task(cell.task), cell.folds, (0,), work)
    command = [sys.executable, "-m", "pytest", "-c", str(folder / "pytest.ini"), "--rootdir", str(folder), str(folder)]
    command += ["--cell", str(work / "cell.json"), "--prepared", str(work), "-q"]
    for name in ("monday", "tuesday"):
        out = f"--benchmark-json={work / name}.json"
        done = subprocess.run([*command, out], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    content: dict[str, Any] = json.loads((work / "monday.json").read_text())
    return content | {"path": str(work / "monday.json"), "again": str(work / "tuesday.json")}


def test_the_suite_runs_by_hand_and_times_all_operations(by_hand: dict[str, Any]) -> None:
    result = read_timing(Path(by_hand["path"]))
    timed = {(each.operation, each.batch_size) for each in result.operations}
    assert timed == {("train_step", 32), ("train_step", 256), ("predict", 32), ("predict", 256), ("train_epoch", 32)}
    steps = {each.batch_size: each for each in result.operations if each.operation == "train_step"}
    assert steps[256].flops == 8 * steps[32].flops
    assert all(0 < seconds < 1 for each in result.operations for seconds in each.samples_s)
    assert result.peak_memory_bytes > 10 * 2**20
    assert result.first_step_s > 0


def test_its_file_names_the_machine_without_naming_the_host(by_hand: dict[str, Any]) -> None:
    assert by_hand["machine_info"] == machine().model_dump()


def compared(by_hand: dict[str, Any], *options: str) -> str:
    """What pytest-benchmark's own command prints of two runs."""
    files = [by_hand["path"], by_hand["again"]]
    command = [sys.executable, "-m", "pytest_benchmark", "compare", *files, "--columns=median", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pytest_benchmarks_own_compare_says_what_was_timed(by_hand: dict[str, Any]) -> None:
    shown = compared(by_hand).splitlines()
    for timed in ("train_step[{}-32]", "predict[{}-256]", "train_epoch[{}-32]"):
        name = timed.format("diabetes-mlp-numpy-cpu-float32")
        runs = {line.split(name)[1].split()[0][1:-1].split("/")[-1] for line in shown if line.startswith(name)}
        assert runs == {"monday", "tuesday"}, "both runs of an operation stand in the table, under its name"


@pytest.mark.parametrize(
    ("group", "title"),
    [
        ("param:implementation", "benchmark 'implementation=numpy'"),
        ("func,param:batch_size", "benchmark 'predict batch_size=32'"),
    ],
)
def test_pytest_benchmarks_groups_work(by_hand: dict[str, Any], group: str, title: str) -> None:
    block = compared(by_hand, f"--group-by={group}").split(title)[1].split("benchmark ")[0]
    assert "monday)" in block
    assert "tuesday)" in block
