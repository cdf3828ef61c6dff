"""A run that is killed again and again loses what was under way and nothing else, and ends as one left alone."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.records.cells import AccuracyCell
from benchmarks.records.results import AccuracyResult
from benchmarks.records.store import RECORDS, read_records
from tests.benchmarks.measure.test_shared_processes import measured

SUITE = """
name = "killed"
tasks = ["diabetes", "wine", "breast-cancer", "sunspots"]
implementations = ["numpy"]
folds = 3
repeats = 3
keep_training_s = 0
"""
#: Processes that measure side by side: each may lose the cell that it is at.
SLOTS = 2
#: Ends each command before tables and page, which is not what is looked at here.
RUN = """
import report.build
report.build.build_report = lambda *_: None
from benchmarks.__main__ import main
main()
"""


def start(directory: Path) -> subprocess.Popen[str]:
    suite = directory.with_suffix(".toml")
    suite.write_text(SUITE)
    options = ["run", "--suite", str(suite), "--only", "accuracy", "--out", str(directory)]
    affinity = sorted(os.sched_getaffinity(0))[:SLOTS]
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, affinity),
    )


def finish(directory: Path) -> str:
    output, _ = (process := start(directory)).communicate(timeout=600)
    assert process.returncode == 0, output
    return output


def results(directory: Path) -> dict[str, bytes]:
    records, problems = read_records(directory)
    assert problems == []
    keys = [record.key for record in records]
    assert len(keys) == len(set(keys)), "no cell was done twice"
    return {
        record.key: measured(record.result)
        for record in records
        if isinstance(record.cell, AccuracyCell) and isinstance(record.result, AccuracyResult)
    }


def killed_runs(folder: Path, kills: int) -> list[int]:
    """Kill runs of a folder at random moments, and take another folder when it is done; cells lost by each kill."""
    chance = random.Random(0)
    began = time.monotonic()
    finish(folder / "undisturbed")
    whole_s = time.monotonic() - began
    expected = results(folder / "undisturbed")
    assert len(expected) >= 8
    lost = []
    number = 0
    while len(lost) < kills:
        here = folder / f"resumed-{number}"
        before = (here / RECORDS).read_bytes() if (here / RECORDS).exists() else b""
        process = start(here)
        time.sleep(chance.uniform(0.0, whole_s))
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
        after = (here / RECORDS).read_bytes() if (here / RECORDS).exists() else b""
        assert after.startswith(before), "what was recorded stays"
        if process.returncode == -signal.SIGKILL:
            lines = [line for line in output.splitlines() if line.startswith("[")]
            begun = {line.split("] ")[1].removesuffix(" ...") for line in lines if line.endswith(" ...")}
            done = {line.split("] ")[1].split(": done")[0] for line in lines if ": done" in line}
            lost.append(len(begun - done))
        if process.returncode == 0 or len(lost) == kills:
            finish(here)
            assert results(here) == expected
            number += 1
    return lost


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="affinity is Linux's")
@pytest.mark.timeout(3600)
def test_thirty_kills_lose_one_cell_a_process_at_most_and_change_no_result(tmp_path: Path) -> None:
    lost = killed_runs(tmp_path, 30)
    print(json.dumps({"kills": len(lost), "cells lost": lost}))
    assert len(lost) == 30
    assert max(lost) <= SLOTS
