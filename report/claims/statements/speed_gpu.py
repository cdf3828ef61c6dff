"""Is a GPU faster for networks of these sizes?"""

import math
from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast_of_times
from report.claims.evidence import Evidence
from report.claims.measures import TIME_FACTOR, Measure
from report.claims.speed import OPERATIONS, place_of

DEVICE = Measure("the time on the processor", "ratio", -1)


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """Every training operation on a GPU beside the same implementation's on the processor, of the same run."""
    measured = {
        (run.label, measurement.cell.task, measurement.cell.architecture, measurement.cell.implementation,
         measurement.operation, measurement.batch_size, measurement.cell.device): (run, measurement)
        for run, measurement, _ in evidence.measurements()
        if measurement.operation in OPERATIONS
    }  # fmt: skip
    for (*place, device), (run, measurement) in measured.items():
        beside = measured.get((*place, "cpu"))  # type: ignore[arg-type]  # a tuple of another length to mypy
        if device != "cpu" and beside is not None:
            name = f"{place_of(measurement)}, {measurement.cell.implementation}"
            yield contrast_of_times(evidence, (run, run), measurement, beside[1], name, DEVICE, math.log(TIME_FACTOR))


CLAIM = Claim(
    name="speed-gpu",
    sentence="A GPU trains networks of these sizes faster than the processor",
    topic="frameworks",
    asks="ahead",
    contrasts=contrasts,
    method="Train step and epoch on a GPU beside the same implementation's on the processor of the same machine, by "
    "process launch. Worth mentioning is a factor of 1.1.",
    decided_by="a machine with a GPU, `threefold run --suite standard --device cpu --device cuda`",
    places="timing",
)
