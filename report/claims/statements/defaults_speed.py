"""Do the frameworks' defaults move the speed?"""

import math
from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast_of_times
from report.claims.evidence import Evidence
from report.claims.measures import TIME, TIME_FACTOR
from report.claims.speed import OPERATIONS
from report.claims.statements.defaults_accuracy import PAIRS
from report.runs.measurements import Measurement

STUDY = "defaults-speed"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each network by each implementation, each default beside what it would otherwise be."""
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
        for (task, recipe, implementation, what), named in variants.items():
            for first, second in PAIRS:
                if first in named and second in named:
                    where = f"{task} ({recipe}), {what}, {implementation}, {first}"
                    smallest = math.log(TIME_FACTOR)
                    pair = contrast_of_times(evidence, (run, run), named[first], named[second], where, TIME, smallest)
                    yield pair.between(first, second)


CLAIM = Claim(
    name="defaults-speed",
    sentence="What PyTorch and Keras take by default makes no difference to the time of a training step",
    topic="frameworks",
    asks="equal",
    contrasts=contrasts,
    method="Starting weights, epsilon, decay and decay rates by the default of either framework, beside the matched "
    "recipe or the other framework's default, by the same implementation, paired by process launch. Equal is within a "
    "factor of 1.1.",
    decided_by="`threefold run --study defaults-speed`",
    places="comparison",
)
