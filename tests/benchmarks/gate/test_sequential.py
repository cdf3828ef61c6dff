"""Decisions over pairs: when a stage ends, what is confirmed, and what is said when the effort is spent."""

import math
from collections.abc import Sequence

from benchmarks.gate.gate import LIMITS, conclude_gate
from benchmarks.gate.launches import Pair
from benchmarks.gate.sequential import CONFIRMATION, ROUNDS_AFTER_SUSPECT, SCREENING, Decision, Effort, decide
from report.comparing.stored_runs import draft_metric, judge_metric
from report.comparing.verdicts import Figure, Verdict
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
    decision = decide(["cell 0", "cell 1"], source, LIMITS, Effort(rounds=50, seconds=1e6))
    assert decision.rounds < 20


def test_a_cell_that_fails_later_ends_the_stage() -> None:
    source = FakeSource({}, noise=0.5)

    def round_then_fail(stage: str, cells: Sequence[str]) -> list[Pair]:
        pairs = FakeSource.round(source, stage, cells)
        if len(source.rounds) == 2:
            source.failed["cell 0"] = RuntimeError("gone")
        return pairs

    source.round = round_then_fail  # type: ignore[method-assign]  # the test's own failure
    decision = decide(["cell 0"], source, LIMITS, Effort(rounds=50, seconds=1e6))
    assert decision.rounds == 2
    assert {each.verdict for each in decision.figures} == {Verdict.UNCERTAIN}


def test_a_worse_metric_is_named_with_its_difference() -> None:
    decision = Decision(figures=(), rounds=1, confirming_rounds=0, seconds=1.0, settled=True)
    draft, _ = draft_metric("accuracy mlp", "accuracy", [0.9, 0.9, 0.91], [0.8, 0.8, 0.83], 0.25)
    worse = judge_metric(draft, 1e-4, LIMITS)
    assert conclude_gate([worse], decision)[1].startswith("Regression: accuracy mlp by -0.0933 (1 worse")


def test_of_an_unknown_metric_a_change_is_not_judged() -> None:
    draft, _ = draft_metric("oddness mlp", "oddness", [0.5, 0.51, 0.5], [0.9, 0.9, 0.91], 0.25)
    judged = judge_metric(draft, 1e-4, LIMITS)
    assert judged.verdict is Verdict.UNCERTAIN
    assert "nobody says whether more is better" in judged.reason


def test_no_figures_are_no_pass() -> None:
    nothing = Decision(figures=(), rounds=0, confirming_rounds=0, seconds=0.0, settled=True)
    assert conclude_gate([], nothing)[0] == 2
