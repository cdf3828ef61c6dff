"""A self-test's rates from its stored pairs: how often whole verdicts call something worse."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from benchmarks.gate.launches import Pair
from benchmarks.gate.self_test.measuring import (
    MEMORY,
    REPEATED,
    REPEATED_LOADED,
    SLOWDOWNS,
    UNCHANGED,
    slower_by,
    stored_gates,
)
from benchmarks.gate.self_test.resampling import Pool, outcome_of, resampled_decisions
from benchmarks.gate.self_test.result import Agreement, Rate
from benchmarks.gate.sequential import Decision, Effort, decide
from benchmarks.gate.store import StoredSource
from impls.errors import ThreefoldError
from report.comparing.verdicts import Limits

#: Share of verdicts in which a planted slowdown has to be found.
POWER: Mapping[float, float] = {0.03: 0.50, 0.05: 0.95, 0.10: 1.0}
MEMORY_POWER = 0.95


def rates_of(
    pairs: Sequence[Pair], cells: Sequence[str], comparisons: int, limits: Limits, effort: Effort
) -> tuple[tuple[Rate, ...], Agreement | None]:
    """The rates of each kind of verdict, and how repeated gates agree with resampled ones.

    The same pairs give the same rates.

    Args:
        pairs: all that a self-test stored.
        cells: names of what was measured.
        comparisons: verdicts that are resampled, of each kind.
        limits: of a verdict.
        effort: of a verdict.
    """
    generator = random.Random(0)
    series: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        series[pair.stage][pair.cell].append(pair)
    calm = series[UNCHANGED]

    def resample(planted: Mapping[str, Sequence[Pair]], count: int) -> list[Decision]:
        return resampled_decisions(Pool(calm, planted), count, limits, effort, generator)

    rates = []
    alike = resample({}, comparisons) if calm else []
    if alike:
        rates.append(_rate("nothing planted, resampled", alike, limits.alpha, at_most=True))
    repeated, loaded = (repeated_gates(pairs, stage, cells, limits, effort) for stage in (REPEATED, REPEATED_LOADED))
    if repeated:
        rates.append(_rate("nothing planted, repeated", repeated, limits.alpha, at_most=True))
    if loaded:
        rates.append(_rate("nothing planted, repeated, half a core busy", loaded, 0.0, at_most=True))
    for name, stage, power in (
        *((f"step slower by {share:.0%}", slower_by(share), POWER[share]) for share in SLOWDOWNS),
        ("peak memory larger by 5%", MEMORY, MEMORY_POWER),
    ):
        if calm and series[stage]:
            rates += _planted_rates(name, series[stage], comparisons, power, resample)
    return tuple(rates), agreement(alike, repeated) if alike and repeated else None


def repeated_gates(
    pairs: Sequence[Pair], stage: str, cells: Sequence[str], limits: Limits, effort: Effort
) -> list[Decision]:
    """The whole gates of this stage, judged from what they measured."""
    decisions = []
    for mine in stored_gates(pairs, stage).values():
        source = StoredSource(_not_measured, mine, Path(), replays=True)
        decisions.append(decide(cells, source, limits, effort))
    return decisions


def _not_measured(stage: str, cell: str) -> Pair:
    raise ThreefoldError(f"a repeated gate lacks a pair ({cell}, {stage}); run the self-test again, which measures it")


def agreement(resampled: Sequence[Decision], repeated: Sequence[Decision]) -> Agreement:
    """Outcomes by Fisher's exact test; rounds, and the figures' estimated effects, by Kolmogorov and Smirnov's."""
    fine = [sum(outcome_of(each) == "fine" for each in side) for side in (resampled, repeated)]
    others = [len(resampled) - fine[0], len(repeated) - fine[1]]
    # Figures of one gate depend on each other: the middle one of each gate counts once.
    effects = [
        np.array([median(abs(figure.effect - 1) for figure in each.figures if figure.effect) for each in side])
        for side in (resampled, repeated)
    ]
    rounds = [np.array([each.rounds for each in side], np.float64) for side in (resampled, repeated)]
    return Agreement(
        outcomes_p=float(stats.fisher_exact(np.array([fine, others])).pvalue),
        rounds_p=float(stats.ks_2samp(rounds[0], rounds[1]).pvalue),
        effects_p=float(stats.ks_2samp(effects[0], effects[1]).pvalue),
    )


def _planted_rates(
    name: str,
    planted: Mapping[str, Sequence[Pair]],
    comparisons: int,
    bound: float,
    resample: Callable[[Mapping[str, Sequence[Pair]], int], list[Decision]],
) -> list[Rate]:
    """Planted in a single cell, each in its turn, and in all cells at once."""
    each = max(1, -(-comparisons // len(planted)))
    single = [decision for cell in planted for decision in resample({cell: planted[cell]}, each)]
    everywhere = resample(planted, comparisons)
    return [
        _rate(f"{name}, one cell", single, bound, at_most=False),
        _rate(f"{name}, all cells", everywhere, bound, at_most=False),
    ]


def _rate(name: str, decisions: Sequence[Decision], bound: float, *, at_most: bool) -> Rate:
    outcomes = [outcome_of(decision) for decision in decisions]
    worse = outcomes.count("worse")
    low, high = proportion_confint(worse, len(outcomes), method="beta")
    return Rate(
        name=name,
        verdicts=len(outcomes),
        worse=worse,
        not_judged=outcomes.count("could not judge"),
        low=float(low),
        high=float(high),
        bound=bound,
        at_most=at_most,
        seconds=median(decision.seconds for decision in decisions),
        rounds=median(decision.rounds for decision in decisions),
    )
