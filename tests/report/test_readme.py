import re
import shutil
from pathlib import Path

import pytest

from benchmarks.records.store import RunFolderError
from report.errors import ReportError
from report.readme import BEGIN, END, is_stale, published_beside, update_readme
from tests.report.sample_runs import SECONDS, accuracy, certificate, place, timing, write_run
from tests.report.sequence_runs import SEQUENCE_TASKS, baseline

TEXT = f"# Title\n\nbefore\n\n{BEGIN}\nold\n{END}\n\nafter\n"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """One published run: two implementations, one of them certified."""
    records = []
    for name in ("numpy", "torch", "torch+compile"):
        where = place("digits", "mlp", name)
        records.append(accuracy(where, [0.9, 0.92, 0.91, 0.93, 0.94]))
        records += [timing(where, launch, SECONDS[name] + 0.01 * launch) for launch in range(3)]
    records.append(certificate(place("digits", "mlp", "torch")))
    write_run(tmp_path / "published" / "machine", records, label="machine | one")
    (tmp_path / "README.md").write_text(TEXT, encoding="utf-8")
    return tmp_path / "published"


def test_block_is_written_between_the_markers(published: Path) -> None:
    readme = published.parent / "README.md"
    assert is_stale(readme, published)
    written = update_readme(readme, published)
    assert readme.read_text(encoding="utf-8") == written
    assert written.startswith(f"# Title\n\nbefore\n\n{BEGIN}\n\n**machine \\| one**: Processor X, 2 cores")
    assert written.endswith(f"\n\n{END}\n\nafter\n")
    assert "| digits | MLP " in written
    assert "92.0 % (" in written
    assert re.search(r"\d ms, 0\.90\d+ × torch \(0\.\d+ to 0\.\d+\) ", written)
    assert re.search(r"\| torch\+compile +\|", written)
    assert "⚠ Without a passing equivalence certificate." in written
    assert not is_stale(readme, published)
    assert update_readme(readme, published) == written


def test_changed_records_make_it_stale(published: Path) -> None:
    readme = published.parent / "README.md"
    update_readme(readme, published)
    records = published / "machine" / "records.jsonl"
    content = records.read_text(encoding="utf-8")
    assert '"accuracy":0.94}' in content
    records.write_text(content.replace('"accuracy":0.94}', '"accuracy":0.95}'), encoding="utf-8")
    assert is_stale(readme, published)


def test_pictures_are_linked_from_the_readme(published: Path) -> None:
    figures = published / "machine" / "figures"
    figures.mkdir()
    (figures / "speed-ratios.svg").write_text("<svg/>", encoding="utf-8")
    written = update_readme(published.parent / "README.md", published)
    assert "![Time relative to PyTorch](published/machine/figures/speed-ratios.svg)" in written
    assert "accuracies.svg" not in written


def test_of_several_baselines_the_best_is_shown(published: Path) -> None:
    records = [
        baseline("bible", label, [bits], "bits_per_character") for label, bits in (("1-gram", 4.1), ("6-gram", 2.3))
    ]
    records.append(accuracy(place("bible", "lstm", "numpy"), [1.9], "bits_per_character"))
    write_run(published / "sequences", records, tasks=SEQUENCE_TASKS)
    written = update_readme(published.parent / "README.md", published)
    assert re.search(r"\| 6-gram +\| bits per character \|[^\n]*\| 2\.300 ", written)
    assert re.search(r"\| LSTM +\| bits per character \| +– \| 1\.900 +\|", written), "one training has no interval"
    assert "1-gram" not in written


@pytest.mark.parametrize("text", ["no markers", f"{BEGIN} only", TEXT + TEXT])
def test_markers_are_needed_once(published: Path, text: str) -> None:
    readme = published.parent / "README.md"
    readme.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match="needs the markers"):
        update_readme(readme, published)
    assert readme.read_text(encoding="utf-8") == text


def test_line_ends_stay_as_they_are(published: Path) -> None:
    readme = published.parent / "README.md"
    readme.write_bytes(TEXT.replace("\n", "\r\n").encode())
    update_readme(readme, published)
    written = readme.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") > 10
    assert not is_stale(readme, published)


def test_missing_readme_or_run_is_said(published: Path) -> None:
    with pytest.raises(ReportError, match="does not exist"):
        is_stale(published / "none.md", published)
    shutil.rmtree(published / "machine")
    with pytest.raises(ReportError, match="holds no published run"):
        is_stale(published.parent / "README.md", published)


def test_published_records_have_to_be_whole(published: Path) -> None:
    with (published / "machine" / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write("torn")
    with pytest.raises(RunFolderError, match="publish the run again"):
        is_stale(published.parent / "README.md", published)


def test_a_named_run_is_summed_up(published: Path) -> None:
    readme = published.parent / "README.md"
    readme.write_text(TEXT.replace(BEGIN, "<!-- results:begin machine -->"), encoding="utf-8")
    written = update_readme(readme, published)
    assert "<!-- results:begin machine -->\n\nSuite machine" in written
    assert re.search(r"\| MLP +\| numpy +\| 1 of 1 +\| .* \| +0\.90\d+ \(0\.\d+ to 0\.\d+\), 1 network \|", written)
    assert re.search(r"\| MLP +\| torch\+compile +\| 0 of 1 ", written), "without a certificate nothing is proved"
    assert not is_stale(readme, published)


def test_a_named_run_has_to_be_published(published: Path) -> None:
    readme = published.parent / "README.md"
    readme.write_text(TEXT.replace(BEGIN, "<!-- results:begin other -->"), encoding="utf-8")
    with pytest.raises(ReportError, match="no published run 'other'"):
        update_readme(readme, published)


def test_published_runs_lie_beside_the_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "results" / "published").mkdir(parents=True)
    wanted = tmp_path / "results" / "published"
    assert published_beside(tmp_path / "README.md") == wanted
    assert published_beside(tmp_path / "docs" / "results.md") == wanted
