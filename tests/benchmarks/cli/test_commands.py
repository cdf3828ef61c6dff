"""The real command line: what goes wrong is one line on stderr with exit code 2, and nothing is lost."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cli.main import main
from benchmarks.datasets import datasets
from benchmarks.datasets.sources.archives import PipArchive

SMALL = """
name = "small"
tasks = ["diabetes"]
implementations = ["numpy"]
folds = 2
keep_training_s = 0
[timing]
launches = 1
batch_sizes = [32]
budget_s = 0.02
"""

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


#: Diamonds are not on every machine, and on none where another folder than the user's is searched.
WITH_DIAMONDS = """
name = "with diamonds"
tasks = ["diabetes", "diamonds"]
implementations = ["numpy"]
folds = 2
[timing]
leave_out = ["diabetes", "diamonds"]
"""


#: The command with a report that is not written, for what is not about the report, which takes longer than such runs.
WITHOUT_REPORT = """
import sys
from types import SimpleNamespace
sys.modules["report.build"] = SimpleNamespace(build_report=lambda *_: None)
from benchmarks.cli.main import main
main(sys.argv[1:])
"""
THREEFOLD, UNREPORTED = ([sys.executable, *options] for options in (("-m", "benchmarks"), ("-c", WITHOUT_REPORT)))


def threefold(
    *arguments: str, command: Sequence[str] = THREEFOLD, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=300,
        check=False,
    )


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line with which the command refuses, in this process."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    message = capsys.readouterr().err
    assert ended.value.code == 2, message
    assert len(message.strip().splitlines()) == 1, message
    assert message.startswith("threefold: ")
    return message


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that went undisturbed to its end; what it printed is in `output.txt` beside it."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "small.toml").write_text(SMALL)
    done = threefold("run", "--suite", str(folder / "small.toml"), "--out", str(folder / "run"))
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "output.txt").write_text(done.stdout)
    return folder / "run"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_leaves_all_that_is_promised(finished: Path) -> None:
    left = set(files(finished))
    promised = {"manifest.json", "records.jsonl", "index.html"}
    promised |= {f"tables/{name}.{kind}" for name in ("accuracy", "speed") for kind in ("csv", "md")}
    assert promised <= left
    assert any(name.startswith("figures/") and name.endswith(".svg") for name in left)
    assert not (finished / ".threefold" / "work").exists()
    accuracy = (finished / "tables/accuracy.csv").read_text().splitlines()
    assert accuracy[0].startswith(
        "task,architecture,implementation,device,metric,mean,std,ci_low,ci_high,folds,seeds,epochs,parameters"
    )
    speed = (finished / "tables/speed.csv").read_text().splitlines()
    assert speed[0].startswith(
        "task,architecture,implementation,device,operation,batch_size,median_s,ci_low_s,ci_high_s,samples_per_s,"
        "ratio_to_torch,ratio_low,ratio_high,first_step_s,peak_memory_bytes,share_of_peak,disturbed"
    )
    assert {line.split(",")[4] for line in speed[1:]} == {"train_step", "train_epoch", "predict"}


def test_no_file_of_a_run_names_the_host_or_the_home(finished: Path) -> None:
    names = [os.uname().nodename.encode(), str(finished).encode()]
    named = [
        (path, name)
        for path, content in files(finished).items()
        for name in names
        # A short name stands in compressed bytes by chance.
        if name in content and (len(name) > 6 or not path.endswith((".png", ".parquet")))
    ]
    assert named == []


def test_the_same_command_again_changes_no_record(finished: Path) -> None:
    before = (finished / "records.jsonl").read_bytes()
    suite = finished.parent / "small.toml"
    again = threefold("run", "--suite", str(suite), "--out", str(finished), command=UNREPORTED)
    assert again.returncode == 0
    assert "cells are there already" in again.stdout
    assert (finished / "records.jsonl").read_bytes() == before


def test_output_that_is_no_terminal_is_plain_lines_with_cells_left_and_time_to_go(finished: Path) -> None:
    printed = (finished.parent / "output.txt").read_text()
    assert "\x1b" not in printed
    assert "[0/5] accuracy diabetes linear scikit-learn cpu ..." in printed
    assert "s to go" in printed
    assert "[5/5]" in printed


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (1, 2))])
def test_a_killed_run_continues_to_the_same_accuracy_table(
    finished: Path, suite: Path, tmp_path: Path, seed: int
) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "benchmarks", "run", "--suite", str(suite), "--out", str(out)]
    moment = random.Random(seed)
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment.uniform(0.5, 4.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = threefold("run", "--suite", str(suite), "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (out / "tables/accuracy.csv").read_bytes() == (finished / "tables/accuracy.csv").read_bytes()


@pytest.mark.parametrize(
    "implementation",
    # That a framework's training resumes to the last digit is a check of its contract; here all use the same files.
    ["numpy", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("torch", "keras-tensorflow"))],
)
def test_a_killed_training_continues_from_its_last_epoch(tmp_path: Path, implementation: str) -> None:
    """What the epochs before took, to the last digit, stands in the curve afterwards: they were not done again."""
    (tmp_path / "one.toml").write_text(ONE_TRAINING.format(implementation))
    out = tmp_path / "run"
    command = ["run", "--suite", str(tmp_path / "one.toml"), "--out", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks", *command], stdout=subprocess.DEVNULL)
    while not (kept := sorted((out / ".threefold" / "work").glob("*.training.npz"))):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = json.loads(np.load(kept[0])["standing"].tobytes())
    done = threefold(*command, command=UNREPORTED)
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]
    (training,) = [each for each in records if each["cell"]["kind"] == "accuracy" and each["cell"]["epochs"] > 0]
    curves = [split["curve"] for split in training["result"]["splits"]]
    assert before["curve"] or before["splits"]
    assert before["curve"] == curves[len(before["splits"])][: len(before["curve"])]
    assert [len(curve) for curve in curves] == [training["cell"]["epochs"]] * 2
    assert not kept[0].exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_keeps_what_is_done(suite: Path, tmp_path: Path, sent: signal.Signals) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "run", "--suite", str(suite), "--out", str(out)],
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--suite", "quik"], "suite 'quik' is unknown; there are full, quick, standard"),
        (["run", "--task", "digit"], "task 'digit' is unknown; there are"),
        (["run", "--implementation", "jax"], "implementation 'jax' is unknown; there are"),
        (["run", "--architecture", "lstn"], "architecture 'lstn' is unknown; there are"),
        (["run", "--recipe", "lstn"], "recipe 'lstn' is unknown; there are"),
        (["run", "--architecture", "lstm"], "'lstm' is a recipe of architecture 'recurrent': give --recipe lstm"),
        (["run", "--folds", "1"], "folds: "),
        (["run", "--folds", "many"], "folds"),
        (["run", "--launches", "0"], "timing.launches: "),
        (["run", "--device", "tpu"], "devices"),
        (["run", "--fold", "3"], "No such option"),
        (["certify", "--architecture", "lstn"], "lstn"),
        (["certify", "--implementation", "jax"], "implementation 'jax' is unknown; there are"),
        (["certify", "--dtype", "float16"], "float16"),
        (["certify", "--device", "tpu"], "tpu"),
        (["rnu"], "rnu"),
        (["report", "nowhere"], "nowhere: holds no run"),
        (["data", "verify", "no-such-data"], "no-such-data"),
        (["data", "fetch", "no-such-data"], "no-such-data"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "run")] if arguments[0] == "run" else []
    assert said in refusal(capsys, *arguments, *out)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "arguments", [["run", "--suite", "quik"], ["rnu"]], ids=["our error", "an error of the options"]
)
def test_the_process_of_a_wrong_command_ends_with_one_line_too(arguments: list[str]) -> None:
    done = threefold(*arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr


@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "device 'cuda'" in refusal(capsys, "run", "--device", "cuda", "--out", str(tmp_path / "run"))


def test_an_output_folder_that_is_a_file_is_refused(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "taken"
    out.write_text("mine")
    assert str(out) in refusal(capsys, "run", "--suite", str(suite), "--out", str(out))
    assert out.read_text() == "mine"


def test_an_unwritable_output_folder_is_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "/proc/threefold" in refusal(capsys, "run", "--suite", str(suite), "--out", "/proc/threefold")


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


def test_a_damaged_data_file_ends_the_run_before_anything_is_written(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive,) = datasets()["diamonds"].ways
    assert isinstance(archive, PipArchive)
    damaged = tmp_path / "data" / "diamonds" / archive.archive
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"no archive")
    out = tmp_path / "run"
    shutil.copytree(finished, out)
    before = files(out)
    suite = tmp_path / "diamonds.toml"
    suite.write_text(SMALL.replace("diabetes", "diamonds"))
    monkeypatch.setenv("THREEFOLD_DATA", str(tmp_path / "data"))
    message = refusal(capsys, "run", "--suite", str(suite), "--out", str(out))
    assert "diamonds" in message
    assert "threefold data fetch diamonds --force" in message
    assert files(out) == before


@pytest.mark.nightly
def test_missing_data_fails_its_cells_with_the_way_to_get_it(tmp_path: Path) -> None:
    suite = tmp_path / "both.toml"
    suite.write_text(WITH_DIAMONDS)
    arguments = ("run", "--suite", str(suite), "--out", str(tmp_path / "run"))
    done = threefold(*arguments, command=UNREPORTED, THREEFOLD_DATA=str(tmp_path / "none"))
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "4 of 7 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine, so its cells failed; get it by ")
    assert "then give the same command again" in last


def test_a_failed_download_is_reported_at_the_end_and_fails_its_own_cells(tmp_path: Path) -> None:
    """What the README's first command does on a machine without a network."""
    suite = tmp_path / "both.toml"
    suite.write_text(WITH_DIAMONDS)
    done = threefold(
        *("run", "--suite", str(suite), "--fetch", "--out", str(tmp_path / "run")),
        command=UNREPORTED,
        THREEFOLD_DATA=str(tmp_path / "none"),
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
    )
    assert done.returncode == 1, done.stderr
    assert "data set 'diamonds' is not on this machine; get it by `threefold data fetch diamonds`" in done.stdout
    assert "4 of 7 cells are good" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("without data: diamonds is not on this machine (")
    assert "was not fetched; pip cannot download plotnine" in last
    assert "Traceback" not in done.stdout + done.stderr


def test_list_shows_what_there_is_and_what_is_missing() -> None:
    done = threefold("list")
    assert done.returncode == 0
    for name in ("digits", "mlp", "cnn", "keras-tensorflow+xla", "standard"):
        assert name in done.stdout


def test_list_shows_what_holds_a_word() -> None:
    done = threefold("list", "--only", "tasks", "LSTM", "forecasting")
    names = [line.split()[0] for line in done.stdout.splitlines()[2:]]
    assert names == ["electricity-demand", "sunspots", "sunspots-monthly"]
    nothing = threefold("list", "nosuch")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (2, 1)


def test_at_80_columns_no_name_is_broken() -> None:
    script = f"""
import sys
from rich.console import Console
import benchmarks.cli.list as module
module.table_console = lambda: Console(width=80)
module.list_command({[]!r})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("electricity-demand-quick  forecasting") for line in lines)


def test_several_runs_stand_side_by_side(finished: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("manifest.json", "records.jsonl"):
        (other / name).write_bytes((finished / name).read_bytes())
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"label": "other machine"}))
    assert threefold("report", str(finished), str(other)).returncode == 2
    done = threefold("report", str(finished), str(other), "--out", str(tmp_path / "both"))
    assert done.returncode == 0, done.stderr
    table = (tmp_path / "both/tables/speed.csv").read_text()
    assert "other machine" in table
    assert finished.name in table
