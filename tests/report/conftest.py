"""Reports of runs with everything in them, built once; and every figure is drawn once, by this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from report import build
from report.build import build_report
from report.contents import Contents, contents_of
from report.figures import making, worker
from report.figures.plain import Drawing
from report.runs.reading import read_run
from tests.report.sample_runs import accuracy_cell, certificate, place, record, sample_records, timing, write_run
from tests.report.sequence_runs import SEQUENCE_TASKS, sequence_records

#: What HTML, Markdown, SVG and CSV must not take for their own.
HOSTILE = 'nan <script>alert("x")</script> | `code` & *more*\nnext line'


@pytest.fixture(scope="session", autouse=True)
def each_figure_is_drawn_once() -> Iterator[None]:
    """Reports of the same records have the same figures, which take most of a report's time.

    Only the drawing itself is remembered: which figures a report draws, and where it writes them, happens each time.
    `figures/test_making.py` starts the processes that draw elsewhere; here they would load Matplotlib for each report.
    """
    drawn: dict[tuple[object, ...], tuple[str, bytes | None]] = {}
    draw = worker.draw

    def draw_once(drawing: Drawing, name: str, title: str, png: bool) -> tuple[str, bytes | None]:
        key = (drawing.content_key(""), name, title, png)
        if key not in drawn:
            drawn[key] = draw(drawing, name, title, png)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "draw", draw_once)
        patch.setattr(making, "WORTHWHILE", 10**6)
        patch.setattr(build, "EARLY", 10**9)
        yield


@pytest.fixture(scope="session")
def rich_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a failed accuracy, a failed certificate, failed and disturbed timings, and a torn line."""
    records = sample_records()
    where = place("digits", "cnn", "torch+compile")
    records.append(record(accuracy_cell(where), reason=HOSTILE))
    records.append(certificate(where, passed=False))
    records += [timing(where, launch, 2.8 + 0.01 * launch, disturbed=launch == 1) for launch in range(3)]
    crashed = [timing(place("digits", "mlp", "torch+compile"), launch, 1.0).cell for launch in range(3)]
    records += [record(cell, reason="killed: more than 4096 MiB") for cell in crashed]
    directory = write_run(tmp_path_factory.mktemp("rich") / "run", records, label="<b>rich</b> & co")
    with (directory / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"schema_version": 1, "key": "torn')
    return directory


@pytest.fixture(scope="session")
def report(rich_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the rich run."""
    out = tmp_path_factory.mktemp("report")
    build_report([rich_run], out)
    return out


@pytest.fixture(scope="session")
def sequence_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run with sequence tasks."""
    folder = write_run(tmp_path_factory.mktemp("sequences"), sequence_records(), tasks=SEQUENCE_TASKS)
    build_report([folder], folder)
    return folder


@pytest.fixture(scope="session")
def sequence_contents(sequence_report: Path) -> Contents:
    """Everything that is shown of that run, computed once."""
    return contents_of([read_run(sequence_report)])
