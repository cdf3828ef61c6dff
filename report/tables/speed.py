"""The speed table: one row for each operation and batch size of each timed network."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from report.runs.certification import Standing
from report.runs.measurements import Measurement, Measurements, order
from report.runs.reading import Run
from report.statistics.launches import Ratio, unpaired_ratio
from report.text.naming import TORCH, TORCH_COMPILE, is_compiled


@dataclass(frozen=True)
class SpeedRow:
    """The time of one call; its numbers are None where no launch came to an end."""

    task: str
    architecture: str
    implementation: str
    device: str
    operation: str
    batch_size: int
    median_s: float | None
    ci_low_s: float | None
    ci_high_s: float | None
    samples_per_s: float | None
    #: Time over the time of eager PyTorch: below 1 is faster.
    ratio_to_torch: float | None
    ratio_low: float | None
    ratio_high: float | None
    #: Median over launches.
    first_step_s: float | None
    #: The largest of the launches.
    peak_memory_bytes: int | None
    share_of_peak: float | None
    #: Launches in which other work disturbed the measurement.
    disturbed: int
    launches: int
    #: How the interval was made.
    interval: str
    compiled: bool | None
    #: For compiled implementations: time over the time of compiled PyTorch.
    ratio_to_torch_compile: float | None
    ratio_compile_low: float | None
    ratio_compile_high: float | None
    #: Of the hypothesis that `ratio_to_torch` is 1, over the launches that both measured; not adjusted.
    ratio_p: float | None
    flops: int | None
    certificate: Standing
    status: str
    reason: str
    #: In a report of several runs: time over that of the same row in the first.
    ratio_to_first_run: float | None
    first_run_low: float | None
    first_run_high: float | None
    run: str


#: Columns that are written only when a report shows several runs.
SEVERAL_RUNS_COLUMNS = ("ratio_to_first_run", "first_run_low", "first_run_high", "run")


def speed_rows(runs: Sequence[Run]) -> list[SpeedRow]:
    """All rows; the same row of several runs stands under one another."""
    ranked = []
    for number, run in enumerate(runs):
        for each in run.measurements.all:
            first = None if number == 0 else _same(each, runs[0].measurements)
            row = _row(run, each, first)
            ranked.append(((*order(each), number), row))
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _same(measurement: Measurement, others: Measurements) -> Measurement | None:
    return others.counterpart(measurement, measurement.cell.implementation)


def _row(run: Run, each: Measurement, first: Measurement | None) -> SpeedRow:
    measured = run.measurements
    compiled = is_compiled(each.cell.implementation)
    to_torch = each.ratio_to(measured.counterpart(each, TORCH))
    to_compiled = each.ratio_to(measured.counterpart(each, TORCH_COMPILE)) if compiled else None
    to_first = _unpaired(each, first)
    time = each.duration
    results = each.launches.values()
    return SpeedRow(
        task=each.cell.task,
        architecture=each.cell.architecture,
        implementation=each.cell.implementation,
        device=each.cell.device,
        operation=each.operation,
        batch_size=each.batch_size,
        median_s=time.median if time else None,
        ci_low_s=time.low if time else None,
        ci_high_s=time.high if time else None,
        samples_per_s=each.examples / time.median if time else None,
        ratio_to_torch=to_torch.value if to_torch else None,
        ratio_low=to_torch.low if to_torch else None,
        ratio_high=to_torch.high if to_torch else None,
        first_step_s=median(result.first_step_s for result in results) if results else None,
        peak_memory_bytes=max(result.peak_memory_bytes for result in results) if results else None,
        share_of_peak=measured.share_of_peak(each),
        disturbed=each.disturbed,
        launches=len(each.timings),
        interval=time.method if time else "",
        compiled=compiled,
        ratio_to_torch_compile=to_compiled.value if to_compiled else None,
        ratio_compile_low=to_compiled.low if to_compiled else None,
        ratio_compile_high=to_compiled.high if to_compiled else None,
        ratio_p=to_torch.p_value if to_torch else None,
        flops=each.flops if time else None,
        certificate=run.certificates.standing(each.cell),
        status="done" if time else "failed",
        reason="; ".join(each.failures),
        ratio_to_first_run=to_first.value if to_first else None,
        first_run_low=to_first.low if to_first else None,
        first_run_high=to_first.high if to_first else None,
        run=run.label,
    )


def _unpaired(each: Measurement, first: Measurement | None) -> Ratio | None:
    if first is None or not each.timings or not first.timings or each.examples != first.examples:
        return None  # an epoch of another length is other work
    return unpaired_ratio(list(each.medians.values()), list(first.medians.values()))
