"""A self-test from beginning to end: what is measured, and what is resampled."""

import hashlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from benchmarks.environment import machine, versions
from benchmarks.gate import trees
from benchmarks.gate.cells import GateCell, GateFile
from benchmarks.gate.launches import PROBE, Pair
from benchmarks.gate.self_test.measuring import (
    MEMORY,
    REPEATED,
    REPEATED_LOADED,
    SLOWDOWNS,
    UNCHANGED,
    Extent,
    Measuring,
    load_of,
)
from benchmarks.gate.self_test.resampling import Pool, outcome_of, resampled_decisions
from benchmarks.gate.self_test.result import Agreement, Rate, SelfTest
from benchmarks.gate.sequential import Decision, Effort
from benchmarks.gate.store import PAIRS, Header, open_store
from benchmarks.records.store import write_beside
from report.comparing.verdicts import Limits

RESULT = "self-test.json"
#: Share of verdicts in which a planted slowdown has to be found, and at most may be false.
POWER: Mapping[float, float] = {0.03: 0.50, 0.05: 0.95, 0.10: 1.0}
MEMORY_POWER = 0.95


def run_self_test(
    repository: Path,
    file: GateFile,
    folder: Path,
    *,
    extent: Extent,
    comparisons: int,
    limits: Limits,
    effort: Effort,
    threads: int,
    fresh: bool,
    tell: Callable[[str], None],
) -> SelfTest:
    """Measure what the folder lacks, resample, and write the result beside the pairs.

    Args:
        repository: whose HEAD is measured, as both sides.
        file: of the gate; its cells are measured.
        folder: keeps pairs and result; the same call again goes on from there.
        extent: how much is measured.
        comparisons: verdicts that are resampled, of each kind.
        limits: of a verdict.
        effort: of a verdict.
        threads: of every process.
        fresh: forget what the folder has.
        tell: takes a line about what is going on.
    """
    commit = trees.resolve(repository, "HEAD")
    measured = file.model_dump_json() + PROBE.read_text(encoding="utf-8")
    header = Header(
        baseline=commit,
        candidate=commit,
        candidate_reference="self-test",
        baseline_versions=versions(),
        candidate_versions=versions(),
        machine=json.dumps(machine().model_dump(), sort_keys=True),
        threads=threads,
        measured=hashlib.sha256(measured.encode()).hexdigest()[:16],
    )
    stored = open_store(folder, header, fresh)
    with trees.checked_out(repository, commit, commit) as both:
        measuring = Measuring(
            file.cell, both, Path(sys.executable), folder / PAIRS, stored, limits, effort, threads, tell
        )
        faults = measuring.faults()
        unchanged = measuring.series(UNCHANGED, extent.rounds)
        slowed = {
            share: measuring.series(f"slower by {share:.0%}", extent.rounds, measuring.plants(share))
            for share in SLOWDOWNS
        }
        grown = measuring.series(MEMORY, extent.rounds, measuring.growths())
        repeated = measuring.repeated(REPEATED, extent.repeats)
        loaded_repeats: list[Decision] = []
        if extent.loaded_repeats:
            with load_of(REPEATED_LOADED):
                loaded_repeats = measuring.repeated(REPEATED_LOADED, extent.loaded_repeats)
    tell("resampling")
    generator = random.Random(0)
    calm = _by_cell(unchanged)

    def resample(planted: Mapping[str, Sequence[Pair]], count: int) -> list[Decision]:
        return resampled_decisions(Pool(calm, planted), count, limits, effort, generator)

    alike = resample({}, comparisons)
    rates = [_rate("nothing planted, resampled", alike, limits.alpha, at_most=True)]
    if repeated:
        rates.append(_rate("nothing planted, repeated", repeated, limits.alpha, at_most=True))
    if loaded_repeats:
        rates.append(_rate("nothing planted, repeated, half a core busy", loaded_repeats, 0.0, at_most=True))
    for share, pairs in slowed.items():
        rates += _planted_rates(f"step slower by {share:.0%}", pairs, file.cell, comparisons, POWER[share], resample)
    rates += _planted_rates("peak memory larger by 5%", grown, file.cell, comparisons, MEMORY_POWER, resample)
    result = SelfTest(
        commit=commit,
        machine=machine(),
        versions=versions(),
        threads=threads,
        limits=limits,
        rounds=extent.rounds,
        rates=tuple(rates),
        faults=faults,
        agreement=agreement(alike, repeated) if repeated else None,
    )
    write_beside(folder / RESULT, result.model_dump_json(indent=2) + "\n")
    return result


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
    pairs: Sequence[Pair],
    cells: Sequence[GateCell],
    comparisons: int,
    bound: float,
    resample: Callable[[Mapping[str, Sequence[Pair]], int], list[Decision]],
) -> list[Rate]:
    """Planted in a single cell, each in its turn, and in all cells at once."""
    planted = _by_cell(pairs)
    each = max(1, -(-comparisons // len(cells)))
    single = [decision for cell in cells for decision in resample({cell.name: planted[cell.name]}, each)]
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


def _by_cell(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    by_cell: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_cell[pair.cell].append(pair)
    return by_cell
