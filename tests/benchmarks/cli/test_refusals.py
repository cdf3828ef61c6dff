"""What cannot be done is one line on stderr with exit code 2, before anything is written."""

import shutil
from pathlib import Path

import pytest

from benchmarks.datasets import datasets
from benchmarks.datasets.sources.archives import PipArchive
from tests.benchmarks.cli.real_command import SMALL, files, refusal, threefold


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--suite", "quik"], "suite 'quik' is unknown; there are full, gpu, gpu-short, quick, standard"),
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
