"""What claims on speed have in common: one implementation beside another, wherever both were timed."""

import math
from collections.abc import Callable, Iterator

from report.claims.base import Contrast
from report.claims.contrasts import contrast_of_times
from report.claims.evidence import Evidence
from report.claims.measures import TIME, TIME_FACTOR
from report.runs.measurements import Measurement
from report.runs.reading import Run
from report.tables.families import family_title
from report.text.naming import architecture_title

#: What training is timed by.
OPERATIONS = ("train_step", "train_epoch")


def faster(first: str, second: str) -> Callable[[Evidence], Iterator[Contrast]]:
    """The contrasts of a claim that one implementation trains faster than another: every training operation."""

    def contrasts(evidence: Evidence) -> Iterator[Contrast]:
        for operation in OPERATIONS:
            for run, _, sizes in by_network(evidence, operation):
                for by_implementation in sizes.values():
                    if first in by_implementation and second in by_implementation:
                        one, other = by_implementation[first], by_implementation[second]
                        place = place_of(one)
                        yield contrast_of_times(evidence, (run, run), one, other, place, TIME, math.log(TIME_FACTOR))

    return contrasts


def by_network(evidence: Evidence, operation: str) -> Iterator[tuple[Run, str, dict[int, dict[str, Measurement]]]]:
    """For each network that was timed: its run, its name, and batch size -> implementation -> measurement."""
    networks: dict[tuple[str, ...], tuple[Run, dict[int, dict[str, Measurement]]]] = {}
    for run, measurement, _ in evidence.measurements():
        if measurement.operation == operation:
            _, sizes = networks.setdefault((run.label, *measurement.network), (run, {}))
            sizes.setdefault(measurement.batch_size, {})[measurement.cell.implementation] = measurement
    for (_, task, architecture, device), (run, sizes) in networks.items():
        yield run, _network_name(task, architecture, device), sizes


def place_of(measurement: Measurement) -> str:
    """`MLP at batch 64 on digits`: a family, a batch size, a task, and the device where it is not the processor."""
    cell = measurement.cell
    family, title = family_title(cell.network), architecture_title(cell.architecture)
    network = title if title in family else f"{family} ({title})"
    what = f"{network} at batch {measurement.batch_size}"
    if measurement.operation == "train_epoch":
        what = f"epochs of {network}"
    return f"{what} on {cell.task}{'' if cell.device == 'cpu' else f', {cell.device}'}"


def _network_name(task: str, architecture: str, device: str) -> str:
    return f"{architecture_title(architecture)} on {task}{'' if device == 'cpu' else f', {device}'}"
