"""Change points of a history: planted ones are found with their commits, spikes and ends are none."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate.history.changes import ALPHA, changes_of, level_changes
from benchmarks.gate.history.lines import HistoryError, HistoryLine, add_line, read_history, segments_of
from benchmarks.gate.history.page import as_page, words
from benchmarks.records.results import Machine
from tests.benchmarks.gate.conftest import Done

MACHINE = Machine(processor="Processor X", cores=2, memory_bytes=2**34, system="Linux x86_64", gpu=None)
OTHER = MACHINE.model_copy(update={"processor": "Processor Y"})
FIGURE, STEADY = "train_step mlp numpy", "predict mlp numpy"


def commit(number: int) -> str:
    return hashlib.sha1(str(number).encode()).hexdigest()


def line(number: int, figures: Mapping[str, float], machine: Machine = MACHINE) -> HistoryLine:
    return HistoryLine(
        commit=commit(number),
        date=f"2026-01-{1 + number // 24:02d}T{number % 24:02d}:00:00Z",
        machine=machine,
        versions={"python": "3.11.9", "numpy": "2.4.6"},
        threads=1,
        launches=5,
        reference_s=3e-4,
        figures={name: value * 3e-4 for name, value in figures.items()},
        normalized=dict(figures),
    )


def sixty_commits(seed: int = 0) -> list[HistoryLine]:
    """Slower by 8 % from 12 to 21 (undone at 22), slower by 6 % from 30 on, another machine from 42 on."""
    generator = np.random.default_rng(seed)
    lines = []
    for number in range(60):
        level = 1.08 if 12 <= number < 22 else 1.06 if number >= 30 else 1.0
        pace = 0.7 if number >= 42 else 1.0
        noise = np.exp(0.008 * generator.standard_normal(2))
        spike = 1.4 if number in (6, 50, 59) else 1.0
        values = {FIGURE: float(2 * level * pace * noise[0] * spike), STEADY: float(pace * noise[1])}
        lines.append(line(number, values, OTHER if number >= 42 else MACHINE))
    return lines


@pytest.mark.parametrize("seed", range(3))
def test_of_sixty_commits_exactly_the_planted_changes_are_found(seed: int) -> None:
    changes = changes_of(sixty_commits(seed))
    assert [(each.figure, each.before, each.after) for each in changes] == [
        (FIGURE, commit(11), commit(12)),
        (FIGURE, commit(21), commit(22)),
        (FIGURE, commit(29), commit(30)),
    ]
    slower, undoing, again = changes
    assert slower.undone_by == undoing.after
    assert undoing.ratio < 1 < slower.ratio
    assert again.undone_by is None
    assert slower.commit_range in words(slower)
    assert "undone by" in words(slower)


def test_another_machine_begins_a_segment_and_is_no_change() -> None:
    lines = sixty_commits()
    assert [len(segment) for segment in segments_of(lines)] == [42, 18]
    assert all(change.after != commit(42) for change in changes_of(lines))


def test_two_machines_that_measure_in_turns_have_a_segment_each() -> None:
    mine = [each for each in sixty_commits() if each.machine == MACHINE]
    theirs = [each.model_copy(update={"machine": OTHER}) for each in mine]
    lines = [each for both in zip(mine, theirs, strict=True) for each in both]
    segments = segments_of(lines)
    assert [len(segment) for segment in segments] == [42, 42]
    assert segments[-1][-1] is lines[-1]
    assert [each.after for each in changes_of(lines)] == [commit(place) for place in (12, 12, 22, 22, 30, 30)]
    assert "84 commits in 2 segment(s)" in as_page(lines, changes_of(lines))


@pytest.mark.parametrize("place", [0, 1, 15, 28, 29])
def test_a_spike_is_no_change_wherever_it_is(place: int) -> None:
    values = 0.01 * np.random.default_rng(1).standard_normal(30)
    values[place] += 0.4
    assert level_changes(values, ALPHA) == {}


@pytest.mark.parametrize("points", [1, 2, 3])
def test_the_last_points_are_not_judged_yet(points: int) -> None:
    values = 0.005 * np.random.default_rng(2).standard_normal(30)
    values[-points:] += 0.1
    assert level_changes(values, ALPHA) == {}


def test_noise_alone_has_no_changes() -> None:
    generator = np.random.default_rng(3)
    false = sum(bool(level_changes(0.02 * generator.standard_normal(50), ALPHA, 0.0)) for _ in range(15))
    assert false <= 1


def test_a_constant_series_has_no_changes() -> None:
    assert level_changes(np.zeros(20), ALPHA) == {}
    values = np.zeros(20)
    values[10:] = 0.1
    assert list(level_changes(values, ALPHA)) == [10]


def test_lines_are_kept_in_the_order_of_commits_and_replaced_by_their_like(tmp_path: Path) -> None:
    for number in (2, 0, 1, 1):
        add_line(tmp_path, line(number, {FIGURE: 1.0 + number}))
    assert [each.commit for each in read_history(tmp_path)] == [commit(0), commit(1), commit(2)]
    add_line(tmp_path, line(1, {FIGURE: 5.0}, OTHER))
    assert len(read_history(tmp_path)) == 4


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    add_line(tmp_path, line(0, {FIGURE: 1.0}))
    with (tmp_path / "history.jsonl").open("a") as file:
        file.write("{torn\n")
    with pytest.raises(HistoryError, match="line 2"):
        read_history(tmp_path)


def test_the_page_draws_every_figure_and_names_the_changes() -> None:
    lines = sixty_commits()
    page = as_page(lines, changes_of(lines))
    assert page.count("<svg") == 2
    assert f"{commit(11)[:12]}..{commit(12)[:12]}" in page
    assert "60 commits in 2 segment(s)" in page


def test_the_check_fails_for_what_nothing_has_undone(tmp_path: Path, threefold: Callable[..., Done]) -> None:
    lines = sixty_commits()
    assert _check(tmp_path / "a", lines, threefold) == 1
    assert _check(tmp_path / "b", lines[:28], threefold) == 0
    assert _check(tmp_path / "c", lines[:5], threefold) == 2
    assert threefold("history", "check", "--folder", tmp_path / "a", "--since", commit(35)[:10]).returncode == 0
    assert threefold("history", "show", "--folder", tmp_path / "a", "--out", tmp_path / "page.html").returncode == 0
    assert "<svg" in (tmp_path / "page.html").read_text()
    assert threefold("history", "show", "--folder", tmp_path / "a", "--out", tmp_path / "page.html").returncode == 0
    (tmp_path / "page.html").write_text("mine")
    refused = threefold("history", "show", "--folder", tmp_path / "a", "--out", tmp_path / "page.html")
    assert (refused.returncode, (tmp_path / "page.html").read_text()) == (2, "mine")
    assert "was not written by Threefold" in refused.stderr
    assert "holds no history" in threefold("history", "check", "--folder", tmp_path / "none").stderr


def _check(folder: Path, lines: Sequence[HistoryLine], threefold: Callable[..., Done]) -> int:
    folder.mkdir()
    (folder / "history.jsonl").write_text("".join(each.model_dump_json() + "\n" for each in lines))
    return threefold("history", "check", "--folder", folder).returncode
