"""One implementation's part of certificates, as a command of a measured process (`benchmarks.execution.host`).

It goes through every trial that has not been measured yet and leaves its arrays; what they mean is not its business.
"""

import json
import time
from functools import partial
from pathlib import Path

from benchmarks.certificates.arrays import is_complete, write_stage
from benchmarks.certificates.trials import ProbeRequest, Trial
from benchmarks.execution.child import fix_threads
from benchmarks.records.store import write_beside
from impls import Architecture, Model, Training, build
from impls.errors import DeviceError, ImplementationError
from impls.testing import BuildFunction, Subject, measure


def measure_trial(trial: Trial, folder: Path) -> None:
    """Go through the stages of one trial."""
    subject = Subject(build_function_of(trial.implementation), trial.case.case(), trial.device, trial.dtype)
    measure(subject, partial(write_stage, folder))


def build_function_of(implementation: str) -> BuildFunction:
    """`impls.build` for one implementation."""

    def build_function(architecture: Architecture, training: Training, device: str, dtype: str, seed: int) -> Model:
        return build(architecture, implementation, training, device, dtype, seed)

    return build_function


def inability(trial: Trial) -> str | None:
    """Why the implementation cannot run here at all (a compiler or a device is missing), or None."""
    case = trial.case.case()
    try:
        build_function_of(trial.implementation)(case.architecture, case.training, trial.device, trial.dtype, 0)
    except (ImplementationError, DeviceError) as error:
        return str(error)
    except Exception:  # any other error is a finding, which the stages tell
        return None
    return None


def main(request_path: str, result_path: str) -> int:
    """Measure what is missing; the result tells the seconds each trial took, or why nothing can be measured here."""
    request = ProbeRequest.model_validate_json(Path(request_path).read_text(encoding="utf-8"))
    fix_threads(request.trials[0].implementation, request.trials[0].threads)
    missing = [trial for trial in request.trials if not is_complete(request.arrays / trial.folder, trial.case.case())]
    unable = inability(missing[0]) if missing else None
    seconds = {}
    for trial in () if unable else missing:
        began = time.perf_counter()
        measure_trial(trial, request.arrays / trial.folder)
        seconds[trial.folder] = round(time.perf_counter() - began, 3)
    write_beside(Path(result_path), json.dumps({"unable": unable, "seconds": seconds}))
    return 0
