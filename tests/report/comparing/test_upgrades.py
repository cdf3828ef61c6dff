"""The report of `threefold versions`: what each version changed, from the verdicts in its folder."""

import csv
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gate.store import write_verdict
from benchmarks.records.store import RunFolderError
from report.build import build_report
from report.comparing.stored_verdicts import INDEX, write_index
from report.comparing.upgrades import overview
from report.comparing.verdicts import Comparison, Figure, Limits, Verdict


def _figure(name: str, quantity: Any, unit: str, effect: float | None, verdict: Verdict, reason: str = "") -> Figure:
    numbers: dict[str, Any] = dict.fromkeys(("baseline", "candidate", "effect", "low", "high", "p_value"))
    if effect is not None:
        numbers = {
            "baseline": 2.0, "candidate": 2.0 * effect, "effect": effect, "low": 0.9 * effect, "high": 1.1 * effect,
            "p_value": 0.001,
        }  # fmt: skip
    return Figure(name=name, quantity=quantity, unit=unit, verdict=verdict, reason=reason, **numbers)


def _comparison(candidate: str, figures: list[Figure]) -> Comparison:
    return Comparison(
        baseline="torch==2.12.0", candidate=candidate, limits=Limits(), differences=(), missing=(), added=(),
        notes=("torch: 2.12.0 in the baseline, 2.13.0 in the candidate",), figures=tuple(figures), exit_code=1,
        summary="Regression: train_step mlp torch by 20.0%.",
    )  # fmt: skip


SLOWER = _comparison(
    "torch==2.13.0",
    [
        _figure("train_step mlp torch", "time", "s", 1.2, Verdict.WORSE),
        _figure("predict mlp torch", "time", "s", 0.8, Verdict.BETTER),
        _figure("peak memory mlp torch", "memory", "B", 1.0, Verdict.NOT_WORSE),
        _figure("accuracy mlp torch", "accuracy", "accuracy", 0.01, Verdict.BETTER),
        _figure("trajectory mlp torch", "trajectory", "", None, Verdict.WORSE, "the mathematics changed: <hidden_0>"),
    ],
)
SAME = _comparison("torch==2.13.1", [_figure("trajectory mlp torch", "trajectory", "", None, Verdict.IDENTICAL)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As `threefold versions` leaves it, with the verdict of an earlier call, which the last one did not ask for."""
    versions = tmp_path / "versions"
    for name, comparison in (("one", SLOWER), ("two", SAME), ("earlier", SLOWER)):
        (versions / name).mkdir(parents=True)
        write_verdict(versions / name, comparison)
    write_index(versions, ["one", "two"])
    return versions


def test_speed_memory_and_accuracy_are_summed_up_for_each_version() -> None:
    slower, same = ([cell.text for cell in row.cells] for row in overview([SLOWER, SAME]).rows)
    assert slower == [
        "torch==2.13.0",
        "1.00 × (0.800 to 1.20) in 2 figures: 1 worse, 1 better",
        "1.00 × (1.00 to 1.00) in 1 figure: 1 not worse",
        "1 better",
        "1 worse",
    ]
    assert same == ["torch==2.13.1", "–", "–", "not measured: the trajectories are identical", "1 identical"]


def test_the_folder_of_versions_has_a_report(folder: Path, tmp_path: Path) -> None:
    build_report([folder], folder)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert page.count("<section") == 3, "the overview, and the two that the last call asked for"
    assert "torch==2.13.0 beside torch==2.12.0" in page
    assert "the mathematics changed: &lt;hidden_0&gt;" in page
    with (folder / "tables" / "versions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["part"], row["verdict"]) for row in rows if row["candidate"] == "torch==2.13.0"] == [
        ("speed", "worse"), ("speed", "better"), ("memory", "not worse"), ("accuracy", "better"),
        ("trajectory", "worse"),
    ]  # fmt: skip
    build_report([folder], tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "index.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (INDEX, "{", "is no list of comparisons"),
        (INDEX, '{"folders": 3}', "is no list of comparisons"),
        (INDEX, '{"folders": ["../one", "none"]}', "none/verdict.json: is missing or no verdict"),
        ("two/verdict.json", "{}", "two/verdict.json: is missing or no verdict"),
    ],
)
def test_what_cannot_be_read_is_one_line(folder: Path, path: str, content: str, said: str) -> None:
    (folder / path).write_text(content, encoding="utf-8")
    with pytest.raises(RunFolderError, match=said) as caught:
        build_report([folder], folder)
    assert "\n" not in str(caught.value)
    assert not (folder / "index.html").exists()


def test_a_page_of_somebody_else_is_left(folder: Path) -> None:
    (folder / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFolderError, match="was not written by Threefold"):
        build_report([folder], folder)
    assert (folder / "index.html").read_text(encoding="utf-8") == "mine"
