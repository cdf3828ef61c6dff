"""What the report says of how its numbers were made."""

import json
from pathlib import Path

import pytest

from benchmarks.records.store import MANIFEST, read_manifest
from report.build import build_report
from tests.report.sample_runs import place, timing, write_run


@pytest.mark.parametrize(
    ("recorded", "remark", "setting"),
    [
        ("flushed", "count as 0 in every measured process", "flushed to 0 everywhere"),
        ("kept", "speeds of the frameworks cannot be compared", "as each framework has them"),
        (None, "speeds of the frameworks cannot be compared", "as each framework has them"),
    ],
)
def test_denormal_numbers(recorded: str | None, remark: str, setting: str, tmp_path: Path) -> None:
    """None: a manifest of before they were recorded."""
    run = write_run(tmp_path / "run", [timing(place("digits", "mlp", "numpy"), 0, 1.0)])
    content = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    del content["denormals"]
    content |= {} if recorded is None else {"denormals": recorded}
    (run / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    assert read_manifest(run).denormals == (recorded or "kept")
    build_report([run], tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert remark in page
    assert setting in page
