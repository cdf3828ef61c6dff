"""Does the choice of framework matter less for larger batches?"""

import math
from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import data_of
from report.claims.evidence import Evidence
from report.claims.measures import TIME_FACTOR, Measure
from report.claims.speed import by_network
from report.runs.measurements import Measurement
from report.text.naming import TORCH, architecture_title

#: How many times as far apart two implementations are at the smallest batch as at the largest.
NARROWING = Measure("the factor between them", "ratio", 1)


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """For each network and each implementation beside PyTorch: the factor at the smallest and at the largest batch."""
    for run, name, sizes in by_network(evidence, "train_step"):
        smallest, largest = min(sizes), max(sizes)
        if smallest == largest or TORCH not in sizes[smallest] or TORCH not in sizes[largest]:
            continue
        for implementation in sorted(sizes[smallest].keys() & sizes[largest].keys() - {TORCH}):
            if "+" in implementation:  # a compiled mode of a framework is no other framework
                continue
            pairs = [(sizes[size][implementation], sizes[size][TORCH]) for size in (smallest, largest)]
            factors = [_factors(*pair) for pair in pairs]
            launches = sorted(factors[0].keys() & factors[1].keys())
            yield Contrast(
                place=f"{name}, {implementation}, batch {smallest} to {largest}",
                first=f"batch {smallest}",
                second=f"batch {largest}",
                by=f"{implementation} beside {TORCH}, {architecture_title(pairs[0][0].cell.architecture)}",
                measure=NARROWING,
                gains=tuple(factors[0][launch] - factors[1][launch] for launch in launches),
                smallest=math.log(TIME_FACTOR),
                test_to_train=0.0,
                run=run.label,
                records=tuple(key for one in pairs[0] for key in evidence.timing_keys(run, one)),
                data=data_of(run, pairs[0][0].cell.task),
            )


def _factors(one: Measurement, other: Measurement) -> dict[int, float]:
    """By launch: how far apart the two are, whichever is faster, as a logarithm.

    Which of the two is faster is asked of the other launches: the size of a launch's own ratio would count its noise as
    a distance, most where there is none.
    """
    logs = one.log_ratios_to(other)
    total = math.fsum(logs.values())
    return {launch: value if total > value else -value for launch, value in logs.items()}


CLAIM = Claim(
    name="speed-batch-size",
    sentence="The larger the batch, the less the choice of framework matters for speed",
    topic="frameworks",
    asks="ahead",
    contrasts=contrasts,
    method="Train step of every network, for each implementation the factor between its time and PyTorch's, whichever "
    "is faster: at the smallest batch that was timed beside the largest, by process launch. Compiled modes are left "
    "out: they are no other framework. Worth mentioning is a factor of 1.1.",
    decided_by="three launches or more at several batch sizes, `threefold run --suite standard`",
    places="comparison",
)
