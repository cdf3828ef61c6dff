"""Decisions over pairs: when a stage ends, what is confirmed, and what is said when the effort is spent."""

import math

from benchmarks.gate.gate import LIMITS, conclude_gate
from benchmarks.gate.sequential import CONFIRMATION, ROUNDS_AFTER_SUSPECT, SCREENING, Decision, Effort, decide
from benchmarks.gate.verdicts import Figure, Verdict
from tests.benchmarks.gate.fake_pairs import FakeSource

CELLS = [f"cell {number}" for number in range(7)]
SLOW = "train_step cell 3"


def figure(decision: Decision, name: str) -> Figure:
    return next(each for each in decision.figures if each.name == name)


def decided(source: FakeSource, effort: Effort | None = None) -> Decision:
    return decide(CELLS, source, LIMITS, effort or Effort(seconds=1e6))


def test_what_did_not_change_is_fine_after_a_few_rounds() -> None:
    decision = decided(FakeSource({}))
    assert {each.verdict for each in decision.figures} == {Verdict.NOT_WORSE}
    assert decision.settled
    assert decision.rounds <= 8
    assert decision.confirming_rounds == 0
    assert conclude_gate(decision.figures, decision)[0] == 0


def test_a_slower_step_is_worse_and_confirmed_in_its_cell_alone() -> None:
    source = FakeSource({SLOW: 0.10})
    decision = decided(source)
    assert [each.name for each in decision.figures if each.verdict is Verdict.WORSE] == [SLOW]
    assert {tuple(cells) for stage, cells in source.rounds if stage == CONFIRMATION} == {("cell 3",)}
    assert abs((figure(decision, SLOW).effect or 0) - 1.10) < 0.02
    assert conclude_gate(decision.figures, decision)[0] == 1


def test_what_a_fresh_measurement_does_not_show_is_not_worse() -> None:
    decision = decided(FakeSource({SLOW: 0.10}, confirmed={}))
    assert figure(decision, SLOW).verdict is Verdict.NOT_WORSE
    assert "not confirmed" in figure(decision, SLOW).reason


def test_a_small_increase_is_not_worse_however_sure() -> None:
    decision = decided(FakeSource({SLOW: 0.02}, noise=0.001))
    assert figure(decision, SLOW).verdict is Verdict.NOT_WORSE


def test_memory_counts_like_time_but_has_a_floor() -> None:
    assert figure(decided(FakeSource({"peak memory cell 3": 0.05})), "peak memory cell 3").verdict is Verdict.WORSE
    tiny = LIMITS.model_copy(update={"floor_bytes": 10e6})
    decision = decide(CELLS, FakeSource({"peak memory cell 3": 0.05}), tiny, Effort(seconds=1e6))
    assert figure(decision, "peak memory cell 3").verdict is Verdict.NOT_WORSE


def test_an_improvement_is_reported() -> None:
    decision = decided(FakeSource({SLOW: -0.10}))
    assert figure(decision, SLOW).verdict is Verdict.BETTER
    code, summary = conclude_gate(decision.figures, decision)
    assert code == 0
    assert "--accept" in summary


def test_noise_gives_no_verdict_rather_than_a_false_one() -> None:
    decision = decided(FakeSource({}, noise=0.5), Effort(rounds=10, seconds=1e6))
    assert {each.verdict for each in decision.figures} == {Verdict.UNCERTAIN}
    code, summary = conclude_gate(decision.figures, decision)
    assert code == 2
    assert "5% is not excluded after 10 rounds" in summary


def test_the_time_limit_ends_a_stage() -> None:
    source = FakeSource({}, noise=0.5, pair_s=2.0)
    decision = decided(source, Effort(rounds=100, seconds=60.0))
    assert decision.seconds <= 60.0
    assert decision.rounds == 4
    assert not decision.settled


def test_screening_ends_soon_after_something_stands_out() -> None:
    noisy = FakeSource({SLOW: 1.0}, noise=0.15)
    decision = decided(noisy)
    assert figure(decision, SLOW).verdict is Verdict.WORSE
    screening = sum(stage == SCREENING for stage, _ in noisy.rounds)
    assert screening <= math.ceil(math.log2(140 * 4)) + 1 + ROUNDS_AFTER_SUSPECT


def test_a_cell_that_fails_is_not_waited_for() -> None:
    source = FakeSource({})
    source.failed["cell 0"] = RuntimeError("gone")
    source.pair = lambda stage, cell: FakeSource.pair(source, stage, cell)  # type: ignore[method-assign]
    decision = decide(["cell 0", "cell 1"], source, LIMITS, Effort(rounds=50, seconds=1e6))
    assert decision.rounds < 20


def test_no_figures_are_no_pass() -> None:
    nothing = Decision(figures=(), rounds=0, confirming_rounds=0, seconds=0.0, settled=True)
    assert conclude_gate([], nothing)[0] == 2
