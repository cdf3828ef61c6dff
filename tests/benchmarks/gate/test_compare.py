"""`threefold compare` through the real command line: exit codes, what is compared, what is printed."""

import io
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from benchmarks.cli.main import main
from benchmarks.gate.benchmark_files import read_side
from benchmarks.records.results import Machine, Record
from report.comparing.verdicts import Comparison, Verdict
from tests.report.sample_runs import accuracy, certificate, place, record, sample_records, timing, write_run

NETWORK = place("digits", "mlp", "torch")


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def threefold(*arguments: object) -> Done:
    """The command in this process, whose start would take most of the time."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["compare", *map(str, arguments)])
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def compared(*arguments: object) -> Comparison:
    """What `--format json` says; its exit code is the process's."""
    done = threefold(*arguments, "--format", "json")
    comparison = Comparison.model_validate_json(done.stdout)
    assert done.returncode == comparison.exit_code
    return comparison


def benchmark_file(path: Path, seed: int, slow: Sequence[str] = (), count: int = 12, **facts: Any) -> Path:
    """What pytest-benchmark writes, of `count` benchmarks with 1 % noise; the slow ones take half as long again."""
    generator = np.random.default_rng(seed)
    benchmarks = []
    for index in range(count):
        name = f"test_{index}"
        median = 1e-3 * (1 + index) * float(np.exp(0.01 * generator.standard_normal())) * (1.5 if name in slow else 1)
        stats = {"min": 0.98 * median, "q1": 0.99 * median, "median": median, "q3": 1.01 * median, "rounds": 100}
        benchmarks.append({"name": name, "fullname": f"tests/test_it.py::{name}", "stats": stats})
    machine = {"node": "box", "machine": "x86_64", "cpu": {"brand_raw": "Processor X"}} | facts
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine_info": machine, "benchmarks": benchmarks, "version": "5.2.3"}))
    return path


def records(pace: float = 1.0, seed: int = 0) -> list[Record]:
    """Five launches of one network with 0.2 % noise, an accuracy over folds, a certificate."""
    generator = np.random.default_rng(seed)
    launches = [timing(NETWORK, launch, pace * (1 + 0.002 * generator.standard_normal())) for launch in range(5)]
    return [accuracy(NETWORK, [0.95, 0.96, 0.955, 0.965, 0.958]), certificate(NETWORK), *launches]


def runs(tmp_path: Path, candidate: Sequence[Record], **changes: Any) -> tuple[Path, Path]:
    return write_run(tmp_path / "a", records()), write_run(tmp_path / "b", candidate, **changes)


def worse(comparison: Comparison) -> list[str]:
    return [figure.name for figure in comparison.of(Verdict.WORSE)]


def test_two_files_of_unchanged_code_are_fine(tmp_path: Path) -> None:
    files = benchmark_file(tmp_path / "a.json", 1), benchmark_file(tmp_path / "b.json", 2)
    done = threefold(*files)
    assert done.returncode == 0, done
    assert "No regression: 12 not worse." in done.stdout


def test_a_slow_benchmark_is_named_with_exit_code_1(tmp_path: Path) -> None:
    files = benchmark_file(tmp_path / "a.json", 1), benchmark_file(tmp_path / "b.json", 2, slow=["test_7"])
    command = [sys.executable, "-m", "benchmarks", "compare", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "tests/test_it.py::test_7" in done.stdout
    assert worse(compared(*files)) == ["tests/test_it.py::test_7"]


def test_folders_of_files_are_launches(tmp_path: Path) -> None:
    for side, slow in (("a", []), ("b", ["test_1"])):
        for launch in range(5):
            benchmark_file(tmp_path / side / "Linux" / f"{launch}.json", hash((side, launch)) % 1000, slow, count=3)
    assert worse(compared(tmp_path / "a", tmp_path / "b")) == ["tests/test_it.py::test_1"]


#: Files of pytest-benchmark over the suite of cattrs 26.2.1, run twice, and once more with ten more lookups before
#: whatever structures an object (`self._structure_func.dispatch(cl)` in `converters.py`); reduced to what is read.
FOREIGN = Path(__file__).parent / "cattrs"


def test_files_of_another_projects_suite_are_judged_rightly() -> None:
    medians = {
        name: {each["fullname"]: each["stats"]["median"] for each in json.loads(path.read_text())["benchmarks"]}
        for name in ("first", "slowed")
        for path in (FOREIGN / f"{name}.json",)
    }
    slower = {name for name, median in medians["first"].items() if medians["slowed"][name] > 1.15 * median}
    assert len(slower) == 21
    assert not any("unstruct" in name for name in slower)

    for sides in (("first", "second"), ("second", "first")):
        unchanged = compared(*(FOREIGN / f"{side}.json" for side in sides))
        assert unchanged.exit_code == 0
        assert not unchanged.of(Verdict.WORSE)
        assert not unchanged.of(Verdict.BETTER)
    slowed = compared(FOREIGN / "first.json", FOREIGN / "slowed.json")
    assert slowed.exit_code == 1
    assert {figure.name for figure in slowed.of(Verdict.WORSE)} == slower
    mended = compared(FOREIGN / "slowed.json", FOREIGN / "first.json")
    assert mended.exit_code == 0
    assert {figure.name for figure in mended.of(Verdict.BETTER)} == slower


def test_the_page_says_of_these_files_what_they_hold() -> None:
    medians = [
        [each["stats"]["median"] for each in json.loads((FOREIGN / f"{name}.json").read_text())["benchmarks"]]
        for name in ("first", "second", "slowed")
    ]
    again, slowed = (sorted(b / a for a, b in zip(medians[0], other, strict=True)) for other in medians[1:])
    page = " ".join((Path(__file__).parents[3] / "docs" / "comparing-runs.md").read_text(encoding="utf-8").split())
    assert (len(again), sum(each > 1.1 for each in again)) == (64, 5)
    assert f"five unchanged figures are slower by {again[-5] - 1:.0%}".removesuffix("%") in page
    assert f"to {again[-1] - 1:.0%}".replace("%", " %") in page
    assert f"21 figures are worse ({slowed[-21]:.1f} to {slowed[-1]:.1f} times the time)" in page


def test_a_floor_is_for_nanoseconds_in_benchmarks_and_can_be_set(tmp_path: Path) -> None:
    files = FOREIGN / "first.json", FOREIGN / "slowed.json"
    assert compared(*files).limits.floor_s == 1e-8
    worse = compared(*files, "--floor", 1e-6).of(Verdict.WORSE)
    assert {figure.candidate - figure.baseline > 1e-6 for figure in worse if figure.candidate and figure.baseline} == {
        True
    }
    assert 0 < len(worse) < 21
    runs = [write_run(tmp_path / name, sample_records()) for name in "ab"]
    assert compared(*runs).limits.floor_s == 1e-6
    assert threefold(*files, "--floor", "nan").returncode == 2


def test_other_machines_get_no_verdict_but_ratios_if_wanted(tmp_path: Path) -> None:
    files = benchmark_file(tmp_path / "a.json", 1), benchmark_file(tmp_path / "b.json", 2, ["test_7"], node="other")
    refused = compared(*files)
    assert (refused.exit_code, refused.figures) == (2, ())
    assert "node differs (box against other)" in refused.summary
    anyway = compared(*files, "--anyway")
    assert anyway.exit_code == 2
    assert len(anyway.figures) == 12
    assert {figure.verdict for figure in anyway.figures} == {Verdict.UNCERTAIN}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "is not a file of pytest-benchmark"),
        ('{"machine_info": {}, "benchmarks": [{"name": "x"}]}', "benchmarks.0.fullname"),
        ('{"machine_info": {}, "benchmarks": []}', "holds no benchmark"),
        (
            '{"machine_info": {}, "benchmarks": [{"name": "x", "fullname": "x", "stats": {"min": 0}}]}',
            "stats.min",
        ),
    ],
)
def test_other_files_get_one_line_and_exit_code_2(tmp_path: Path, content: str, complaint: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(content)
    done = threefold(benchmark_file(tmp_path / "a.json", 1), broken)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(broken) in done.stderr
    assert complaint in done.stderr


def test_what_does_not_exist_or_is_of_another_kind_is_refused(tmp_path: Path) -> None:
    file, (run, _) = benchmark_file(tmp_path / "a.json", 1), runs(tmp_path, records())
    assert "does not exist" in threefold(file, tmp_path / "none").stderr
    mixed = threefold(file, run)
    assert mixed.returncode == 2
    assert "one is a stored run" in mixed.stderr


def test_two_runs_of_unchanged_code_are_fine(tmp_path: Path) -> None:
    comparison = compared(*runs(tmp_path, records(seed=1)))
    assert comparison.exit_code == 0
    assert {figure.quantity for figure in comparison.figures} == {"time", "memory", "accuracy", "certificate"}


def test_a_slower_and_bigger_run_is_a_regression(tmp_path: Path) -> None:
    names = worse(compared(*runs(tmp_path, records(pace=1.1, seed=1))))
    assert "train_step digits mlp torch cpu float32 batch 32" in names
    assert "peak memory digits mlp torch cpu float32 batches 32, 256" in names


def test_epochs_of_other_lengths_and_processes_of_other_kinds_are_not_compared(tmp_path: Path) -> None:
    """An epoch over a fifth of the examples is no faster one, and other networks' memory is no loss."""
    epochs = [timing(NETWORK, launch, 1.0 + launch / 1000, epoch_examples=288) for launch in range(5)]
    comparison = compared(*runs(tmp_path / "epochs", [*records()[:2], *epochs]))
    names = [figure.name for figure in comparison.figures]
    assert "train_step digits mlp torch cpu float32 batch 32" in names
    assert not [name for name in names if name.startswith("train_epoch")]
    assert any(note.startswith("2 figures are of one run alone and are not compared") for note in comparison.notes)
    shared = [timing(NETWORK, launch, 1.0 + launch / 1000, position=launch % 2) for launch in range(5)]
    comparison = compared(*runs(tmp_path / "processes", [*records()[:2], *shared]))
    names = [figure.name for figure in comparison.figures]
    assert any(name.startswith("train_epoch") for name in names)
    assert not [name for name in names if name.startswith(("peak memory", "first_step"))]


def test_lost_accuracy_is_detected_in_pairs(tmp_path: Path) -> None:
    # Folds differ by more than the loss, which is seen because each is compared with itself.
    values = [0.95, 0.96, 0.955, 0.965, 0.958]
    lost = [accuracy(NETWORK, [value - 0.02 - 0.0002 * index for index, value in enumerate(values)])]
    assert worse(compared(*runs(tmp_path, [*lost, *records(seed=1)[1:]]))) == ["accuracy digits mlp torch cpu float32"]


def test_a_metric_that_should_be_low_is_worse_when_it_rises(tmp_path: Path) -> None:
    def run(name: str, loss: float) -> Path:
        values = [loss + 0.001 * index for index in range(5)]
        return write_run(tmp_path / name, [accuracy(NETWORK, values, metric="log_loss")])

    assert compared(run("a", 0.10), run("b", 0.20)).exit_code == 1
    assert compared(run("c", 0.20), run("d", 0.10)).of(Verdict.BETTER)


def test_a_failed_certificate_and_a_failed_cell_are_regressions(tmp_path: Path) -> None:
    old = records()
    broken = [record(old[0].cell, reason="diverged: the loss became nan"), certificate(NETWORK, passed=False), *old[2:]]
    comparison = compared(*runs(tmp_path, broken))
    reasons = {figure.name: figure.reason for figure in comparison.of(Verdict.WORSE)}
    assert reasons == {
        "accuracy digits mlp torch cpu float32": "diverged: the loss became nan",
        "certificate digits mlp torch cpu float32": "gradients: hidden_0 departs first",
    }


def test_what_the_candidate_lacks_is_never_fine(tmp_path: Path) -> None:
    comparison = compared(*runs(tmp_path, records()[:2]))
    assert comparison.exit_code == 2
    assert comparison.missing == ("timing digits mlp torch cpu float32",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"versions": {"python": "3.11.2", "numpy": "2.4.0", "torch": "2.12.0"}},
            "torch differs (2.13.0 against 2.12.0)",
        ),
        ({"machine": Machine(processor="Y", cores=2, memory_bytes=8, system="Linux x86_64")}, "processor differs"),
        ({"threads": 2}, "threads differs (1 against 2)"),
    ],
)
def test_runs_of_other_versions_or_machines_get_no_verdict(tmp_path: Path, changes: Any, said: str) -> None:
    comparison = compared(*runs(tmp_path, records(pace=2.0), **changes))
    assert comparison.exit_code == 2
    assert said in comparison.summary


def test_other_settings_are_other_work(tmp_path: Path) -> None:
    where = NETWORK | {"settings": {"hidden": [64]}}
    comparison = compared(*runs(tmp_path, [timing(where, launch, 3.0) for launch in range(5)]))
    assert not comparison.figures
    assert any("its settings differ" in note for note in comparison.notes)


def test_a_whole_run_beside_itself_is_identical(tmp_path: Path) -> None:
    run = write_run(tmp_path / "a", sample_records())
    comparison = compared(run, run)
    assert comparison.exit_code == 0
    assert not comparison.of(Verdict.WORSE)


def test_formats(tmp_path: Path) -> None:
    files = benchmark_file(tmp_path / "a.json", 1), benchmark_file(tmp_path / "b.json", 2, slow=["test_7"])
    markdown = threefold(*files, "--format", "markdown")
    assert "| worse |" in markdown.stdout
    assert "tests/test\\_it.py::test\\_7" in markdown.stdout
    out = tmp_path / "junit.xml"
    assert threefold(*files, "--format", "junit", "--out", out).returncode == 1
    suite = ElementTree.parse(out).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("12", "1")
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["tests/test_it.py::test_7"]
    again = threefold(*files, "--format", "junit", "--out", out)
    assert again.returncode == 2
    assert str(out) in again.stderr
    assert "Traceback" not in again.stderr


def test_a_file_of_very_many_benchmarks_is_read_in_time_that_grows_with_it(tmp_path: Path) -> None:
    """Each name was once looked for among all: half a minute for as many as these."""
    path = benchmark_file(tmp_path / "many.json", 1, count=30_000)
    began = time.process_time()
    assert len(read_side(path).samples) == 30_000
    assert time.process_time() - began < 5.0
