"""Do the frameworks' defaults move the speed?"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from report.claims.base import Claim, Contrast
from report.claims.contrasts import data_of
from report.claims.evidence import Evidence
from report.claims.measures import TIME, TIME_FACTOR
from report.claims.speed import OPERATIONS
from report.claims.statements.defaults_accuracy import PAIRS
from report.runs.measurements import Measurement
from report.runs.reading import Run
from report.statistics.intervals import mean_of
from report.text.formatting import counted

STUDY = "defaults-speed"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """Each default beside what it would otherwise be, in the mean over networks, implementations and operations.

    Each of them alone is known to a tenth at best, from few launches; a launch measures all of them.
    """
    for run in evidence.runs:
        if run.manifest.study is None or run.manifest.study.name != STUDY:
            continue
        variants: dict[tuple[str, ...], dict[str, Measurement]] = {}
        for each in run.measurements.all:
            cell = each.cell
            if cell.variant is not None and each.timings and each.operation in OPERATIONS:
                what = "epochs" if each.operation == "train_epoch" else f"batch {each.batch_size}"
                place = (cell.task, cell.variant.recipe, cell.implementation, what)
                variants.setdefault(place, {})[cell.variant.name] = each
        for first, second in PAIRS:
            pairs = [(named[first], named[second]) for named in variants.values() if {first, second} <= named.keys()]
            if pairs:
                yield _mean_contrast(evidence, run, (first, second), pairs)


def _mean_contrast(
    evidence: Evidence, run: Run, names: tuple[str, str], pairs: Sequence[tuple[Measurement, Measurement]]
) -> Contrast:
    """Over launches in which all of these were timed."""
    logs = [second.log_ratios_to(first) for first, second in pairs]
    launches = sorted(set.intersection(*(set(here) for here in logs)))
    keys = (evidence.timing_keys(run, each) for pair in pairs for each in pair)
    return Contrast(
        place=names[0],
        first=names[0],
        second=names[1],
        by=f"the mean of {counted(len(pairs), 'timing')}",
        measure=TIME,
        gains=tuple(mean_of([here[launch] for here in logs]) for launch in launches),
        smallest=math.log(TIME_FACTOR),
        test_to_train=0.0,
        run=run.label,
        records=tuple(dict.fromkeys(chain.from_iterable(keys))),
        data=", ".join(dict.fromkeys(data_of(run, each.cell.task) for each, _ in pairs)),
    )


CLAIM = Claim(
    name="defaults-speed",
    sentence="What PyTorch and Keras take by default makes no difference to the time of training, in the mean over "
    "networks",
    topic="frameworks",
    asks="equal",
    contrasts=contrasts,
    method="Starting weights, epsilon, decay and decay rates by the default of either framework, beside the matched "
    "recipe or the other framework's default, by the same implementation: in each process launch the mean over all "
    "networks, implementations and operations that were timed. Equal is within a factor of 1.1; a single network may "
    "differ by more.",
    decided_by="`threefold run --study defaults-speed`",
    places="default",
)
