"""A suite's certificates: one command a trial, what several cells need once and before them, one outcome a cell."""

from dataclasses import asdict

import pytest

from benchmarks.certificates.arrays import write_stage
from benchmarks.certificates.jobs import case_of, certificate_jobs
from benchmarks.certificates.trials import ProbeRequest
from benchmarks.records.cells import CertificateCell, Planned
from impls import Training
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.testing import Subject, stages_of
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


def trial_of(job):
    (trial,) = ProbeRequest.model_validate_json(job.command.request).trials
    return trial


def described(jobs):
    return sorted((trial_of(job).implementation, trial_of(job).case.name) for job in jobs)


def answering(jobs, key):
    return next(job for job in jobs if [each.key for each in job.cells] == [key])


def test_what_several_cells_need_is_measured_once_and_before_them(tmp_path):
    jobs = certificate_jobs(SUITE, tmp_path)
    preparations = [job for job in jobs if not job.cells]
    assert described(preparations) == [
        ("keras-tensorflow", "mlp: optimizers"),
        ("numpy", "a mlp"),
        ("numpy", "b mlp"),
        ("numpy", "mlp: optimizers"),
        ("torch", "mlp: optimizers"),
    ]
    assert {trial_of(job).case.optimizers for job in preparations if "optimizers" in trial_of(job).case.name} == {
        ("adam",)
    }
    answers = [job for job in jobs if job.cells]
    assert [job.cells for job in answers] == [(each,) for each in SUITE]
    for job in answers:
        implementation, task = job.command.implementation, job.cells[0].cell.task
        assert described([job]) == [(implementation, f"{task} mlp")]
        assert described(each for each in preparations if each.command.name in job.after) == sorted(
            [("numpy", f"{task} mlp"), ("numpy", "mlp: optimizers"), (implementation, "mlp: optimizers")]
        )
    assert all(job.after == frozenset() for job in preparations)


def test_certificates_share_the_processes_of_trainings(tmp_path):
    for job in certificate_jobs(SUITE, tmp_path):
        assert (job.command.group, job.command.networks) == ("", 1)
        assert job.command.activity == "certificates"


def test_a_reference_that_is_certified_itself_is_measured_once_for_all(tmp_path):
    own = planned("a", "numpy", 4)
    assert described(certificate_jobs([own], tmp_path)) == [("numpy", "a mlp")]
    jobs = certificate_jobs([own, planned("a", "torch", 4)], tmp_path)
    assert [trial_of(job).case.name for job in jobs if trial_of(job).implementation == "numpy"].count("a mlp") == 1
    assert answering(jobs, "a numpy").after == frozenset()
    assert answering(jobs, "a numpy").command.name in answering(jobs, "a torch").after


def test_the_reference_has_the_figures_that_need_no_partner(tmp_path):
    (job,) = certificate_jobs([planned("a", "numpy", 4)], tmp_path)
    trial = trial_of(job)
    for stage, arrays in numpy_arrays(trial.case.case()).items():
        if stage == "train_epoch":
            arrays["epoch/loss"] = arrays["epoch/loss"] * 2
        write_stage(tmp_path / trial.folder, stage, arrays)
    (outcome,) = job.collect({"unable": None}, None)
    stages = {stage.stage: stage.passed for stage in outcome.result.stages}
    assert {"parameters", "batched prediction", "train_epoch", "extremes, finite"} <= set(stages)
    assert not {"forward", "gradients", "drift", "optimizer step"} & set(stages)
    assert [stage for stage, passed in stages.items() if not passed] == ["train_epoch"]


def test_a_cells_batch_sizes_are_compared_at(tmp_path):
    each = planned("a", "torch", 4)
    sized = Planned(each.cell.model_copy(update={"sizes": (3, 40)}), each.key)
    trials = [trial_of(job).case for job in certificate_jobs([sized], tmp_path)]
    assert {case.sizes for case in trials if case.name == "a mlp"} == {(3, 40)}


def test_longer_networks_are_the_references_alone_and_padded_batches_are_compared(tmp_path):
    network = Recurrent(length=6, tokens=9, embedding=4, cell="gru", units=(5,), outputs=2)
    settings = {"network": "recurrent", "architecture": asdict(network), "training": asdict(Training("adam", 0.01))}
    cells = [planned("a", name, 4) for name in ("numpy", "torch")]
    cells = [Planned(each.cell.model_copy(update={"settings": settings}), each.key) for each in cells]
    jobs = certificate_jobs(cells, tmp_path)
    whole, other = (trial_of(answering(jobs, f"a {name}")).case.case() for name in ("numpy", "torch"))
    stages, others = ([stage.name for stage in stages_of(case)] for case in (whole, other))
    assert stages == sorted([*others, "padding"], key=stages.index)
    assert answering(jobs, "a numpy").command.name in answering(jobs, "a torch").after, "it is measured once"
    batch = Subject(lambda *_: None, other).batch
    assert (batch.inputs == 0).any()


def test_no_cells_no_jobs(tmp_path):
    assert certificate_jobs([], tmp_path / "arrays") == []


def test_every_cell_gets_its_certificate(tmp_path):
    jobs = certificate_jobs(SUITE, tmp_path)
    for trial in map(trial_of, jobs):
        if trial.implementation in ("numpy", "torch"):
            for stage, arrays in numpy_arrays(trial.case.case()).items():
                if trial.implementation == "torch" and trial.case.name == "b mlp" and stage == "function":
                    arrays["loss"] = arrays["loss"] * 2
                write_stage(tmp_path / trial.folder, stage, arrays)
    outcomes = {}
    for task in ("a", "b"):
        (outcomes[task],) = answering(jobs, f"{task} torch").collect({"unable": None}, None)
    assert outcomes["a"].result.passed
    assert "optimizer step" in [stage.stage for stage in outcomes["a"].result.stages]
    assert not outcomes["b"].result.passed
    assert [stage.stage for stage in outcomes["b"].result.stages if not stage.passed] == ["loss"]


@pytest.mark.parametrize("answer", [(None, "no compiler"), ({"unable": "no compiler", "seconds": {}}, None)])
def test_why_nothing_was_measured_is_the_reason_of_its_cell(tmp_path, answer):
    jobs = certificate_jobs(SUITE, tmp_path)
    assert [outcome.reason for outcome in answering(jobs, "a torch").collect(*answer)] == ["no compiler"]
    assert all(job.collect(*answer) == [] for job in jobs if not job.cells)


def test_only_certificate_cells_are_taken(tmp_path):
    class Other:
        kind = "peak"

    with pytest.raises(TypeError, match="peak"):
        certificate_jobs([Planned(Other(), "key")], tmp_path)


def test_case_is_the_cells_network_and_recipe():
    case = case_of(SUITE[0].cell)
    assert case.architecture == MLP(inputs=3, hidden=(4,), outputs=2)
    assert case.training == Training("adam", 0.01)
