"""The same work on a GPU and on the processor of the same machine: ratios, and from which batch size the GPU pays."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.runs.certification import Standing
from report.runs.measurements import Measurement
from report.runs.reading import Run
from report.statistics.launches import Ratio

#: What all others are compared with.
PROCESSOR = "cpu"


@dataclass(frozen=True)
class DeviceRow:
    """One operation of a network at one batch size by one implementation, on both devices."""

    task: str
    architecture: str
    implementation: str
    device: str
    operation: str
    batch_size: int
    cpu_s: float
    device_s: float
    #: Time on the device over that on the processor: below 1 the device is faster.
    ratio: float
    ratio_low: float | None
    ratio_high: float | None
    #: Of the hypothesis that the ratio is 1, over the launches that both measured; not adjusted.
    ratio_p: float | None
    #: The smallest measured batch from which on, at every larger one too, the device is faster; None if there is none.
    pays_from: int | None
    #: The same with the whole interval of each ratio below 1.
    shown_from: int | None
    launches: int
    certificate: Standing
    cpu_threads: int
    run: str


def device_rows(runs: Sequence[Run]) -> list[DeviceRow]:
    """The rows of all that was measured on two devices, in the order of the tables."""
    return [row for run in runs for row in _rows(run)]


def _rows(run: Run) -> list[DeviceRow]:
    on_cpu = {_place(each): each for each in run.measurements.all if each.cell.device == PROCESSOR}
    pairs = [
        (each, on_cpu[_place(each)])
        for each in run.measurements.all
        if each.cell.device != PROCESSOR and each.duration is not None and _place(each) in on_cpu
    ]
    compared = [(each, beside, ratio) for each, beside in pairs if (ratio := each.ratio_to(beside)) is not None]
    by_size: dict[tuple[str, ...], dict[int, Ratio]] = {}
    for each, _, ratio in compared:
        by_size.setdefault(_line(each), {})[each.batch_size] = ratio
    return [_row(run, each, beside, ratio, by_size[_line(each)]) for each, beside, ratio in compared]


def pays_from(below_1: dict[int, bool]) -> int | None:
    """The smallest size from which on it holds for all; None if it does not hold for the largest."""
    paying = None
    for size in sorted(below_1, reverse=True):
        if not below_1[size]:
            break
        paying = size
    return paying


def _row(run: Run, each: Measurement, beside: Measurement, ratio: Ratio, sizes: dict[int, Ratio]) -> DeviceRow:
    assert each.duration is not None
    assert beside.duration is not None
    return DeviceRow(
        task=each.cell.task,
        architecture=each.cell.architecture,
        implementation=each.cell.implementation,
        device=each.cell.device,
        operation=each.operation,
        batch_size=each.batch_size,
        cpu_s=beside.duration.median,
        device_s=each.duration.median,
        ratio=ratio.value,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
        ratio_p=ratio.p_value,
        pays_from=pays_from({size: here.value < 1 for size, here in sizes.items()}),
        shown_from=pays_from({size: here.high is not None and here.high < 1 for size, here in sizes.items()}),
        launches=len(each.beside(beside)),
        certificate=run.certificates.standing(each.cell),
        cpu_threads=beside.cell.threads,
        run=run.label,
    )


def _place(each: Measurement) -> tuple[str, str, str, str, int]:
    cell = each.cell
    return cell.task, cell.architecture, cell.implementation, each.operation, each.batch_size


def _line(each: Measurement) -> tuple[str, ...]:
    return (each.cell.task, each.cell.architecture, each.cell.implementation, each.cell.device, each.operation)
