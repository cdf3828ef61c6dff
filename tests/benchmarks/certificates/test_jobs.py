"""A suite's certificates: the reference first, one process an implementation, one outcome a cell."""

from dataclasses import asdict

import pytest

from benchmarks.certificates.arrays import write_stage
from benchmarks.certificates.jobs import case_of, certificate_jobs
from benchmarks.certificates.trials import ProbeRequest
from benchmarks.records.cells import CertificateCell, Planned
from impls import Training
from impls.engines import implementations
from impls.mlp import MLP
from tests.benchmarks.certificates.samples import numpy_arrays


def planned(task, implementation, width):
    settings = {
        "architecture": asdict(MLP(inputs=3, hidden=(width,), outputs=2)),
        "training": asdict(Training("adam", 0.01)),
    }
    cell = CertificateCell(
        task=task,
        architecture="mlp",
        settings=settings,
        implementation=implementation,
        device="cpu",
        dtype="float32",
        threads=1,
    )
    return Planned(cell, f"{task} {implementation}")


SUITE = [planned(task, name, width) for task, width in (("a", 4), ("b", 5)) for name in ("torch", "keras-tensorflow")]


def requests_of(jobs):
    return {job.command.implementation: ProbeRequest.model_validate_json(job.command.request) for job in jobs}


def test_the_reference_runs_before_the_others(tmp_path):
    reference, *others = certificate_jobs(SUITE, tmp_path)
    assert reference.command.implementation == "numpy"
    assert (reference.cells, reference.after) == ((), frozenset())
    assert all(job.after == {reference.command.name} for job in others)
    assert {job.command.implementation for job in others} == {"torch", "keras-tensorflow"}
    assert {each.key for job in others for each in job.cells} == {each.key for each in SUITE}


def test_the_optimizers_in_use_are_tried_once_an_architecture(tmp_path):
    requests = requests_of(certificate_jobs(SUITE, tmp_path))
    assert set(requests) == {"numpy", "torch", "keras-tensorflow"}
    for request in requests.values():
        trials = {trial.case.name: trial.case for trial in request.trials}
        assert sorted(trials) == ["a mlp", "b mlp", "mlp: optimizers"]
        assert trials["mlp: optimizers"].optimizers == ("adam",)


def test_more_networks_than_a_process_bears_go_through_several_one_after_the_other(tmp_path):
    bears = implementations()["keras-tensorflow+xla"].networks_a_process
    cells = [planned(f"task-{number}", "keras-tensorflow+xla", width=number + 1) for number in range(2 * bears + 1)]
    reference, first, second, third = certificate_jobs(cells, tmp_path)
    assert [len(job.cells) for job in (first, second, third)] == [bears, bears, 1]
    assert {each.key for job in (first, second, third) for each in job.cells} == {each.key for each in cells}
    names = [job.command.name for job in (reference, first, second, third)]
    assert [job.after for job in (first, second, third)] == [set(names[:1]), set(names[:2]), set(names[:3])]


def test_no_cells_no_jobs(tmp_path):
    assert certificate_jobs([], tmp_path / "arrays") == []


def test_every_cell_gets_its_certificate(tmp_path):
    reference, *others = certificate_jobs(SUITE, tmp_path)
    job = next(job for job in others if job.command.implementation == "torch")
    for each in (reference, job):
        for trial in requests_of([each])[each.command.implementation].trials:
            for stage, arrays in numpy_arrays(trial.case.case()).items():
                if trial.implementation == "torch" and trial.case.name == "b mlp" and stage == "function":
                    arrays["loss"] = arrays["loss"] * 2
                write_stage(tmp_path / trial.folder, stage, arrays)
    outcomes = {outcome.planned.cell.task: outcome for outcome in job.collect({"unable": None}, None)}
    assert outcomes["a"].result.passed
    assert "optimizer step" in [stage.stage for stage in outcomes["a"].result.stages]
    assert not outcomes["b"].result.passed
    assert [stage.stage for stage in outcomes["b"].result.stages if not stage.passed] == ["loss"]


@pytest.mark.parametrize("answer", [(None, "no compiler"), ({"unable": "no compiler", "seconds": {}}, None)])
def test_why_nothing_was_measured_is_the_reason_of_all_cells(tmp_path, answer):
    _, candidate, _ = certificate_jobs(SUITE, tmp_path)
    assert [outcome.reason for outcome in candidate.collect(*answer)] == ["no compiler"] * 2


def test_only_certificate_cells_are_taken(tmp_path):
    class Other:
        kind = "peak"

    with pytest.raises(TypeError, match="peak"):
        certificate_jobs([Planned(Other(), "key")], tmp_path)


def test_case_is_the_cells_network_and_recipe():
    case = case_of(SUITE[0].cell)
    assert case.architecture == MLP(inputs=3, hidden=(4,), outputs=2)
    assert case.training == Training("adam", 0.01)
