"""Nothing that somebody else made is overwritten, deleted or written through a link, by any command with `--out`."""

from pathlib import Path

import pytest

from benchmarks.cli.main import _run as threefold
from benchmarks.records import ownership
from benchmarks.records.ownership import (
    MARK,
    OWN,
    check_folder,
    check_report_files,
    claim_folder,
    holding,
    working_folder,
)
from benchmarks.records.store import RunFolderError

TINY = (
    'name = "tiny"\ntasks = ["diabetes"]\nimplementations = ["numpy"]\nfolds = 2\n[timing]\nleave_out = ["diabetes"]\n'
)
THESIS = "three years of work"

#: Things that people have in their folders, by the path that a careless command would write to or delete.
THEIRS = ("work/deep/thesis.txt", "index.html", "tables/accuracy.csv", "figures/accuracies.svg", "notes.txt", ".lock")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    (folder / "tiny.toml").write_text(TINY)
    assert threefold(["run", "--suite", str(folder / "tiny.toml"), "--out", str(folder / "run")]) == 0
    return folder / "run"


def snapshot(folder: Path) -> dict[str, bytes | None]:
    there = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in there}


def put(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(THESIS)


@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("command", ["run", "report", "certify", "defaults"])
def test_a_folder_that_holds_no_run_of_ours_is_refused_in_one_line_and_left_as_it_was(
    tmp_path: Path, suite: Path, measured: Path, capsys: pytest.CaptureFixture[str], command: str, theirs: str
) -> None:
    folder = tmp_path / "theirs"
    put(folder, theirs)
    before = snapshot(folder)
    arguments = {
        "run": ["run", "--suite", str(suite)],
        "report": ["report", str(measured)],
        "certify": ["certify", "--architecture", "mlp"],
        "defaults": ["certify", "--defaults"],
    }[command]
    assert threefold([*arguments, "--out", str(folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(folder) in line
    assert "--out" in line
    assert snapshot(folder) == before


@pytest.mark.parametrize("theirs", ["index.html", "tables/accuracy.csv", "figures/accuracies.svg"])
def test_somebodys_page_table_or_figure_in_a_folder_of_ours_is_not_overwritten(
    tmp_path: Path, measured: Path, theirs: str
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("manifest.json", "records.jsonl"):
        (folder / name).write_bytes((measured / name).read_bytes())
    put(folder, theirs)
    before = snapshot(folder)
    assert threefold(["report", str(folder)]) == 2
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", ["manifest.json", "records.jsonl", "index.html", "tables", "figures", OWN])
def test_nothing_is_written_through_a_link(tmp_path: Path, measured: Path, suite: Path, name: str) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    folder.mkdir()
    for copied in ("manifest.json", "records.jsonl"):
        (folder / copied).write_bytes((measured / copied).read_bytes())
    if name in ("tables", "figures", OWN):
        elsewhere.mkdir()
    else:
        elsewhere.write_bytes((measured / name).read_bytes())
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(elsewhere)
    before = snapshot(tmp_path)
    assert threefold(["run", "--suite", str(suite), "--out", str(folder)]) == 2
    assert threefold(["report", str(folder)]) == 2
    assert snapshot(tmp_path) == before


def test_a_lock_that_is_a_link_does_not_empty_its_target(tmp_path: Path) -> None:
    claim_folder(tmp_path / "run")
    (tmp_path / "precious").write_text(THESIS)
    (tmp_path / "run" / OWN / "lock").symlink_to(tmp_path / "precious")
    with pytest.raises(RunFolderError, match=r"lock: is a link, and nothing is written through links"):
        check_folder(tmp_path / "run")
    with pytest.raises(RunFolderError), holding(tmp_path / "run"):
        pass
    assert (tmp_path / "precious").read_text() == THESIS


def test_working_files_do_not_go_through_a_link(tmp_path: Path) -> None:
    claim_folder(tmp_path / "run")
    put(tmp_path / "papers", "thesis.txt")
    working_folder(tmp_path / "run").symlink_to(tmp_path / "papers")
    before = snapshot(tmp_path)
    with pytest.raises(RunFolderError, match=r"work: is a link, and nothing is written through links; move it away"):
        check_folder(tmp_path / "run")
    assert snapshot(tmp_path) == before


def test_a_refused_run_leaves_no_folder(tmp_path: Path) -> None:
    def refused() -> None:
        with holding(tmp_path / "a" / "b"):
            working_folder(tmp_path / "a" / "b").mkdir()
            raise RunFolderError

    with pytest.raises(RunFolderError):
        refused()
    assert snapshot(tmp_path) == {}


def test_what_is_kept_stays_when_a_run_is_interrupted(tmp_path: Path) -> None:
    def interrupted() -> None:
        with holding(tmp_path / "run") as held:
            held.keep = True
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "run" / OWN / MARK).exists()


def test_a_second_run_in_the_folder_is_refused_and_disturbs_nothing(tmp_path: Path) -> None:
    with holding(tmp_path / "run") as held:
        held.keep = True
        working_folder(tmp_path / "run").mkdir()
        with pytest.raises(RunFolderError, match="another run is writing here"), holding(tmp_path / "run"):
            pass
        assert working_folder(tmp_path / "run").exists()


@pytest.mark.parametrize("left", ["nothing", "own folder", "mark"])
def test_a_folder_whose_run_was_killed_before_its_manifest_is_ours(tmp_path: Path, left: str) -> None:
    if left != "nothing":
        (tmp_path / OWN).mkdir()
    if left == "mark":
        (tmp_path / OWN / MARK).touch()
    claim_folder(tmp_path)
    check_folder(tmp_path)


def test_somebodys_folder_of_our_name_is_not_ours(tmp_path: Path) -> None:
    put(working_folder(tmp_path), "thesis.txt")
    with pytest.raises(RunFolderError, match=r"\.threefold: is not Threefold's"):
        check_folder(tmp_path)


def test_folders_of_before_the_mark_are_ours(measured: Path, tmp_path: Path) -> None:
    for name in ("manifest.json", "index.html", "records.jsonl"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes((measured / name).read_bytes())
        check_folder(folder)
        check_report_files(folder)


def test_a_run_keeps_what_its_user_adds(measured: Path) -> None:
    put(measured, "work/notes.txt")
    assert threefold(["run", "--suite", str(measured.parent / "tiny.toml"), "--out", str(measured)]) == 0
    assert (measured / "work/notes.txt").read_text() == THESIS
    assert not ownership.working_folder(measured).exists()


def test_overhead_does_not_replace_somebodys_file(tmp_path: Path) -> None:
    put(tmp_path, "overhead.jsonl")
    assert threefold(["overhead", "--network", "mlp", "--rounds", "6", "--out", str(tmp_path / "overhead.jsonl")]) == 2
    assert (tmp_path / "overhead.jsonl").read_text() == THESIS
