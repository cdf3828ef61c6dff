"""One cell, as a command of a measured process (`benchmarks.execution.host`): from a request to an answer, JSON files.

It leaves either a result or the reason why there is none.
"""

import itertools
import traceback
from pathlib import Path

from benchmarks.execution.child import resident_bytes
from benchmarks.measure.checkpoint import Keeper
from benchmarks.measure.cross_validation import measure_accuracy
from benchmarks.measure.peak import measure_peak
from benchmarks.records.cells import AccuracyCell, Cell, Frozen, PeakCell, TimingCell, TuningCell
from benchmarks.records.results import Result
from benchmarks.records.store import write_beside
from impls.errors import ThreefoldError

#: Numbers the timings of this process, whatever became of them.
_TIMINGS = itertools.count()


class Request(Frozen):
    """What a worker is asked to do."""

    cell: Cell
    #: Folder of the prepared data.
    prepared: Path
    #: Where a training is kept while it is under way, and the seconds from one keeping to the next.
    training: Path
    keep_training_s: float
    #: Where a timing leaves pytest-benchmark's file.
    benchmark_json: Path
    #: Of the command that measures: what it times is comparable side by side.
    sitting: str | None = None
    #: Where a timing asks for its turns (`benchmarks.execution.turns`); without, the machine is its own.
    turns: str | None = None


class Answer(Frozen):
    """What it leaves: one of the two."""

    result: Result | None = None
    failure: str | None = None


def measure(request: Request) -> Result:
    """Do what the cell says, in this process."""
    cell = request.cell
    memory_before = resident_bytes()
    if isinstance(cell, AccuracyCell):
        accuracy = measure_accuracy(cell, request.prepared, Keeper(request.training, request.keep_training_s))
        return accuracy.model_copy(update=_memory(cell, memory_before))
    if isinstance(cell, TuningCell):
        from benchmarks.measure.tuning import measure_tuning  # Optuna, which the others do without

        return measure_tuning(cell, request.prepared, request.training.with_suffix(".optuna"))
    if isinstance(cell, PeakCell):
        return measure_peak(cell)
    if isinstance(cell, TimingCell):
        from benchmarks.measure.timing.launch import measure_timing  # pytest, which the others do without

        place = {"position": next(_TIMINGS), "sitting": request.sitting}
        timing = measure_timing(cell, request.prepared, request.benchmark_json, request.turns)
        return timing.model_copy(update=place | _memory(cell, memory_before))
    raise ThreefoldError(f"a worker measures no {cell.kind}")


def _memory(cell: AccuracyCell | TimingCell, before: int) -> dict[str, int | None]:
    """On a GPU the peak is of its memory, which this process's own has nothing to do with."""
    return {"memory_before_bytes": before if cell.device == "cpu" else None}


def main(request_path: str, result_path: str) -> int:
    """Measure, and leave the answer.

    Returns:
        0 also for a failure that was understood; 1 where the process had better be replaced.
    """
    request = Request.model_validate_json(Path(request_path).read_text(encoding="utf-8"))
    code = 0
    try:
        answer = Answer(result=measure(request))
    except ThreefoldError as error:
        answer = Answer(failure=str(error))
    except MemoryError:
        answer, code = Answer(failure="out of memory: an allocation was refused"), 1
    except Exception as error:
        traceback.print_exc()
        answer, code = Answer(failure=f"crashed: {type(error).__name__}: {' '.join(str(error).split())[:300]}"), 1
    write_beside(Path(result_path), answer.model_dump_json())
    return code
