"""A run that is killed, interrupted or out of disk loses nothing, and the same command goes on."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from report.runs.reading import read_run
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.files import csv_text
from tests.benchmarks.cli.real_command import called, unreported

ONE_TRAINING = """
name = "one training"
tasks = ["digits"]
recipes = ["mlp"]
implementations = ["{}"]
folds = 2
keep_training_s = 0
[timing]
leave_out = ["digits"]
"""


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (1, 2))])
def test_a_killed_run_continues_to_the_same_accuracy_table(
    finished: Path, suite: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    command = [*unreported(), "run", "--suite", str(suite), "--out", str(out)]
    moment = random.Random(seed)
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment.uniform(0.5, 4.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    monkeypatch.setattr("report.build.build_report", lambda *_: None)
    done = called("run", "--suite", suite, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert csv_text(AccuracyRow, accuracy_rows([read_run(out)]), {"run"}) == (
        finished / "tables/accuracy.csv"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "implementation",
    # That a framework's training resumes to the last digit is a check of its contract; here all use the same files.
    ["numpy", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("torch", "keras-tensorflow"))],
)
def test_a_killed_training_continues_from_its_last_epoch(
    tmp_path: Path, implementation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the epochs before took, to the last digit, stands in the curve afterwards: they were not done again."""
    (tmp_path / "one.toml").write_text(ONE_TRAINING.format(implementation))
    out = tmp_path / "run"
    command = ["run", "--suite", str(tmp_path / "one.toml"), "--out", str(out)]
    process = subprocess.Popen([*unreported(), *command], stdout=subprocess.DEVNULL)
    while not (kept := sorted((out / ".threefold" / "work").glob("*.training.npz"))):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = json.loads(np.load(kept[0])["standing"].tobytes())
    monkeypatch.setattr("report.build.build_report", lambda *_: None)
    done = called(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]
    (training,) = [each for each in records if each["cell"]["kind"] == "accuracy" and each["cell"]["epochs"] > 0]
    curves = [split["curve"] for split in training["result"]["splits"]]
    assert before["curve"] or before["splits"]
    assert before["curve"] == curves[len(before["splits"])][: len(before["curve"])]
    assert [len(curve) for curve in curves] == [training["cell"]["epochs"]] * 2
    assert not kept[0].exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.nightly)])
def test_an_interrupted_run_says_so_and_keeps_what_is_done(suite: Path, tmp_path: Path, sent: signal.Signals) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        [*unreported(), "run", "--suite", str(suite), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As at a terminal: a shell's background job, as these tests may be, ignores interrupts, and so does its child.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    while "[1/" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(sent)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on from there" in output
    assert "Traceback" not in errors
    assert len((out / "records.jsonl").read_text().splitlines()) >= 1


def test_a_full_disk_is_one_line_and_loses_nothing(finished: Path, suite: Path, tmp_path: Path) -> None:
    """A file-size limit stands for the full disk: the system refuses the write in the same way."""
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)); import signal;"
    script += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from benchmarks.cli.main import main; main(sys.argv[1:])"
    out = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--suite", str(suite), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert not (out / "manifest.json").exists()
