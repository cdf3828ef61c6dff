"""The real command line in odd surroundings: encodings, names, variables of pytest, files of the current folder."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.table import Table

from benchmarks.cli.main import main
from benchmarks.cli.terminal import plain_console, say
from benchmarks.execution.child import DEBUGGING_VARIABLES, process_environment
from benchmarks.gate.launches import Side, environment_of
from benchmarks.printable import printable
from tests.benchmarks.cli.real_command import SMALL, called, refusal
from tests.benchmarks.fuzzing.commands import planning_alone
from tests.benchmarks.fuzzing.test_gates import HISTORY
from tests.report.sample_runs import sample_records, write_run
from tests.undrawn import drawing_nothing

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "encoding",
    # The first has characters of two bytes. ASCII, of every command, is the next test's.
    ["cp932", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("ascii", "cp850", "cp1251", "latin-1"))],
)
def test_output_goes_to_any_code_page(tmp_path: Path, encoding: str) -> None:
    missing = str(tmp_path / "Übung 時")
    for code, arguments in ((0, ["data", "list"]), (2, ["compare", missing, missing])):
        command = [sys.executable, "-m", "benchmarks", *arguments]
        done = subprocess.run(
            command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding}, check=False, timeout=300
        )
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr


def test_every_command_prints_to_any_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the table's and the report's commands too, in this process: a stream that has 128 characters alone."""
    run = write_run(tmp_path / "Übung 時", sample_records(["numpy"]), label="Übung 時")
    (run / "history.jsonl").write_text("\n".join(HISTORY) + "\n", encoding="utf-8")
    table = tmp_path / "größe.csv"
    table.write_text("größe,art\n" + "".join(f"{n % 7},{'xü'[n % 2]}\n" for n in range(40)), encoding="utf-8")
    commands = [
        ["list"], ["data", "list"], ["data", "list", "--json"], ["data", "describe", table, "--target", "art"],
        ["compare", run, run, "--all"], ["compare", run, run, "--all", "--format", "markdown"], ["report", run],
        ["history", "show", "--folder", run, "--out", tmp_path / "ü.html"],
        ["run", "--table", table, "--target", "art", "--out", tmp_path / "new"],
    ]  # fmt: skip
    for arguments in commands:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        with drawing_nothing(), planning_alone(arguments[0] == "run"), pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        for stream in streams:
            stream.flush()
        said, complaint = (stream.buffer.getvalue() for stream in streams)  # type: ignore[attr-defined]  # it is bytes
        assert ended.value.code == 0, complaint
        assert said
        assert complaint == b""


@pytest.mark.parametrize("name", ["x[/old]", ":cat:", "x\x1b[31m\x9b"])
def test_a_path_is_printed_and_is_no_markup_and_no_order_to_the_terminal(tmp_path: Path, name: str) -> None:
    run, out = write_run(tmp_path / "runs" / "x[v2]", sample_records()[:2]), tmp_path / name
    with drawing_nothing():
        done = called("report", run, "--out", out)
    assert done.returncode == 0, done.stderr
    assert f"{printable(str(out / 'index.html'))} is written" in done.stdout.replace("\n", "")


def test_no_name_in_a_sentence_or_a_table_orders_the_terminal_about(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name", title="a\x1b[2J")
    table.add_row("b\x07:cat:[red]\x9b")
    console = plain_console(80)
    console.print(table)
    console.print("c\x1b]0;title\x07\nsecond line", soft_wrap=True)
    say("d\x1b[31m")
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    for text in (r"a\x1b[2J", r"b\x07:cat:[red]\x9b", "c\\x1b]0;title\\x07\nsecond line\n", r"d\x1b[31m"):
        assert text in shown


@pytest.mark.parametrize("written", ["table", "json", "markdown", "junit"])
def test_runs_in_folders_whose_names_are_not_utf_8_are_compared(tmp_path: Path, written: str) -> None:
    run = write_run(tmp_path / "x\udcff", sample_records(["numpy"]))
    done = called("compare", run, run, "--all", "--format", written)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.replace("\n", "").isprintable()


def test_a_label_that_is_not_utf_8_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    command = ["run", "--suite", str(tmp_path / "small.toml"), "--out", str(tmp_path / "run"), "--label", "\udcff"]
    assert "--label holds bytes that are not UTF-8" in refusal(capsys, *command)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--device", "cpu", "--device", "cpu"], "devices: 'cpu' is named twice"),
        (["--recipe", "lstm"], "recipe 'lstm': none of the tasks diabetes has it"),
        (["--architecture", "recurrent"], "architecture recurrent: none of the tasks diabetes has a recipe of it"),
        (["--folds", "443"], "folds: 443 are more than the 442 examples"),
        (["--repeats", "1000000000"], "repeats: "),
        (["--launches", "99999999999999999999"], "launches: "),
        (["--task", "a\x1b[31m" + "b" * 5000], "is unknown"),
    ],
)
def test_options_are_checked_as_suites_are(
    tmp_path: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    arguments = ["run", "--suite", str(tmp_path / "small.toml"), "--out", str(tmp_path / "run"), *options]
    message = refusal(capsys, *arguments)
    assert said in message
    assert message.strip().isprintable()
    assert len(message) < 2000
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("options", [[], ["--recipe", "mlp"], ["--architecture", "mlp"]])
def test_one_task_of_a_suite_leaves_the_recipes_of_the_others(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "two.toml").write_text(
        'recipes = ["mlp", "cnn"]\n' + SMALL.replace('["diabetes"]', '["digits", "diabetes"]')
    )
    arguments = ["run", "--suite", tmp_path / "two.toml", "--task", "diabetes", *options, "--out", tmp_path / "run"]
    with drawing_nothing(), planning_alone():
        done = called(*arguments)
    assert done.returncode == 0, done.stderr


def test_timings_know_nothing_of_the_users_pytest_and_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every one of these made all timings fail, and the module of the current folder was executed."""
    (tmp_path / "small.toml").write_text(SMALL)
    for name in ("random", "pip"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the module of the current folder was imported')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing --benchmark-skip --no-such-option")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    monkeypatch.setattr("benchmarks.runner.plan._peaks", lambda *_: [])
    monkeypatch.setattr("report.build.build_report", lambda *_: None)
    # In this process, which was started elsewhere, as an installed program is: it imports nothing from there.
    done = called("run", "--suite", "small.toml", "--out", "run", "--only", "timing")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 cells are good" in done.stdout


def test_a_measured_process_has_no_variable_of_the_users_pytest_and_debugging(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS", *DEBUGGING_VARIABLES):
        monkeypatch.setenv(name, "the user's")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "/mine", ""]))
    environment = process_environment(1, None)
    pytests = {name: value for name, value in environment.items() if name.startswith("PYTEST_")}
    assert pytests == {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert not environment.keys() & set(DEBUGGING_VARIABLES)
    assert not environment_of(Side(Path("/tree"), Path("python")), 1).keys() & set(DEBUGGING_VARIABLES)
    assert environment["PYTHONSAFEPATH"] == "1"
    assert environment["PYTHONPATH"].split(os.pathsep)[-1] == "/mine"
    assert "" not in environment["PYTHONPATH"].split(os.pathsep)


@pytest.mark.parametrize("wait_s", [0.15, 0.5])
def test_an_interrupt_while_modules_load_is_no_traceback(tmp_path: Path, wait_s: float) -> None:
    started = "import sys, time\nprint('begun', flush=True)\nfrom benchmarks.__main__ import main\nmain()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", started, "report", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(wait_s)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    # 2: it had ended, since there is no run; -SIGINT: and Python was clearing up, after its own handlers were gone.
    assert process.returncode in (130, 2, -signal.SIGINT)


def test_an_interrupt_that_a_library_makes_an_error_of_is_an_interrupt() -> None:
    """As pydantic does with one that comes while it builds a validator."""
    script = (
        "import os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "from benchmarks.cli import main\n"
        "def validator(*_, **__):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        raise ValueError('Error building a validator')\n"
        "main.app = validator\n"
        "main.main([])\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (130, "")
