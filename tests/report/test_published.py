"""What is published is what its records give, with the report's packages alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.records.ownership import OWN
from report.build import build_report
from report.publishing.rebuilding import DOCUMENTS, differences, published_reports
from report.writing.state import STATE
from tests.report.sample_runs import accuracy, place, write_run

PROJECT = Path(__file__).resolve().parents[2]
#: What a report must not need.
FRAMEWORKS = ("torch", "tensorflow", "keras", "jax")
WITHOUT_FRAMEWORKS = """
import sys
from pathlib import Path
sys.modules.update(dict.fromkeys({names!r}))
from report.publishing.rebuilding import rebuild
for path in rebuild(Path({project!r})):
    print(path.name)
"""


@pytest.mark.parametrize("folder", published_reports(PROJECT), ids=lambda folder: folder.name)
def test_published_reports_are_those_of_their_records(folder: Path) -> None:
    assert differences(folder) == [], "renew them with 'python -m report.publishing'"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one published run, and documents with their blocks."""
    folder = tmp_path / "results" / "published" / "small"
    write_run(folder, [accuracy(place("digits", "mlp", name), [0.9, 0.92, 0.91]) for name in ("numpy", "torch")])
    build_report([folder], folder)
    (tmp_path / "docs").mkdir()
    for document, block in zip(DOCUMENTS, (" claims", "", " beside-published"), strict=True):
        (tmp_path / document).write_text(f"<!-- results:begin{block} -->\n<!-- results:end -->\n", encoding="utf-8")
    return tmp_path


def test_all_is_rebuilt_without_a_framework(project: Path) -> None:
    (folder,) = published_reports(project)
    remembered = folder / OWN / STATE
    remembered.unlink()
    figures = folder / "figures"
    for name in ("of-an-earlier-version.svg", "theirs.svg"):
        (figures / name).write_bytes((figures / "accuracies.svg").read_bytes() if "of" in name else b"<svg/>")
    script = WITHOUT_FRAMEWORKS.format(names=FRAMEWORKS, project=str(project))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["index.html", "README.md", "results.md", "beside-published.md"]
    assert remembered.exists(), "it was not left as it was"
    assert not (figures / "of-an-earlier-version.svg").exists()
    assert (figures / "theirs.svg").exists()
    assert differences(folder) == []
    assert "claims" in (project / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["tables/accuracy.csv", "tables/claims.md", "index.html"])
def test_a_file_that_was_changed_is_named(project: Path, name: str) -> None:
    (folder,) = published_reports(project)
    assert differences(folder) == []
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("1\n")
    assert differences(folder) == [name]
