"""Stored runs for programs: tables of records against the records, choosing, figures, and `import threefold`."""

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import threefold
from benchmarks.records.results import Machine, Worker
from benchmarks.records.store import RunFolderError
from impls.errors import ThreefoldError
from report.notebook.loaded import LoadedRun
from tests.test_project import PROJECT

QUICK = PROJECT / "results" / "published" / "quick"


@pytest.fixture(scope="module")
def run():
    return threefold.load(QUICK)


@pytest.fixture(scope="module")
def lines():
    """The stored records, as plain JSON."""
    return [json.loads(line) for line in gzip.decompress((QUICK / "records.jsonl.gz").read_bytes()).splitlines()]


def of_kind(lines, kind):
    return [line for line in lines if line["cell"]["kind"] == kind and line["status"] == "done"]


def test_records_are_those_of_the_file(run, lines):
    assert sorted(run.records["key"]) == sorted({line["key"] for line in lines})
    assert run.records["kind"].value_counts()["accuracy"] == len(of_kind(lines, "accuracy"))
    assert str(run.records["started"].dtype).startswith("datetime64")
    assert run.problems == ()


def test_accuracy_has_a_row_for_each_training(run, lines):
    stored = of_kind(lines, "accuracy")
    assert len(run.accuracy) == sum(len(line["result"]["splits"]) for line in stored)
    line = next(line for line in stored if line["cell"]["task"] == "digits" and line["cell"]["epochs"])
    split = line["result"]["splits"][1]
    place = {name: line["cell"][name] for name in ("task", "architecture", "implementation")}
    wanted = place | {"seed": split["seed"], "fold": split["fold"]}
    ((_, row),) = run.accuracy[(run.accuracy[list(wanted)] == pd.Series(wanted)).all(axis=1)].iterrows()
    assert row["accuracy"] == split["metrics"]["accuracy"]
    assert row["test_examples"] == split["test_examples"]
    assert pd.isna(row["rmse"]), "a metric of other tasks"


def test_curves_timings_and_samples_have_all_that_was_stored(run, lines):
    points = [len(split["curve"]) for line in of_kind(lines, "accuracy") for split in line["result"]["splits"]]
    assert len(run.curves) == sum(points) > 0
    operations = [each for line in of_kind(lines, "timing") for each in line["result"]["operations"]]
    assert len(run.timings) == len(operations)
    assert len(run.samples) == sum(len(each["samples_s"]) for each in operations)
    medians = run.samples.groupby(["task", "architecture", "implementation", "launch", "operation", "batch_size"])
    joined = medians["seconds"].median().reset_index().merge(run.timings)
    assert len(joined) == len(operations)
    assert (joined["seconds"] == joined["median_s"]).all()


def test_every_table_of_records_names_the_machine_and_a_clusters_worker(run):
    machine = run.manifest.machine
    for name in ("records", "accuracy", "curves", "timings", "samples", "certificates", "peaks"):
        table = getattr(run, name)
        assert list(table.columns[-2:]) == ["machine", "worker"], name
        assert set(table["machine"]) == {f"{machine.processor}, {machine.cores} cores"}
        assert table["worker"].isna().all()
    other = Machine(processor="Other", cores=1, memory_bytes=1, system="Linux")
    first, *rest = run.run.records
    moved = first.model_copy(update={"worker": Worker(name="a", machine=other)})
    records = LoadedRun(replace(run.run, records=(moved, *rest))).records
    assert records.loc[0, ["machine", "worker"]].tolist() == ["Other, 1 core", "a"]
    assert records["worker"].notna().sum() == 1


def test_certificates_have_a_row_for_each_stage(run, lines):
    stages = [stage for line in of_kind(lines, "certificate") for stage in line["result"]["stages"]]
    assert len(run.certificates) == len(stages) > 0
    assert run.certificates["passed"].all()
    assert run.certificates["worst"].max() == max(stage["worst"] for stage in stages)
    assert len(run.peaks) == len(of_kind(lines, "peak"))


def test_the_reports_tables_are_those_of_its_files(run):
    stored = pd.read_csv(QUICK / "tables" / "accuracy.csv") if (QUICK / "tables").exists() else None
    table = run.tables["accuracy"]
    assert {"task", "implementation", "metric"} <= set(table.columns)
    if stored is not None:
        assert len(stored) == len(table)


def test_figures_are_functions_of_the_chosen_records(run, tmp_path):
    digits = run.where(task="digits", implementation=["numpy", "torch"])
    assert set(digits.accuracy["task"]) == {"digits"}
    assert set(digits.timings["implementation"]) == {"numpy", "torch"}
    assert len(digits.peaks) == len(run.peaks), "by which speed is told as a share"
    figure = digits.figures["learning-curves-digits"]
    assert "keras" not in figure.svg
    assert "numpy" in figure.svg
    assert "keras" in run.where(task="digits").figures["learning-curves-digits"].svg
    assert figure._repr_svg_() == figure.svg
    figure.save(tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text() == figure.svg
    figure.save(str(tmp_path / "curves.png"))
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ThreefoldError, match=r"a figure is written as \.svg or \.png"):
        figure.save(tmp_path / "curves.jpg")


def test_what_is_not_there_is_named_with_what_is(run, tmp_path):
    with pytest.raises(ThreefoldError, match="there is no 'network'; records are chosen by kind, task, arch"):
        run.where(network="mlp")
    with pytest.raises(ThreefoldError, match=r"no record has task='digit'; there are .*digits"):
        run.where(task="digit")
    with pytest.raises(KeyError, match="there is no figure 'curves'; there are families, accuracies"):
        run.figures["curves"]
    with pytest.raises(RunFolderError, match="holds no run"):
        threefold.load(tmp_path)


def test_a_run_without_records_of_a_kind_has_an_empty_table_with_columns(run):
    accuracies = run.where(kind="accuracy")
    assert accuracies.timings.empty
    assert accuracies.samples.empty
    assert list(accuracies.timings.columns[:3]) == ["task", "architecture", "implementation"]


def test_importing_threefold_loads_no_framework_and_every_name_is_there():
    script = (
        "import sys, threefold; heavy = {'torch', 'tensorflow', 'keras', 'pandas', 'sklearn'}; "
        "print(sorted(heavy & set(sys.modules))); [getattr(threefold, name) for name in threefold.__all__]; "
        "print(sorted({'torch', 'tensorflow', 'keras'} & set(sys.modules)))"
    )
    folder = Path(threefold.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{PROJECT}:{folder}", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["[]", "[]"]
    with pytest.raises(AttributeError, match="module 'threefold' has no 'train'; it has CNN"):
        _ = threefold.train
