"""`threefold gate` on a small project, through the real command line, git and fresh processes."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.gate import launches
from benchmarks.gate.gate import _given_up
from benchmarks.gate.launches import LaunchError
from benchmarks.gate.output import BEGINNINGS
from benchmarks.gate.store import PAIRS, VERDICT, read_pairs
from report.comparing.verdicts import Comparison, Verdict
from tests.benchmarks.gate.conftest import Done
from tests.benchmarks.gate.toy_project import GATE, MODEL, change, commit, git, make_project

Command = Callable[..., Done]
OUT = Path("results/local/gate")
#: Real work that takes a step several times as long.
SLOW = "        for _ in range(20_000):\n            pass\n        return float"
QUICK = ("--rounds", 1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(launches, "TURNS", 4)
    monkeypatch.setattr(launches, "TURN_S", 0.004)
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def test_comments_and_other_files_are_unchanged_without_measuring(project: Path, threefold: Command) -> None:
    change(project, "EPSILON = 1e-8", "EPSILON = 1e-8  # small")
    (project / "notes.md").write_text("hello")
    (project.parent / "verdict.md").write_text("**Regression: 3 worse.**\n\n" + "an earlier verdict\n" * 2000)
    done = threefold("gate", "--baseline", "HEAD", "--markdown", project.parent / "verdict.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Unchanged" in done.stdout
    assert (project.parent / "verdict.md").read_text().startswith("**Unchanged")
    assert not (OUT / PAIRS).exists()
    assert git(project, "status", "--porcelain").splitlines() == ["M toy.py", "?? notes.md"]


def test_without_a_baseline_one_line_says_how_to_make_one(project: Path, threefold: Command) -> None:
    done = threefold("gate")
    assert done.returncode == 2
    assert "--init" in done.stderr
    assert done.stderr.count("\n") == 1
    assert threefold("gate", "--init").returncode == 0
    assert json.loads(Path("results/history/baseline.json").read_text())["commit"] == git(project, "rev-parse", "HEAD")
    assert "Unchanged" in threefold("gate").stdout


def test_a_slower_step_is_a_regression(project: Path, threefold: Command, tmp_path: Path) -> None:
    change(project, "        return float", SLOW)
    files = {kind: tmp_path / f"verdict.{kind}" for kind in ("markdown", "json", "junit")}
    written = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    done = threefold("gate", "--baseline", "main", "--rounds", 12, *written)
    assert done.returncode == 1, done
    assert "Regression: train_step linear by" in done.stdout
    comparison = Comparison.model_validate_json(files["json"].read_text())
    verdicts = {figure.name: figure.verdict for figure in comparison.figures}
    assert verdicts["train_step linear"] is Verdict.WORSE
    assert verdicts["trajectory linear"] is Verdict.IDENTICAL
    assert verdicts["peak memory linear"] is not Verdict.WORSE
    assert ElementTree.parse(files["junit"]).getroot().get("failures") == "1"
    assert "| worse |" in files["markdown"].read_text()
    for kind, path in files.items():  # an earlier verdict is replaced, whatever is longer or cut off is not
        assert BEGINNINGS[kind].match(path.read_bytes())
        assert not BEGINNINGS[kind].match(path.read_bytes()[1:])
    assert not [line for line in git(project, "worktree", "list").splitlines() if "threefold-gate-" in line]
    refused = threefold("gate", "--accept")
    assert refused.returncode == 2
    assert "worktree" in refused.stderr


def test_a_change_of_the_mathematics_is_named(project: Path, threefold: Command) -> None:
    change(project, "EPSILON = 1e-8", "EPSILON = 1e-2")
    done = threefold("gate", "--baseline", "main", *QUICK)
    assert done.returncode == 1
    assert "the update rule differs" in done.stdout
    assert "output/kernel" in done.stdout
    meant = threefold("gate", "--baseline", "main", "--allow-new-mathematics", *QUICK)
    assert meant.returncode == 2  # one round says nothing of the times


def test_a_candidate_that_fails_is_a_regression_and_a_baseline_that_fails_is_not(
    project: Path, threefold: Command
) -> None:
    change(project, "import numpy as np\n", "import numpy as np\n\nimport not_there\n")
    done = threefold("gate", "--baseline", "main", *QUICK)
    assert done.returncode == 1
    assert "No module named 'not_there'" in done.stdout
    commit(project, "broken")
    change(project, "import not_there\n", "")
    done = threefold("gate", "--baseline", "main", *QUICK)
    assert done.returncode == 2
    assert "cannot be measured in the baseline" in done.stdout


def test_the_same_gate_again_goes_on_with_the_stored_pairs(project: Path, threefold: Command) -> None:
    change(project, "return float(np.mean(errors**2))", "return float((errors**2).mean())")
    assert threefold("gate", "--baseline", "main", *QUICK).returncode == 2
    first = read_pairs(OUT / PAIRS)
    with (OUT / PAIRS).open("a") as file:
        file.write('{"stage": "scr')  # the machine stopped here
    threefold("gate", "--baseline", "main", "--rounds", 2)
    assert (len(first), len(read_pairs(OUT / PAIRS))) == (1, 2)
    assert read_pairs(OUT / PAIRS)[0] == first[0]
    threefold("gate", "--baseline", "main", "--fresh", *QUICK)
    assert len(read_pairs(OUT / PAIRS)) == 1


def test_a_commit_that_passed_can_become_the_baseline(project: Path, threefold: Command) -> None:
    (project / "notes.md").write_text("hello")
    commit(project, "notes")
    assert threefold("gate", "--baseline", "HEAD~1", "--candidate", "HEAD").returncode == 0
    assert threefold("gate", "--accept").returncode == 0
    assert json.loads(Path("results/history/baseline.json").read_text())["commit"] == git(project, "rev-parse", "HEAD")
    assert Comparison.model_validate_json((OUT / VERDICT).read_text()).exit_code == 0


def test_a_suite_of_pytest_benchmark_is_measured_launch_by_launch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threefold: Command
) -> None:
    suite = "def test_sum(benchmark):\n    benchmark.pedantic(lambda: sum(range(1000)), rounds=20, iterations=5)\n"
    gate = 'sources = ["toy.py", "bench_sum.py"]\npytest = ["-q", "bench_sum.py"]\n'
    monkeypatch.chdir(make_project(tmp_path / "project", gate, bench_sum=suite))
    change(Path.cwd(), "range(1000)", "range(9000)", "bench_sum.py")
    done = threefold("gate", "--baseline", "main", "--format", "json", *QUICK)
    (figure,) = Comparison.model_validate_json(done.stdout).figures
    assert figure.name == "bench_sum.py::test_sum"
    assert figure.effect is not None
    assert figure.effect > 2
    assert done.returncode == 2


def test_a_benchmark_that_the_candidate_lacks_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threefold: Command
) -> None:
    suite = "def test_{}(benchmark):\n    benchmark.pedantic(lambda: sum(range(9)), rounds=3, iterations=3)\n"
    gate = 'sources = ["bench_sum.py"]\npytest = ["-q", "bench_sum.py"]\n'
    monkeypatch.chdir(make_project(tmp_path / "project", gate, bench_sum=suite.format("a") + suite.format("b")))
    change(Path.cwd(), suite.format("b"), "", "bench_sum.py")
    done = threefold("gate", "--baseline", "main", "--format", "json", "--threshold", 10, "--tolerance", 10, *QUICK)
    figures = {figure.name: figure for figure in Comparison.model_validate_json(done.stdout).figures}
    lacking = figures["bench_sum.py::test_b"]
    assert (lacking.verdict, lacking.reason) == (Verdict.UNCERTAIN, "the candidate does not have it")
    assert done.returncode == 2


def test_an_accuracy_that_the_candidate_cannot_give_is_a_regression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threefold: Command
) -> None:
    function = "\n\ndef accuracy(seed, fold):\n    return {'accuracy': 0.5}\n"
    monkeypatch.chdir(make_project(tmp_path / "project", GATE + 'accuracy = "toy:accuracy"\n'))
    (Path.cwd() / "toy.py").write_text(MODEL + function)
    commit(Path.cwd(), "its accuracy")
    for name, new, reason in (("raises", "return 1 / 0", "ZeroDivisionError"), ("lacks", "return {}", "no accuracy")):
        (Path.cwd() / "toy.py").write_text(
            (MODEL + function).replace("1e-8", "1e-2").replace("return {'accuracy': 0.5}", new)
        )
        done = threefold("gate", "--baseline", "main", "--allow-new-mathematics", "--out", OUT / name, *QUICK)
        assert done.returncode == 1, done
        assert "Regression: accuracy linear: fails in the candidate" in done.stdout
        assert reason in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--baseline", "nonesuch"), "'nonesuch' is no commit"),
        (("--baseline", "main", "--file", "none.toml"), "none.toml: does not exist"),
        (("--accept",), "holds no verdict"),
        (("--self-test", "--series-rounds", "7"), "7 rounds are too few; give 8 or more, or 0 for no series"),
    ],
)
def test_wrong_usage_is_one_line(project: Path, threefold: Command, arguments: tuple[str, ...], message: str) -> None:
    done = threefold("gate", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_gate_file_with_a_mistake_is_refused(project: Path, threefold: Command) -> None:
    (project / "gate.toml").write_text('[[cell]]\nname = "a"\n')
    assert "give either build, or architecture" in threefold("gate", "--baseline", "main").stderr
    (project / "gate.toml").write_text('sources = ["none"]\n[[cell]]\nname = "a"\nbuild = "toy:subject"\n')
    change(project, "1e-8", "1e-7")
    assert "'none' is in neither" in threefold("gate", "--baseline", "main").stderr


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (LaunchError("candidate", "ended with exit code 1"), Verdict.WORSE),
        (LaunchError("candidate", "no answer in 300 s", timed_out=True), Verdict.UNCERTAIN),
        (LaunchError("baseline", "ended with exit code 1"), Verdict.UNCERTAIN),
    ],
)
def test_a_cell_given_up_is_a_regression_only_where_the_candidate_ends(error: LaunchError, verdict: Verdict) -> None:
    assert _given_up("linear", error).verdict is verdict
