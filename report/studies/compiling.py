"""Eager against compiled: what the first step costs more, what each later one saves, and when that is even."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.records.cells import TimingCell
from report.runs.measurements import Measurement
from report.runs.reading import Run
from report.statistics.launches import log_interval, mean_ratio
from report.text.naming import is_compiled

STEP = "train_step"


@dataclass(frozen=True)
class CompilingRow:
    """A network at one batch size, eager and compiled by the same framework."""

    task: str
    architecture: str
    device: str
    #: The implementation as it comes, and compiled.
    base: str
    compiled: str
    batch_size: int
    launches: int
    #: Medians over launches, in seconds: of the first step (of a launch there is one, at the batch size of epochs, for
    #: all batch sizes), and of a later one.
    first_base_s: float
    first_compiled_s: float
    step_base_s: float
    step_compiled_s: float
    #: How many times as fast a later step is, compiled, with its interval over launches.
    speedup: float
    speedup_low: float | None
    speedup_high: float | None
    #: Steps after which compiling has paid; None where it never does, or where it is not shown that steps are faster.
    break_even: int | None
    run: str


def compiling_rows(runs: Sequence[Run]) -> list[CompilingRow]:
    """The rows of runs that are of studies and have timed both modes of a framework."""
    return [row for run in runs if run.manifest.study is not None for row in _rows(run)]


def break_even_steps(first_more_s: float, saved_s: float) -> int | None:
    """Steps until what each saves has made up for the first one; 1 where even that is no dearer.

    Args:
        first_more_s: seconds that the first step takes longer.
        saved_s: seconds that each later step takes less.
    """
    if saved_s <= 0:
        return None
    return max(1, 1 + math.ceil(first_more_s / saved_s))


def _rows(run: Run) -> list[CompilingRow]:
    measurements = run.measurements
    rows = []
    for compiled in measurements.all:
        name = compiled.cell.implementation
        base = measurements.counterpart(compiled, name.partition("+")[0])
        if compiled.operation != STEP or not is_compiled(name) or "+" not in name or base is None:
            continue
        if together := base.beside(compiled):
            rows.append(_row(run, base, compiled, together))
    return rows


def _row(run: Run, base: Measurement, compiled: Measurement, together: Sequence[int]) -> CompilingRow:
    """Of the launches that both have: others would compare what the machine did at different times."""
    ratios = [math.exp(log) for log in base.log_ratios_to(compiled).values()]
    first_base, first_compiled = (_first(each, together) for each in (base, compiled))
    step_base, step_compiled = (median(each.medians[launch] for launch in together) for each in (base, compiled))
    low, high = log_interval(ratios) if len(ratios) > 1 else (None, None)
    steps = break_even_steps(first_compiled - first_base, step_base - step_compiled)
    cell: TimingCell = compiled.cell
    return CompilingRow(
        task=cell.task,
        architecture=cell.architecture,
        device=cell.device,
        base=base.cell.implementation,
        compiled=cell.implementation,
        batch_size=compiled.batch_size,
        launches=len(ratios),
        first_base_s=first_base,
        first_compiled_s=first_compiled,
        step_base_s=step_base,
        step_compiled_s=step_compiled,
        speedup=mean_ratio(ratios),
        speedup_low=low,
        speedup_high=high,
        break_even=steps if low is not None and low > 1 else None,
        run=run.label,
    )


def _first(measurement: Measurement, together: Sequence[int]) -> float:
    return median(measurement.launches[launch].first_step_s for launch in together)
