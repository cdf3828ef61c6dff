"""Measured processes have the threads they were given and what they need; denormals count as 0, in all threads."""

import json
import subprocess
import sys
import threading
import time

import pytest

from benchmarks.execution.child import process_environment
from benchmarks.execution.command import Command, Host, Limits
from benchmarks.execution.floating_point import (
    denormals_are_flushed,
    flush_denormals,
    mode_of_measured_processes,
)
from benchmarks.execution.process import START, Process
from impls.engines import implementation as find_implementation

PROBE = "tests.benchmarks.execution.measured_process_probe"

#: (implementation, threads): with two, a library has threads of its own; one differs from the default.
PROCESSES = [
    ("numpy", 1),
    ("numpy", 2),
    ("torch", 2),
    ("keras-tensorflow", 2),
    pytest.param("torch", 1, marks=pytest.mark.nightly),
    pytest.param("keras-tensorflow", 1, marks=pytest.mark.nightly),
]


def looked_into(start, implementation, threads=2):
    environment = process_environment(threads, find_implementation(implementation))
    command = [sys.executable, "-m", *start, PROBE, implementation, str(threads)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(("implementation", "threads"), PROCESSES)
def test_measured_processes_have_their_threads_and_no_denormal_numbers(implementation, threads):
    process = looked_into([START], implementation, threads)
    assert process["threads"] == threads
    assert len(process["denormals"]) >= 2
    assert set(process["denormals"].values()) == {0}, process["denormals"]
    # Packages that Keras would import only because they are there: not imported, and not lost for who needs them later.
    assert process["imported"] == []
    assert ({"pandas", "sklearn"} if "keras" in implementation else set()) <= set(process["importable"])


def test_other_processes_are_left_alone():
    assert set(looked_into([], "numpy")["denormals"].values()) == {360_000}


def test_one_thread_and_those_it_starts():
    seen = {}

    def look(name):
        seen[name] = denormals_are_flushed()

    def flush():
        seen["could"] = flush_denormals()
        look("itself")
        inner = threading.Thread(target=look, args=["inner"])
        inner.start()
        inner.join()

    outer = threading.Thread(target=flush)
    outer.start()
    outer.join()
    assert seen == {"could": True, "itself": True, "inner": True}
    assert not denormals_are_flushed()


def test_the_mode_is_read_without_changing_ones_own():
    assert mode_of_measured_processes() == "flushed"
    assert not denormals_are_flushed()


@pytest.mark.parametrize("platform", ["linux", "sunos5"])
def test_an_unknown_platform_is_reported(platform, monkeypatch):
    monkeypatch.setattr("benchmarks.execution.floating_point.sys.platform", platform)
    monkeypatch.setattr("benchmarks.execution.floating_point.platform.machine", lambda: "riscv64")
    assert not flush_denormals()
    assert mode_of_measured_processes() == "kept"


def test_every_command_begins_so(tmp_path):
    (tmp_path / "says.py").write_text(
        "from pathlib import Path\nfrom benchmarks.execution.floating_point import denormals_are_flushed\n"
        "def main(request, result):\n    Path(result).write_text(str(denormals_are_flushed()).lower())\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
        process = Process(Host("numpy", 1), tmp_path, Limits(60.0, 2**31))
        process.give(Command("says", "", "numpy", 1, "says"))
        while not process.finished():
            time.sleep(0.01)
    assert process.answer() == (True, None, False)
    process.dismiss()
