"""A self-test's resampling: it keeps what was measured, and its rates say what the pairs hold."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.environment import machine, versions
from benchmarks.gate.cells import DEFAULT, GateCell
from benchmarks.gate.gate import LIMITS
from benchmarks.gate.launches import Pair, Side, Sides
from benchmarks.gate.quality import judge_quality
from benchmarks.gate.self_test import measuring
from benchmarks.gate.self_test.faults import FAULTS, Fault, planted
from benchmarks.gate.self_test.judging import agreement, rates_of, repeated_gates
from benchmarks.gate.self_test.measuring import REPEATED, REPEATED_LOADED, UNCHANGED, Measuring
from benchmarks.gate.self_test.publishing import judged, publish, published_self_tests, read_published
from benchmarks.gate.self_test.resampling import Pool, ResampledSource, outcome_of, resampled_decisions, swapped
from benchmarks.gate.self_test.result import Agreement, SelfTest, as_markdown
from benchmarks.gate.sequential import Effort, decide
from benchmarks.gate.store import StoredSource, append_pair
from impls.errors import ThreefoldError
from report.comparing.verdicts import Figure, Verdict
from tests.benchmarks.gate.fake_pairs import FakeSource
from tests.test_documentation import PROJECT

CELLS = ("a", "b", "c")
EFFORT = Effort(seconds=1e6)


def pool(share: float = 0.0, noise: float = 0.01) -> Pool:
    """Three cells; in "b" a step that is longer by `share` was planted."""
    calm = FakeSource({}, noise, seed=1)
    slow = FakeSource({"train_step b": share}, noise, seed=2)
    planted: dict[str, list[Pair]] = {"b": [slow.pair("screening", "b") for _ in range(40)]} if share else {}
    return Pool({cell: [calm.pair("screening", cell) for _ in range(40)] for cell in CELLS}, planted)


def outcomes(share: float, count: int = 12) -> list[str]:
    decisions = resampled_decisions(pool(share), count, LIMITS, EFFORT, random.Random(0))
    return [outcome_of(decision) for decision in decisions]


def test_unchanged_pairs_give_no_alarm_and_planted_ones_do() -> None:
    assert outcomes(0.0).count("worse") == 0
    assert outcomes(0.10).count("worse") == 12
    assert outcomes(0.05).count("worse") >= 10


def test_cells_of_a_round_were_measured_in_the_same_round() -> None:
    source = ResampledSource(pool(), random.Random(3))
    stored = pool().unchanged
    for _ in range(12):
        places = set()
        for pair in source.round("screening", CELLS):
            both = [pair, swapped(pair)]
            places.add(
                next(
                    place
                    for place, each in enumerate(stored[pair.cell])
                    if each.readings in [one.readings for one in both]
                )
            )
        assert len(places) == 1


def test_repeated_gates_agree_with_resampled_ones_of_the_same_noise_alone() -> None:
    calm = resampled_decisions(pool(), 16, LIMITS, EFFORT, random.Random(1))
    again = resampled_decisions(pool(), 12, LIMITS, EFFORT, random.Random(2))
    noisy = resampled_decisions(pool(noise=0.06), 12, LIMITS, EFFORT, random.Random(2))
    assert agreement(calm, again).holds
    assert not agreement(calm, noisy).holds


def name_of(figure: Figure) -> str:
    return figure.name


def test_repeated_gates_are_judged_from_their_pairs_as_they_were_measured() -> None:
    calm = FakeSource({}, 0.01, seed=1)
    stored: list[Pair] = []

    def measure(stage: str, cell: str) -> Pair:
        stored.append(calm.pair(stage, cell))
        return stored[-1]

    with tempfile.TemporaryDirectory() as folder:
        source = StoredSource(measure, [], Path(folder) / "pairs.jsonl")
        decision = decide(CELLS, source, LIMITS, EFFORT)
    prefixed = [pair.model_copy(update={"stage": f"repeated 1: {pair.stage}"}) for pair in stored]
    (again,) = repeated_gates(prefixed, "repeated", CELLS, LIMITS, EFFORT)
    assert again.rounds == decision.rounds
    assert sorted(again.figures, key=name_of) == sorted(decision.figures, key=name_of)
    assert again.seconds == pytest.approx(sum(pair.seconds for pair in stored))
    rates, agreed = rates_of(prefixed, CELLS, 3, LIMITS, EFFORT)
    assert ([rate.name for rate in rates], agreed) == (["nothing planted, repeated"], None), "no series, no resampling"
    with pytest.raises(ThreefoldError, match="lacks a pair"):
        repeated_gates(prefixed[: len(CELLS)], "repeated", CELLS, LIMITS, EFFORT)


def test_gates_are_repeated_between_the_rounds_of_the_series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = FakeSource({}, 0.01, seed=1)
    monkeypatch.setattr(measuring, "measure_pair", lambda cell, sides, stage, coin: calm.pair(stage, cell.name))
    cells = [GateCell(name=name, build=f"{name}:build") for name in CELLS]
    lines: list[str] = []
    trees = (tmp_path, tmp_path)
    under_way = Measuring(
        cells, trees, Path(sys.executable), tmp_path / "pairs.jsonl", [], LIMITS, EFFORT, 1, lines.append
    )
    under_way.repeated(REPEATED, 3, 7)
    stages = [pair.stage.partition(":")[0] for pair in under_way.stored]
    rounds = {
        stage: len([each for each in list_of if each == UNCHANGED]) // len(CELLS)
        for stage, list_of in (
            (f"repeated {number}", stages[: stages.index(f"repeated {number}")]) for number in (1, 2, 3)
        )
    }
    assert rounds == {"repeated 1": 3, "repeated 2": 5, "repeated 3": 7}
    before = len(under_way.stored)
    under_way.repeated(REPEATED, 3, 7)
    assert len(under_way.stored) == before, "what is stored is not measured again"


def test_a_self_test_is_published_with_its_pairs_and_the_rates_that_they_give(tmp_path: Path) -> None:
    run, published = tmp_path / "run", tmp_path / "published"
    run.mkdir()
    with pytest.raises(ThreefoldError, match="holds no result"):
        publish(run, published)
    sources = {"unchanged": ({}, 1), "memory": ({"peak memory": 0.05}, 2)}
    sources |= {f"slower by {share}%": ({"train_step": share / 100}, 3 + share) for share in (3, 5, 10)}
    for stage, (plants, seed) in sources.items():
        source = FakeSource({f"{name} {cell}": share for name, share in plants.items() for cell in CELLS}, 0.01, seed)
        for _ in range(12):
            for cell in CELLS:
                append_pair(run / "pairs.jsonl", source.pair(stage, cell))
    stored = SelfTest(
        commit="0" * 40, machine=machine(), versions=versions(), threads=1, limits=LIMITS, rounds=12, comparisons=3,
        time_limit_s=1e6, rates=(), faults={"a fault: a": True}, agreement=None,
    )  # fmt: skip
    (run / "self-test.json").write_text(stored.model_dump_json())
    (run / "gate.json").write_text("{}")
    publish(run, published)
    result, pairs = read_published(published)
    assert len(pairs) == 5 * 12 * len(CELLS)
    assert judged(result, pairs) == result
    worse = {rate.name: rate.worse / rate.verdicts for rate in result.rates}
    assert worse["nothing planted, resampled"] == 0
    assert worse["step slower by 10%, all cells"] == worse["peak memory larger by 5%, all cells"] == 1
    differing = result.model_copy(update={"agreement": Agreement(outcomes_p=0.5, rounds_p=1e-3, effects_p=0.5)})
    assert "They differ" in as_markdown(differing)
    text = as_markdown(result)
    assert "They differ" not in text
    assert "Faults of the mathematics found: 1 of 1." in text
    assert machine().processor in text


@pytest.mark.parametrize("folder", published_self_tests(), ids=lambda folder: folder.name)
def test_a_published_self_test_has_the_pairs_behind_its_rates(folder: Path) -> None:
    result, pairs = read_published(folder)
    cells = list(dict.fromkeys(pair.cell for pair in pairs))
    rounds = Counter(pair.stage for pair in pairs)
    series = ["unchanged", "memory", *(f"slower by {share}%" for share in (3, 5, 10))]
    assert min(rounds[name] for name in series) == result.rounds * len(cells)
    rates = {rate.name: rate for rate in result.rates}
    for stage, name in ((REPEATED, "repeated"), (REPEATED_LOADED, "repeated, half a core busy")):
        gates = repeated_gates(pairs, stage, cells, result.limits, Effort(seconds=result.time_limit_s))
        verdicts = [outcome_of(gate) for gate in gates]
        if rate := rates.get(f"nothing planted, {name}"):
            assert (rate.verdicts, rate.worse) == (len(gates), verdicts.count("worse"))
            assert rate.not_judged == verdicts.count("could not judge")
        else:
            assert not gates


@pytest.mark.nightly
@pytest.mark.parametrize("folder", published_self_tests(), ids=lambda folder: folder.name)
def test_published_rates_are_to_the_digit_those_of_the_published_pairs(folder: Path) -> None:
    result, pairs = read_published(folder)
    assert judged(result, pairs) == result


def test_the_faults_are_in_the_sources() -> None:
    for fault in FAULTS:
        assert fault.old in (PROJECT / fault.path).read_text(encoding="utf-8"), fault.name


def test_a_fault_that_is_taken_out_runs_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    module = tmp_path / "swapped.py"
    module.write_text("print('i', 'f')\n")
    fault = Fault("gates swapped", "swapped.py", "'i', 'f'", "'f', 'i'", ())

    def printed() -> str:
        # The same second and size, as on a quick machine.
        os.utime(module, (1e9, 1e9))
        command = [sys.executable, "-c", "import swapped"]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    with planted(fault, tmp_path):
        assert printed() == "f i"
    assert printed() == "i f"


@pytest.mark.parametrize(
    "fault", [FAULTS[0], *(pytest.param(each, marks=pytest.mark.nightly) for each in FAULTS[1:])], ids=lambda f: f.name
)
def test_a_planted_fault_reaches_the_cell(fault: Fault, tmp_path: Path) -> None:
    trees = [tmp_path / name for name in ("0", "1")]
    for tree in trees:
        shutil.copytree(PROJECT / "impls", tree / "impls")  # with what Python has compiled
    python = Path(sys.executable)
    cell = next(each for each in DEFAULT.cell if each.name == fault.cells[0])
    with planted(fault, trees[1]):
        sides = Sides(Side(trees[0], python), Side(trees[1], python))
        figures, _ = judge_quality([cell], sides, LIMITS, with_accuracy=False)
    assert [figure.verdict for figure in figures] == [Verdict.WORSE]
    assert "the mathematics changed" in figures[0].reason
