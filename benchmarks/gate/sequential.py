"""As many rounds as the decision needs: screening of all figures, then a fresh measurement of those that stand out.

A figure is called worse only after two stages, each with an error probability of √alpha for all figures together: the
pairs of the second are sampled afresh, with coins of their own, so their errors multiply, however the noise of the two
is correlated. In both stages one may look after every round (`benchmarks.gate.evidence`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from statistics import geometric_mean
from typing import Protocol

from benchmarks.gate.evidence import corrected, estimate, evidence, lower_bound, upper_bound
from benchmarks.gate.launches import Pair, Reading
from report.comparing.verdicts import Figure, Limits, Verdict

#: Error probability of each bound of an interval, and of "not worse".
BOUND_ALPHA = 0.05

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


class State(Enum):
    """Where a figure stands in a stage."""

    OPEN = "open"
    FINE = "fine"
    SLOWER = "slower"
    FASTER = "faster"


@dataclass
class Series:
    """All readings of one figure in one stage."""

    cell: str
    #: Differences below this, in seconds or bytes, do not count.
    floor: float
    readings: list[Reading] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The baseline's value."""
        return geometric_mean(reading.baseline for reading in self.readings)

    def reversed(self) -> "Series":
        """Candidate and baseline in each other's place."""
        turned = [Reading(baseline=r.candidate, candidate=r.baseline, log_ratio=-r.log_ratio) for r in self.readings]
        return Series(self.cell, self.floor, turned)

    @property
    def logs(self) -> list[float]:
        """Logarithms of the ratios."""
        return [reading.log_ratio for reading in self.readings]


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
                    series.setdefault(name, Series(pair.cell, _floor(name, limits))).readings.append(reading)
        rounds += 1
        states = _states(series, states, limits, alpha, suspects)
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


def _states(
    series: Mapping[str, Series],
    before: Mapping[str, State],
    limits: Limits,
    alpha: float,
    suspects: Mapping[str, tuple[State, Series]],
) -> dict[str, State]:
    up = corrected({name: evidence(each.logs) for name, each in series.items()})
    down = corrected({name: evidence([-value for value in each.logs]) for name, each in series.items()})
    states = {}
    for name, each in series.items():
        if before.get(name, State.OPEN) is not State.OPEN:
            states[name] = before[name]
            continue
        wanted, earlier = suspects.get(name, (None, None))
        whole = Series(each.cell, each.floor, [*(earlier.readings if earlier else ()), *each.readings])
        if up[name] >= 1 / alpha and wanted is not State.FASTER and _matters(whole, limits):
            states[name] = State.SLOWER
        elif down[name] >= 1 / alpha and wanted is not State.SLOWER and _matters(whole, limits, sign=-1):
            states[name] = State.FASTER
        elif _is_fine(each, wanted, limits):
            states[name] = State.FINE
        else:
            states[name] = State.OPEN
    return states


def _is_fine(series: Series, wanted: State | None, limits: Limits) -> bool:
    """Whether what is looked for is excluded; what looks faster is measured until that is sure."""
    if wanted is State.FASTER:
        return _excluded(series.reversed(), limits.threshold)
    return _excluded(series, limits.threshold) and (wanted is not None or not _matters(series, limits, sign=-1))


def _matters(series: Series, limits: Limits, sign: int = 1) -> bool:
    """Whether the estimated difference is above the practical threshold and the absolute floor."""
    effect = sign * estimate(series.logs)
    return effect > math.log1p(limits.threshold) and abs(math.expm1(sign * effect)) * series.typical > series.floor


def _excluded(series: Series, share: float) -> bool:
    """Whether an increase by this share, or above the floor, is excluded."""
    allowed = math.log1p(max(share, series.floor / series.typical))
    return evidence([-value for value in series.logs], -allowed) >= 1 / BOUND_ALPHA


def _is_memory(name: str) -> bool:
    return name.startswith("peak memory ")


def _floor(name: str, limits: Limits) -> float:
    return limits.floor_bytes if _is_memory(name) else limits.floor_s


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
        quantity="memory" if _is_memory(name) else "time",
        unit="B" if _is_memory(name) else "s",
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
        if _excluded(screened, limits.tolerance):
            return Verdict.NOT_WORSE, f"an increase of more than {limits.tolerance:.0%} is excluded, a smaller one not"
        return (
            Verdict.UNCERTAIN,
            f"an increase of more than {limits.tolerance:.0%} is not excluded after {rounds} rounds",
        )
    if outcome is state:
        return (Verdict.WORSE if state is State.SLOWER else Verdict.BETTER), ""
    if outcome is State.FINE or (state is State.FASTER and confirmed and _excluded(confirmed, limits.tolerance)):
        return Verdict.NOT_WORSE, f"{word} was not confirmed by a fresh measurement"
    return Verdict.UNCERTAIN, f"a fresh measurement neither confirmed nor excluded {word}"
