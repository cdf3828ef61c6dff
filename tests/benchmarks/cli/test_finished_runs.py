"""A run that ended: what it leaves and prints, the same command again, and several runs in one report."""

import json
import os
from pathlib import Path

from tests.benchmarks.cli.real_command import called, files


def test_a_run_leaves_all_that_is_promised(finished: Path) -> None:
    left = set(files(finished))
    promised = {"manifest.json", "records.jsonl", "index.html"}
    promised |= {f"tables/{name}.{kind}" for name in ("accuracy", "speed") for kind in ("csv", "md")}
    assert promised <= left
    assert any(name.startswith("figures/") and name.endswith(".svg") for name in left)
    assert not (finished / ".threefold" / "work").exists()
    accuracy = (finished / "tables/accuracy.csv").read_text().splitlines()
    assert accuracy[0].startswith(
        "task,architecture,implementation,device,metric,mean,std,ci_low,ci_high,folds,seeds,epochs,parameters"
    )
    speed = (finished / "tables/speed.csv").read_text().splitlines()
    assert speed[0].startswith(
        "task,architecture,implementation,device,operation,batch_size,median_s,ci_low_s,ci_high_s,samples_per_s,"
        "ratio_to_torch,ratio_low,ratio_high,first_step_s,peak_memory_bytes,share_of_peak,disturbed"
    )
    assert {line.split(",")[4] for line in speed[1:]} == {"train_step", "train_epoch", "predict"}


def test_no_file_of_a_run_names_the_host_or_the_home(finished: Path) -> None:
    names = [os.uname().nodename.encode(), str(finished).encode()]
    named = [
        (path, name)
        for path, content in files(finished).items()
        for name in names
        # A short name stands in compressed bytes by chance.
        if name in content and (len(name) > 6 or not path.endswith((".png", ".parquet")))
    ]
    assert named == []


def test_the_same_command_again_changes_no_record(finished: Path) -> None:
    """Nor the report, which is that of the same records."""
    before = (finished / "records.jsonl").read_bytes()
    suite = finished.parent / "small.toml"
    again = called("run", "--suite", suite, "--out", finished)
    assert again.returncode == 0
    assert "cells are there already" in again.stdout
    assert (finished / "records.jsonl").read_bytes() == before


def test_output_that_is_no_terminal_is_plain_lines_with_cells_left_and_time_to_go(finished: Path) -> None:
    printed = (finished.parent / "output.txt").read_text()
    assert "\x1b" not in printed
    assert "[0/5] accuracy diabetes linear scikit-learn cpu ..." in printed
    assert "s to go" in printed
    assert "[5/5]" in printed


def test_several_runs_stand_side_by_side(finished: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("manifest.json", "records.jsonl"):
        (other / name).write_bytes((finished / name).read_bytes())
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"label": "other machine"}))
    assert called("report", finished, other).returncode == 2
    done = called("report", finished, other, "--out", tmp_path / "both")
    assert done.returncode == 0, done.stderr
    table = (tmp_path / "both/tables/speed.csv").read_text()
    assert "other machine" in table
    assert finished.name in table
