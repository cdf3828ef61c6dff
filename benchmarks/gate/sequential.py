"""As many rounds as the decision needs: screening of all figures, then a fresh measurement of those that stand out.

A figure is called worse only after two stages, each with an error probability of √alpha for all figures together: the
pairs of the second are sampled afresh, with coins of their own, so their errors multiply, however the noise of the two
is correlated. In both stages one may look after every round (`benchmarks.gate.evidence`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Protocol

from benchmarks.gate.evidence import estimate, evidence, lower_bound, upper_bound
from benchmarks.gate.launches import Pair
from benchmarks.gate.series import BOUND_ALPHA, Series, State, excluded, floor_of, is_memory, states_of
from report.comparing.verdicts import Figure, Limits, Verdict

#: Rounds of screening after the first figure that looks slower: the verdict waits for its confirmation.
ROUNDS_AFTER_SUSPECT = 4

SCREENING, CONFIRMATION = "screening", "confirmation"


@dataclass(frozen=True)
class Effort:
    """How long a gate tries: rounds and seconds of each stage."""

    rounds: int = 30
    seconds: float = 240.0


class Source(Protocol):
    """Where pairs come from: measured now, or taken from a store."""

    def round(self, stage: str, cells: Sequence[str]) -> list[Pair]:
        """A pair of each of these cells."""
        ...

    def elapsed(self) -> float:
        """Seconds spent so far."""
        ...

    @property
    def failed(self) -> Mapping[str, Exception]:
        """Cells that cannot be measured any more."""
        ...


@dataclass(frozen=True)
class Decision:
    """Judged figures, and how they were reached."""

    figures: tuple[Figure, ...]
    rounds: int
    confirming_rounds: int
    seconds: float
    #: Whether every figure was settled before rounds or time ran out.
    settled: bool


def decide(cells: Sequence[str], source: Source, limits: Limits, effort: Effort) -> Decision:
    """Measure until every figure is settled or the effort is spent, and judge.

    Args:
        cells: names of what is measured.
        source: of the pairs.
        limits: from where on a difference counts, and the error probability of the whole verdict.
        effort: of each of the two stages.
    """
    alpha = math.sqrt(limits.alpha)
    screened, states, rounds = _stage(SCREENING, cells, source, limits, effort, alpha, {})
    suspects = {name: series for name, series in screened.items() if states[name] in (State.SLOWER, State.FASTER)}
    confirmed: dict[str, Series] = {}
    outcome: dict[str, State] = {}
    confirming = 0
    if suspects:
        wanted = {name: states[name] for name in suspects}
        again = [cell for cell in cells if any(series.cell == cell for series in suspects.values())]
        confirmed, outcome, confirming = _stage(
            CONFIRMATION,
            again,
            source,
            limits,
            effort,
            alpha,
            {name: (wanted[name], suspects[name]) for name in wanted},
        )
    figures = [
        _figure(name, series, states[name], confirmed.get(name), outcome.get(name), limits, rounds)
        for name, series in screened.items()
    ]
    return Decision(
        figures=tuple(figures),
        rounds=rounds,
        confirming_rounds=confirming,
        seconds=source.elapsed(),
        settled=all(State.OPEN not in (states[name], outcome.get(name)) for name in screened),
    )


def _stage(
    stage: str,
    cells: Sequence[str],
    source: Source,
    limits: Limits,
    effort: Effort,
    alpha: float,
    suspects: Mapping[str, tuple[State, Series]],
) -> tuple[dict[str, Series], dict[str, State], int]:
    """Rounds over the cells that are not settled yet; with suspects, only these figures count, in their direction."""
    series: dict[str, Series] = {}
    states: dict[str, State] = {}
    began, rounds = source.elapsed(), 0
    open_cells: list[str] = list(cells)
    last = effort.rounds
    while open_cells and rounds < last and (rounds == 0 or _affordable(source, began, rounds, effort)):
        for pair in source.round(stage, open_cells):
            for name, reading in pair.readings.items():
                if not suspects or name in suspects:
                    series.setdefault(name, Series(pair.cell, floor_of(name, limits))).readings.append(reading)
        rounds += 1
        states = states_of(series, states, limits, alpha, suspects)
        if not suspects and State.SLOWER in states.values():
            last = min(last, rounds + ROUNDS_AFTER_SUSPECT)
        open_cells = [
            cell
            for cell in cells
            if cell not in source.failed and any(states[n] is State.OPEN and series[n].cell == cell for n in series)
        ]
    return series, states, rounds


def _affordable(source: Source, began: float, rounds: int, effort: Effort) -> bool:
    """Whether another round fits into the time, to judge by those that were."""
    spent = source.elapsed() - began
    return spent + spent / rounds <= effort.seconds


def _figure(
    name: str,
    screened: Series,
    state: State,
    confirmed: Series | None,
    outcome: State | None,
    limits: Limits,
    rounds: int,
) -> Figure:
    readings = [*screened.readings, *(confirmed.readings if confirmed else ())]
    logs = [reading.log_ratio for reading in readings]
    verdict, reason = _verdict(screened, state, confirmed, outcome, limits, rounds)
    low, high = lower_bound(logs, BOUND_ALPHA), upper_bound(logs, BOUND_ALPHA)
    return Figure(
        name=name,
        quantity="memory" if is_memory(name) else "time",
        unit="B" if is_memory(name) else "s",
        baseline=geometric_mean(reading.baseline for reading in readings),
        candidate=geometric_mean(reading.candidate for reading in readings),
        effect=math.exp(estimate(logs)),
        low=None if low is None else math.exp(low),
        high=None if high is None else math.exp(high),
        p_value=min(1.0, 1 / max(evidence(logs), evidence([-value for value in logs]))),
        verdict=verdict,
        reason=reason,
    )


def _verdict(
    screened: Series, state: State, confirmed: Series | None, outcome: State | None, limits: Limits, rounds: int
) -> tuple[Verdict, str]:
    word = {State.SLOWER: "an increase", State.FASTER: "a decrease"}.get(state, "")
    if state is State.FINE:
        return Verdict.NOT_WORSE, ""
    if state is State.OPEN:
        if excluded(screened, limits.tolerance):
            return Verdict.NOT_WORSE, f"an increase of more than {limits.tolerance:.0%} is excluded, a smaller one not"
        return (
            Verdict.UNCERTAIN,
            f"an increase of more than {limits.tolerance:.0%} is not excluded after {rounds} rounds",
        )
    if outcome is state:
        return (Verdict.WORSE if state is State.SLOWER else Verdict.BETTER), ""
    if outcome is State.FINE or (state is State.FASTER and confirmed and excluded(confirmed, limits.tolerance)):
        return Verdict.NOT_WORSE, f"{word} was not confirmed by a fresh measurement"
    return Verdict.UNCERTAIN, f"a fresh measurement neither confirmed nor excluded {word}"
