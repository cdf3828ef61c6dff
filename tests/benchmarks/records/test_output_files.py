"""What counts as a file of ours: what people really have under our names is not, what earlier versions wrote is."""

import itertools
from pathlib import Path

import pytest

from benchmarks.cli.main import _run as threefold
from benchmarks.gate.history.page import as_page
from benchmarks.gate.history.page import begins_like_page as begins_like_history
from benchmarks.records.output_files import HEAD, begins_like_page, check_tables
from benchmarks.records.ownership import claim_folder
from benchmarks.records.store import RunFolderError

PUBLISHED = Path(__file__).resolve().parents[3] / "results"
BOILERPLATE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)
#: Pages that somebody could have, by what they have in common with ours.
PAGES = {
    "title": "<title>Threefold: ",
    "whole title": "<title>Threefold: a paper crane</title>",
    "boilerplate": f"{BOILERPLATE}<title>Threefold: a paper crane</title>\n</head>\n",
    "own rules": (
        f'{BOILERPLATE}<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">\n'
        '<link rel="icon" href="data:,">\n<title>Threefold: a paper crane</title>\n'
    ),
    "about ours": "# How the page begins\n\n",  # and then a copy of ours
    "empty": "",
}


def ours() -> bytes:
    return next(iter(sorted(PUBLISHED.glob("published/*/index.html")))).read_bytes()


@pytest.mark.parametrize("kind", PAGES)
def test_somebodys_page_is_not_ours(kind: str) -> None:
    page = PAGES[kind].encode() + (ours() if kind == "about ours" else b"")
    assert not begins_like_page(page[:HEAD])
    assert not begins_like_history(page[:HEAD])


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_every_published_page_is_ours_and_no_history(line_end: bytes) -> None:
    pages = sorted(PUBLISHED.rglob("index.html"))
    assert pages
    for page in pages:
        head = page.read_bytes().replace(b"\n", line_end)[:HEAD]
        assert begins_like_page(head), page
        assert not begins_like_history(head), page


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_page_of_a_history_is_one_and_no_report(line_end: str) -> None:
    head = as_page([], []).replace("\n", line_end).encode()[:HEAD]
    assert begins_like_history(head)
    assert not begins_like_page(head)


@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind != "empty"])
def test_no_command_replaces_somebodys_page(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "index.html"
    page.write_bytes(PAGES[kind].encode() + (ours() if kind == "about ours" else b""))
    before = page.read_bytes()
    run = str(PUBLISHED / "published" / "pronunciation")
    assert threefold(["report", run, "--out", str(tmp_path)]) == 2
    assert threefold(["history", "show", "--folder", str(tmp_path / "none"), "--out", str(page)]) == 2
    claim_folder(tmp_path / "claimed")
    page.rename(tmp_path / "claimed" / "index.html")
    assert threefold(["report", run, "--out", str(tmp_path / "claimed")]) == 2
    assert (tmp_path / "claimed" / "index.html").read_bytes() == before
    assert len(capsys.readouterr().err.splitlines()) == 3


COLUMNS = ("task", "architecture", "implementation", "mean", "aligned_bound")
TITLES = ("Task", "Network", "Mean", "95 % interval")


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("csv", "three years of work"),
        ("csv", "task,owner,due\nwash,me,today\n"),
        ("csv", ""),
        ("csv", "\0\xff"),
        ("md", "# Task, Network and Mean\n"),
        ("md", "| Task | Owner | Due |\n|---|---|---|\n"),
        ("parquet", "task"),
    ],
)
def test_somebodys_table_is_not_ours(tmp_path: Path, ending: str, content: str) -> None:
    path = tmp_path / f"accuracy.{ending}"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(RunFolderError, match=rf"accuracy\.{ending}: was not written by Threefold; move it away or"):
        check_tables(tmp_path, "accuracy", COLUMNS, TITLES, lambda _: ["a", "b"])


@pytest.mark.parametrize("ending", ["csv", "md", "parquet"])
def test_a_link_or_a_folder_under_a_tables_name_is_refused(tmp_path: Path, ending: str) -> None:
    (tmp_path / "elsewhere").write_text(",".join(COLUMNS))
    (tmp_path / f"accuracy.{ending}").symlink_to(tmp_path / "elsewhere")
    (tmp_path / f"speed.{ending}").mkdir()
    for name in ("accuracy", "speed"):
        with pytest.raises(RunFolderError, match="was not written by Threefold"):
            check_tables(tmp_path, name, COLUMNS, TITLES, lambda _: COLUMNS)


def test_tables_of_other_versions_are_ours(tmp_path: Path) -> None:
    """With a column more or less, in the words of another command, after an editor gave them a mark and line ends."""
    for number, leave in enumerate(itertools.combinations(COLUMNS, 1)):
        names = [each for each in COLUMNS if each not in leave]
        (tmp_path / f"{number}.csv").write_text(f"\ufeff{','.join(names)},new\r\n")
        (tmp_path / f"{number}.md").write_text("| Task   | Network | Mean | Aligned bound |\n|:--|:--|--:|--:|\n")
        (tmp_path / f"{number}.parquet").touch()
        check_tables(tmp_path, str(number), COLUMNS, (*TITLES, *COLUMNS), lambda _, names=names: names)
