"""One function makes a cell's network: the recipe's, from the cell's settings alone, as JSON brings them back."""

import numpy as np
import pytest

from benchmarks.certificates.jobs import case_of
from benchmarks.records.cells import AccuracyCell, CertificateCell, TimingCell
from benchmarks.records.networks import model_spec
from benchmarks.runner.data import data_facts
from benchmarks.runner.plan import plan
from benchmarks.suites import read_suite
from benchmarks.tasks import tasks
from impls import initial_parameters


@pytest.mark.parametrize("suite", ["quick", "standard", "full"])
def test_trained_timed_and_proved_is_the_recipes_network(suite: str) -> None:
    chosen = read_suite(suite).model_copy(update={"implementations": ("numpy", "torch")})
    for each in plan(chosen, {name: data_facts(name) for name in chosen.tasks}):
        cell = each.cell
        if not isinstance(cell, AccuracyCell | TimingCell | CertificateCell):
            continue
        if isinstance(cell, AccuracyCell) and cell.is_baseline:
            continue
        recipe = tasks()[cell.task].recipes[cell.architecture]
        spec = model_spec(type(cell).model_validate_json(cell.model_dump_json()))
        assert (spec.architecture, spec.training) == (recipe.architecture, recipe.training)
        if isinstance(cell, CertificateCell):
            case = case_of(cell)
            assert (case.architecture, case.training) == (spec.architecture, spec.training)


def test_starting_weights_are_those_of_the_seed() -> None:
    chosen = read_suite("quick").model_copy(update={"tasks": ("digits",), "implementations": ("numpy",)})
    cells = [each.cell for each in plan(chosen, {"digits": data_facts("digits")})]
    spec = model_spec(next(cell for cell in cells if isinstance(cell, TimingCell)))
    for seed, start in ((0, spec.start()), (5, spec.start(5))):
        expected = initial_parameters(spec.architecture, seed, "float32")
        assert all(np.array_equal(start[name], expected[name]) for name in expected)
    model = spec.build("numpy")
    assert all(np.array_equal(model.parameters()[name], array) for name, array in spec.start().items())
