"""What a result depends on besides its cell."""

import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
import impls
from benchmarks import environment
from benchmarks.environment import NOT_MEASURING, SOURCES, TIMING_ALONE, measuring_sources, sources_digest

NETWORK = '''"""A network."""


def step(x):
    """One step."""
    return 2 * x  # twice
'''


def test_both_packages_that_make_results_are_hashed() -> None:
    assert {folder.name for folder in SOURCES} == {"benchmarks", "impls"}
    assert all(Path(package.__file__ or "").parent in SOURCES for package in (benchmarks, impls))
    assert all(len(list(folder.rglob("*.py"))) > 50 for folder in SOURCES)


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        ("2 * x", "3 * x", False),
        ("def step(x):", "def step(x, y=0):", False),
        ("One step.", "A step.", True),
        ("A network.", "The network.", True),
        ("# twice", "# doubled", True),
        ("2 * x", "(2 * x)", True),
    ],
)
def test_code_counts_and_words_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, now: str, same: bool
) -> None:
    monkeypatch.setattr(environment, "SOURCES", (tmp_path,))
    digests = []
    for text in (NETWORK, NETWORK.replace(was, now)):
        (tmp_path / "network.py").write_text(text)
        digests.append(sources_digest.__wrapped__())
    assert (digests[0] == digests[1]) is same


def test_a_file_of_another_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "SOURCES", (tmp_path,))
    (tmp_path / "network.py").write_text(NETWORK)
    before = sources_digest.__wrapped__()
    (tmp_path / "network.py").rename(tmp_path / "net.py")
    assert sources_digest.__wrapped__() != before


@pytest.mark.parametrize(
    "name",
    [
        "impls/training.py",
        "impls/scratch/dense.py",
        "impls/engines/in_torch/engine.py",
        "benchmarks/execution/host.py",
        "benchmarks/execution/child.py",
        "benchmarks/measure/cross_validation.py",
        "benchmarks/measure/timing/subject.py",
        "benchmarks/records/networks.py",
        "benchmarks/runner/phases.py",
        "benchmarks/tasks/preparation.py",
        "benchmarks/metrics/values.py",
        "benchmarks/certificates/probe.py",
    ],
)
def test_what_measures_is_hashed(name: str) -> None:
    assert name in dict(measuring_sources())


def test_what_measured_processes_load_is_hashed() -> None:
    """All but the wording of messages; what is loaded by name, such as tasks, lies in hashed folders."""
    modules = [
        "execution.host",
        "measure.worker",
        "measure.timing.launch",
        "measure.timing.conftest",
        "certificates.probe",
    ]
    script = f"import sys, {', '.join('benchmarks.' + module for module in modules)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    files = {name.replace(".", "/") + ".py" for name in loaded}
    assert "benchmarks/measure/cross_validation.py" in files
    assert {name for name in files if name.startswith(NOT_MEASURING)} == {"benchmarks/printable.py"}


def test_what_trains_and_certifies_does_not_load_what_times_alone() -> None:
    """But for what describes commands, words messages, and measures the machine's peak in a cell of its own."""
    script = "import sys, benchmarks.measure.worker, benchmarks.certificates.probe; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    files = {name.replace(".", "/") + ".py" for name in loaded}
    assert "benchmarks/measure/cross_validation.py" in files
    described = {f"benchmarks/execution/{name}.py" for name in ("account", "command", "messages")}
    assert {name for name in files if name.startswith(TIMING_ALONE)} - described <= {"benchmarks/measure/peak.py"}


def test_what_times_alone_is_hashed_for_times_and_for_nothing_else() -> None:
    names = dict(measuring_sources())
    for each in TIMING_ALONE:
        assert any(name.startswith(each) for name in names), f"{each} is not there any more"
    assert sources_digest(timed=False) != sources_digest(timed=True)


def test_commands_comparisons_and_bookkeeping_are_not_hashed() -> None:
    names = dict(measuring_sources())
    everything = {path.relative_to(folder.parent).as_posix() for folder in SOURCES for path in folder.rglob("*.py")}
    for left_out in NOT_MEASURING:
        concerned = {name for name in everything if name.startswith(left_out)}
        assert concerned, f"{left_out} is not there any more"
        assert not concerned & set(names)
    assert {name for name in everything if name not in names and not name.startswith(NOT_MEASURING)} == set()
    of_networks = {name for name in NOT_MEASURING if name.startswith(("impls/", "benchmarks/measure/"))}
    assert of_networks == {"impls/estimators/", "impls/fitting/"}, "what users call, and no run does"
