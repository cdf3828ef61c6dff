import csv
import gc
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.records.ownership import OWN, claim_folder
from benchmarks.records.results import Record
from benchmarks.records.store import RunFolderError
from impls.errors import ThreefoldError
from report.build import build_report
from report.errors import ReportError
from tests.report.sample_runs import accuracy, certificate, place, timing, write_run


def _small(values: tuple[float, ...] = (0.9, 0.8, 0.85, 0.9, 0.95)) -> list[Record]:
    places = [place("digits", "mlp", name) for name in ("numpy", "torch")]
    records = [accuracy(where, list(values)) for where in places]
    records += [timing(where, launch, 1.0 + pace) for pace, where in enumerate(places) for launch in range(2)]
    return [*records, certificate(places[1])]


def _contents(folder: Path) -> dict[str, bytes]:
    """All files but what the report remembers of its inputs, which differ by their order and place."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != OWN]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_everything_is_written(report: Path) -> None:
    assert sorted(path.name for path in (report / "tables").iterdir()) == [
        f"{name}.{ending}"
        for name in ("accuracy", "certificates", "claims", "comparisons", "evidence", "families", "speed")
        for ending in ("csv", "md", "parquet")
    ]
    assert sorted(path.name for path in (report / "figures").iterdir()) == [
        f"{name}.{ending}"
        for name in (
            "accuracies",
            "accuracy-against-time",
            "families",
            "learning-curves-diabetes",
            "learning-curves-digits",
            "scaling",
            "speed-ratios",
        )
        for ending in ("png", "svg")
    ]


def test_same_records_give_the_same_bytes_wherever_they_are(tmp_path: Path) -> None:
    """Resumed runs hold the same records in another order, in another folder, beside records that do not count."""
    records = _small()
    stale = accuracy(place("digits", "mlp", "numpy"), [0.1] * 5)
    build_report([write_run(tmp_path / "a", records)], tmp_path / "out")
    reordered = write_run(tmp_path / "b", [stale, *reversed(records)])
    build_report([reordered], tmp_path / "again")
    assert _contents(tmp_path / "out") == _contents(tmp_path / "again")


def test_accuracy_table_does_not_name_the_run(tmp_path: Path) -> None:
    for label in ("a", "b"):
        build_report([write_run(tmp_path / label, _small()[:1], label=label)], tmp_path / label)
    one, other = ((tmp_path / label / "tables" / "accuracy.csv").read_bytes() for label in ("a", "b"))
    assert one == other
    assert not one.splitlines()[0].endswith(b"run")


def test_several_runs_side_by_side(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", _small(), label="one")
    two = write_run(tmp_path / "two", _small((0.9, 0.8, 0.85, 0.9, 0.96)), label="two")
    build_report([one, two], tmp_path / "out")
    with (tmp_path / "out" / "tables" / "speed.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-1] == "run"
    assert [row["run"] for row in rows[:4]] == ["one", "two", "one", "two"]
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert {"one-accuracies.svg", "two-accuracies.svg"} <= names
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Beside one: of 2 accuracies on the same splits" in page


def test_figures_that_are_gone_are_removed_but_nobody_else_s(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", _small())
    out = tmp_path / "out"
    build_report([run], out)
    foreign = out / "figures" / "mine.svg"
    foreign.write_text("<svg/>", encoding="utf-8")
    # A copy that somebody draws on still says in its metadata that a report made it.
    shutil.copy(out / "figures" / "accuracies.svg", out / "figures" / "for-the-paper.svg")
    (out / "figures" / "scaling.png").write_bytes((out / "figures" / "accuracies.png").read_bytes() + b"drawn on")
    assert (out / "figures" / "speed-ratios.svg").exists()
    build_report([write_run(tmp_path / "run", _small()[:1])], out)
    assert {path.name for path in (out / "figures").iterdir()} >= {
        "mine.svg", "accuracies.svg", "for-the-paper.svg", "scaling.png",
    }  # fmt: skip
    assert not (out / "figures" / "scaling.svg").exists()
    assert not (out / "figures" / "speed-ratios.svg").exists()


@pytest.mark.parametrize("name", ["accuracy.csv", "speed.md", "claims.parquet"])
def test_somebodys_table_in_a_report_is_not_replaced(tmp_path: Path, name: str) -> None:
    run = write_run(tmp_path / "run", _small())
    build_report([run], run)
    (run / "tables" / name).write_text("three years of work", encoding="utf-8")
    before = _contents(run)
    with pytest.raises(RunFolderError, match=f"{name}: was not written by Threefold; move it away or give another"):
        build_report([run], run)
    assert _contents(run) == before


def test_run_without_records_says_so(tmp_path: Path) -> None:
    build_report([write_run(tmp_path, [], cells=("0" * 16,))], tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "1 not yet run" in page
    assert "Nothing was recorded for this table." in page
    assert "Not drawn: accuracies: no accuracy recorded" in page
    assert not list((tmp_path / "figures").iterdir())


def test_page_escapes_what_comes_from_records(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; | `code` &amp; *more* next line" in page
    assert "<b>rich" not in page
    assert "torn or not JSON" in page


def test_page_asks_for_nothing_from_elsewhere(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r'(?:src|href)="([^"]*)"', page))
    assert all(address.startswith(("#", "data:,", "tables/", "figures/")) for address in addresses), addresses
    assert set(re.findall(r'https?://[^"\s<)]+', page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_page_names_every_element_once(report: Path) -> None:
    names = re.findall(r'\bid="([^"]*)"', (report / "index.html").read_text(encoding="utf-8"))
    assert len(names) == len(set(names))


def test_markdown_tables_hold_the_rows(report: Path) -> None:
    for name in ("accuracy", "speed", "comparisons", "certificates", "claims", "evidence"):
        lines = (report / "tables" / f"{name}.md").read_text(encoding="utf-8").splitlines()
        with (report / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
            assert len(lines) == 2 + len(list(csv.DictReader(file)))
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


def test_figures_are_whole_svg_without_a_date(report: Path) -> None:
    for path in (report / "figures").glob("*.svg"):
        content = path.read_text(encoding="utf-8")
        root = ET.fromstring(content)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "<dc:date>" not in content
        assert "<text" in content, "text stays text"
        assert "mathdefault" not in content


@pytest.mark.parametrize("blocked", ["tables", "figures", "index.html"])
def test_unwritable_folder_is_one_line(tmp_path: Path, blocked: str) -> None:
    run = write_run(tmp_path / "run", _small()[:1])
    out = tmp_path / "out"
    claim_folder(out)
    if blocked == "index.html":
        (out / blocked).mkdir()
    else:
        (out / blocked).write_text("a file", encoding="utf-8")
    with pytest.raises(ThreefoldError, match=r"cannot be written|was not written by Threefold") as caught:
        build_report([run], out)
    assert "\n" not in str(caught.value)


def test_no_run_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no run to report"):
        build_report([], tmp_path)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_callers_collection_of_garbage_is_as_before(tmp_path: Path, enabled: bool) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        build_report([write_run(tmp_path / "run", _small())], tmp_path / "out")
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
