"""The table of linear classifiers on layers' features."""

from pathlib import Path

import pytest

from report.build import build_report
from report.runs.reading import read_run
from report.studies.probes import probe_rows
from tests.report.claims.making import SEEDS, Made
from tests.report.sample_runs import write_run
from tests.report.studies.test_studies import FACTS


def _records() -> Made:
    made = Made("depth-and-kernels").task("digits", "images")
    changes = {"channels": [16], "kernel_size": 3}
    probes = {"inputs": 0.8, "convolution_0": 0.9}
    made.trained("digits", "cnn", 0.95, "cnn", overrides=changes, name="kernel 3", probes=probes)
    return made.trained("digits", "cnn", 0.95, "cnn", overrides=changes, name="not probed")


def test_a_layer_has_a_row_with_its_mean_over_seeds(tmp_path: Path) -> None:
    made = _records()
    run = read_run(write_run(tmp_path, made.records, tasks=made.tasks, study=FACTS))
    rows = probe_rows([run])
    assert [(row.variant, row.layer, row.features, row.splits) for row in rows] == [
        ("kernel 3", "inputs", 64, SEEDS),
        ("kernel 3", "convolution_0", 64, SEEDS),
    ]
    assert [row.mean for row in rows] == pytest.approx([0.8, 0.9], abs=0.002)
    for row in rows:
        assert row.ci_low is not None
        assert row.ci_high is not None
        assert row.ci_low < row.mean < row.ci_high
        assert row.network == pytest.approx(0.95, abs=0.05)


def test_the_page_has_them(tmp_path: Path) -> None:
    made = _records()
    folder = write_run(tmp_path, made.records, tasks=made.tasks, study=FACTS)
    build_report([folder], folder)
    assert (folder / "tables" / "probes.csv").is_file()
    assert "A linear classifier on each layer" in (folder / "index.html").read_text(encoding="utf-8")
