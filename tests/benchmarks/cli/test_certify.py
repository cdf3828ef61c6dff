"""`threefold certify` from end to end, on one architecture in two processes; and what it says of wrong options."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from typer import Typer
from typer.testing import CliRunner

from benchmarks.certificates.arrays import write_stage
from benchmarks.cli import certify as module
from benchmarks.records.store import read_records
from impls.engines import implementations
from impls.errors import ArchitectureError, DeviceError, ImplementationError, TrainingError
from impls.testing import example_cases, optimizer_case
from tests.benchmarks.certificates.samples import CASE

#: What is certified in two processes: of all implementations, the one whose process is begun soonest.
OTHER = "numpy-textbook"

app = Typer()
app.command()(module.certify_command)


def certify(*options):
    return CliRunner().invoke(app, options, catch_exceptions=True, standalone_mode=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A certified folder, numpy and the textbook, of one small network and one optimizer."""
    folder = tmp_path_factory.mktemp("certified")
    sweep = optimizer_case("mlp")
    cases = [CASE, type(sweep)(sweep.name, sweep.architecture, sweep.training, sweep.stages, ("adam",))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "example_cases", lambda name: cases)
        options = ("--architecture", "mlp", "--implementation", OTHER, "--dtype", "float32", "--out", str(folder))
        yield folder, options, certify(*options)


def test_passes_and_prints_the_worst_figures(finished):
    _, _, result = finished
    assert result.return_value == 0, result.output
    for words in (f"{OTHER} against numpy, cpu, float32", "forward", "gradients", "optimizer step", "drift", "1e-05"):
        assert words in result.output
    assert "numpy by itself, cpu, float32" in result.output
    assert "3 of 3 certificates passed" in result.output
    assert re.search(r"\[[123]/4\] numpy, float32, tiny: passed \(.* s\), about .* left", result.output)
    assert re.search(rf"\[4/4\] {OTHER}, float32, .*: passed \(.* s\)\n", result.output)


def test_leaves_records_and_tables(finished):
    folder, _, _ = finished
    records, problems = read_records(folder)
    assert problems == []
    assert [record.cell.implementation for record in records] == ["numpy", OTHER, OTHER]
    assert all(record.result.passed for record in records)
    frame = pd.read_csv(folder / "tables" / "certificates.csv")
    assert {"forward", "loss", "gradients", "train_epoch", "drift", "3 optimizer steps"} <= set(frame["stage"])
    assert frame["passed"].all()
    assert (folder / "tables" / "certificates.md").exists()


def test_second_run_measures_nothing_and_a_departure_fails_it(finished):
    folder, options, _ = finished
    (trial,) = (path for path in (folder / "arrays").iterdir() if path.name.startswith(f"tiny-{OTHER}"))
    with np.load(trial / "function.npz") as arrays:
        left = dict(arrays)
    write_stage(trial, "function", left | {"logits": left["logits"] + 1, "evaluation/output": left["logits"] + 1})
    result = certify(*options)
    probes = [json.loads(path.read_text()) for path in (folder / "arrays").glob("probe-*.result.json")]
    assert probes == [{"unable": None, "seconds": {}}] * 4
    assert result.return_value == 1
    assert f"failed: {OTHER} against numpy, cpu, float32, tiny: forward: FAILED" in result.output
    assert "output departs first" in result.output
    assert "2 of 3 certificates passed" in result.output
    records, _ = read_records(folder)
    assert [record.result.passed for record in records] == [True, True, True, False]


def test_implementation_that_cannot_run_here_is_left_out_or_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "example_cases", lambda name: [CASE])
    monkeypatch.setenv("CXX", "no-such-compiler")
    chosen = {name: implementations()[name] for name in ("numpy", "torch+compile")}
    monkeypatch.setattr(module, "implementations", lambda: chosen)
    options = ("--architecture", "mlp", "--dtype", "float32", "--out", str(tmp_path))
    refused = certify("--implementation", "torch+compile", *options)
    assert isinstance(refused.exception, ImplementationError)
    assert "no-such-compiler" in str(refused.exception)
    skipped = certify(*options)
    assert skipped.return_value == 0, skipped.output
    assert "torch+compile: left out: " in skipped.output


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (("--architecture", "perceptron"), ArchitectureError, "there are .*mlp"),
        (("--implementation", "theano"), ImplementationError, "there are .*numpy"),
        (("--dtype", "float16"), TrainingError, "float32"),
        (("--device", "tpu"), DeviceError, "cpu"),
        (("--implementation", "torch+bf16", "--dtype", "float64"), ImplementationError, "give --dtype float32"),
    ],
)
def test_wrong_options_are_answered_in_one_line(tmp_path, monkeypatch, options, error, words):
    monkeypatch.setattr(module, "example_cases", example_cases)
    result = certify(*options, "--out", str(tmp_path / "out"))
    assert isinstance(result.exception, error)
    assert len(str(result.exception).splitlines()) == 1
    assert re.search(words, str(result.exception))
    assert not (tmp_path / "out").exists()
