"""Values that no option wants, in every command: one line, exit code 2, and nothing written, changed or lost."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.gate.baseline import FILE as BASELINE
from benchmarks.gate.history.lines import FILE as HISTORY
from tests.benchmarks.cli.real_command import SMALL, Done, called
from tests.benchmarks.fuzzing.test_gates import BENCHMARKS
from tests.benchmarks.fuzzing.test_gates import HISTORY as HISTORY_LINES
from tests.benchmarks.gate.toy_project import git, make_project
from tests.report.sample_runs import sample_records, write_run

pytestmark = pytest.mark.usefixtures("without_plugins")

#: An argument that stands for the hostile value; the others name what is there and sound.
HERE = "{}"
#: What each command reads: all of it has to be refused.
READ = {
    "suite": ["run", "--suite", HERE, "--out", "new"],
    "table": ["run", "--table", HERE, "--target", "a", "--out", "new"],
    "table without target": ["run", "--table", HERE, "--out", "new"],
    "plug-in": ["--plugin", HERE, "list"],
    "plug-in after": ["list", "--plugin", HERE],
    "report": ["report", HERE],
    "report of several": ["report", "sound", HERE, "--out", "new"],
    "readme": ["report", "sound", "--out", "new", "--readme", HERE],
    "compare A": ["compare", HERE, "sound"],
    "compare B": ["compare", "sound", HERE],
    "compare files": ["compare", "a.json", HERE],
    "gate file": ["gate", "--baseline", "HEAD", "--file", HERE, "--out", "new"],
    "history file": ["history", "add", "--file", HERE, "--folder", "new"],
    "history show": ["history", "show", "--folder", HERE],
    "history check": ["history", "check", "--folder", HERE],
    "versions file": ["versions", "--with", "torch==1", "--with", "torch==2", "--file", HERE, "--out", "new"],
    "describe": ["data", "describe", HERE],
}
#: What each command writes to: a value that is somebody else's is refused and left as it was.
WRITTEN = {
    "run": ["run", "--suite", "small.toml", "--out", HERE],
    "table run": ["run", "--table", "table.csv", "--target", "b", "--out", HERE],
    "report": ["report", "sound", "--out", HERE],
    "certify": ["certify", "--architecture", "mlp", "--out", HERE],
    "defaults": ["certify", "--defaults", "--out", HERE],
    "overhead": ["overhead", "--rounds", "6", "--out", HERE],
    "compare": ["compare", "a.json", "a.json", "--format", "json", "--out", HERE],
    "gate": ["gate", "--baseline", "HEAD~1", "--rounds", "1", "--out", HERE],
    "gate markdown": ["gate", "--baseline", "HEAD~1", "--rounds", "1", "--markdown", HERE],
    "gate json": ["gate", "--baseline", "HEAD~1", "--rounds", "1", "--json", HERE],
    "gate junit": ["gate", "--baseline", "HEAD~1", "--rounds", "1", "--junit", HERE],
    "self-test": ["gate", "--self-test", "--series-rounds", "8", "--repeats", "0", "--out", HERE],
    "history add": ["history", "add", "--launches", "1", "--folder", HERE],
    "history page": ["history", "show", "--folder", "history", "--out", HERE],
    "versions": ["versions", "--with", "torch==1", "--with", "torch==2", "--out", HERE],
    "new": ["new", "task", "a-task", "--folder", HERE],
    "fetch": ["data", "fetch", "diamonds", "--folder", HERE],
}
#: Commands that write a file; the others write into a folder.
FILES = ("overhead", "compare", "gate markdown", "gate json", "gate junit", "history page")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository with all that the commands need, and with hostile things in `bad/`."""
    folder = make_project(tmp_path_factory.mktemp("hostile") / "project")
    (folder / "toy.py").write_text((folder / "toy.py").read_text().replace("1e-8", "1e-7"))
    git(folder, "commit", "--all", "--quiet", "--message", "change")
    write_run(folder / "sound", sample_records(["numpy", "torch"]))
    (folder / "small.toml").write_text(SMALL)
    (folder / "table.csv").write_text("a,b\n" + "".join(f"{n % 7},{'xy'[n % 2]}\n" for n in range(40)))
    (folder / "a.json").write_text(BENCHMARKS[0])
    (folder / "history").mkdir()
    (folder / "history" / HISTORY).write_text("\n".join(HISTORY_LINES) + "\n")
    bad = folder / "bad"
    bad.mkdir()
    for ending in ("toml", "csv", "parquet", "npz", "npy", "ts", "py", "json", "md"):
        (bad / f"empty.{ending}").touch()
        (bad / f"binary.{ending}").write_bytes(bytes(range(256)) * 20)
        (bad / f"latin.{ending}").write_bytes("größe = 'ü'\nx = 1\n".encode("latin-1"))
        (bad / f"folder.{ending}").mkdir()
        (bad / f"dangling.{ending}").symlink_to("nowhere")
        os.mkfifo(bad / f"pipe.{ending}")
    (bad / "loop").symlink_to("loop")
    (bad / "theirs").mkdir()
    (bad / "theirs" / "thesis.txt").write_text("three years of work")
    (bad / "theirs" / HISTORY).write_text("three years of work")
    (bad / "link-to-theirs").symlink_to("theirs/thesis.txt")
    (bad / "nested.toml").write_text("a = " + "[" * 3000 + "]" * 3000)
    (bad / "wide.csv").write_text(",".join(f"c{n}" * 200 for n in range(300)) + "\n")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("THREEFOLD_DATA", str(folder / "cache"))
    yield folder
    monkeypatch.undo()


def snapshot(folder: Path) -> dict[str, tuple[int, ...]]:
    """All that is there, links and pipes too, without what git writes down of its own: kind, size, time of change."""
    entries: dict[str, tuple[int, ...]] = {}
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__")]
        for path in [Path(where) / name for name in (*folders, *files)]:
            status = path.lstat()
            changed = 0 if path.is_dir() else status.st_mtime_ns
            entries[str(path)] = (status.st_mode, status.st_ino, changed, 0 if path.is_dir() else status.st_size)
    return entries


def refused(folder: Path, arguments: list[str], value: str) -> Done:
    """Run the command; whatever it says, it is one printable line and changes nothing."""
    before = snapshot(folder)
    done = called(*(argument.replace(HERE, value) for argument in arguments))
    assert done.returncode == 2, (arguments, value, done)
    complaint = done.stderr.strip()
    assert complaint.isprintable(), complaint
    assert len(complaint.splitlines()) == 1, complaint
    assert len(complaint) < 3000
    assert complaint.startswith("threefold: ")
    assert snapshot(folder) == before, (arguments, value)
    return done


#: Things that nobody means: for each ending, what is no such file.
NOT_READ = ["absent", "empty", "binary", "latin", "folder", "dangling", "pipe"]


def endings(command: str) -> list[str]:
    """The endings with which a command takes a file for its own."""
    if command in ("suite", "gate file", "history file", "versions file"):
        return ["toml"]
    if command.startswith("plug-in"):
        return ["py"]
    if command.startswith(("table", "describe")):
        return ["csv", "parquet", "npz", "npy"]
    return ["md"] if command == "readme" else ["json"]


@pytest.mark.parametrize("command", READ)
def test_what_is_read(place: Path, command: str) -> None:
    for ending in endings(command):
        for kind in NOT_READ:
            # Nobody's plug-in is empty; it is loaded, adds nothing, and everything else works without it.
            if command.startswith("plug-in") and kind in ("empty", "binary", "latin"):
                continue
            refused(place, READ[command], f"bad/{kind}.{ending}")
    for name in (
        "bad/loop",
        "bad/theirs",
        "x" * 300,
        "bad/theirs/thesis.txt/deeper",
        "/dev/null",
        "/dev/zero",
        "\udcff",
    ):
        refused(place, READ[command], name)


@pytest.mark.parametrize("kind", ["empty", "binary", "latin"])
def test_a_plug_in_that_is_none_is_one_line_beside_what_was_asked_for(place: Path, kind: str) -> None:
    done = called("--plugin", f"bad/{kind}.py", "list", "--only", "suites")
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert f"plug-in {kind}.py" in done.stderr
    assert "quick" in done.stdout


@pytest.mark.parametrize("command", WRITTEN)
def test_what_is_written_to(place: Path, command: str) -> None:
    of_file = command in FILES
    names = ["bad/loop", "bad/dangling.md", "bad/pipe.md", "bad/theirs/thesis.txt/deeper", "x" * 300]
    names += ["bad/theirs/thesis.txt", "bad/link-to-theirs", *(["bad/theirs", "absent/file"] if of_file else [])]
    if not of_file and command not in ("new", "fetch"):  # these add something of their own name to a folder
        names.append("bad/theirs")
    for name in names:
        refused(place, WRITTEN[command], name)


@pytest.mark.parametrize("command", ["run", "table run", "certify", "defaults", "gate"])
def test_a_folder_whose_name_measured_processes_cannot_be_given_is_refused(place: Path, command: str) -> None:
    assert "not UTF-8; give another folder with --out" in refused(place, WRITTEN[command], "bad/\udcfe").stderr


@pytest.mark.parametrize("value", ["", "="])
@pytest.mark.parametrize("arguments", [READ["suite"], WRITTEN["report"], READ["plug-in"]])
def test_an_empty_value_is_not_the_current_folder(place: Path, arguments: list[str], value: str) -> None:
    option = next(each for each in arguments if each.startswith("--"))
    if value == "=":
        arguments = [f"{option}=" if each == option else each for each in arguments if each != HERE]
    assert f"threefold: {option}: what follows is empty" in refused(place, arguments, "").stderr


def test_a_baseline_of_somebody_else_is_not_replaced(place: Path) -> None:
    path = place / BASELINE
    path.parent.mkdir(parents=True)
    for content in ("three years of work", b"\xff\xfe", "{}", "[" * 5000):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for arguments in (["gate", "--init"], ["gate"], ["history", "check", "--folder", "history"]):
            assert str(BASELINE) in refused(place, arguments, "").stderr
    path.unlink()
    path.symlink_to("elsewhere.json")
    assert "is a link" in refused(place, ["gate", "--init"], "").stderr
    path.unlink()


def test_a_baseline_and_a_history_with_a_byte_order_mark_are_read(place: Path) -> None:
    assert called("gate", "--init").returncode == 0
    for path in (place / BASELINE, place / "history" / HISTORY):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "Unchanged" in called("gate", "--out", "gates").stdout
    assert called("history", "show", "--folder", "history").returncode == 0
    assert called("history", "check", "--folder", "history").returncode in (0, 1)
    subprocess.run(["git", "clean", "--quiet", "--force", "-d", "results", "gates"], cwd=place, check=True)


NUMBERS = {
    "compare": ["compare", "a.json", "a.json"],
    "gate": ["gate", "--baseline", "HEAD~1", "--out", "new"],
    "versions": ["versions", "--with", "torch==1", "--with", "torch==2", "--out", "new"],
    "history": ["history", "add", "--folder", "new"],
    "overhead": ["overhead"],
    "certify": ["certify", "--out", "new"],
    "run": ["run", "--suite", "small.toml", "--out", "new"],
}
OPTIONS = [
    *(("compare", option) for option in ("--threshold", "--tolerance", "--alpha")),
    *(
        ("gate", option)
        for option in ("--threshold", "--tolerance", "--alpha", "--time-limit", "--rounds", "--threads")
    ),
    *(("gate", option) for option in ("--series-rounds", "--repeats", "--loaded-repeats", "--comparisons")),
    *(("versions", option) for option in ("--time-limit", "--rounds", "--threads")),
    *(("history", option) for option in ("--launches", "--threads")),
    *(("overhead", option) for option in ("--rounds", "--threads")),
    ("certify", "--threads"),
    *(("run", option) for option in ("--folds", "--repeats", "--max-epochs", "--launches", "--threads")),
]


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_numbers_that_are_none(place: Path, command: str, option: str) -> None:
    for value in ("nan", "inf", "-inf", "-1", "1e400", "9" * 30, "9" * 5000, "0x10", "\x1b[31m", "1" * 300):
        assert option.strip("-") in refused(place, [*NUMBERS[command], option, value], "").stderr.replace("_", "-")
