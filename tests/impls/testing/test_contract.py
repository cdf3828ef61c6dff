"""Each check of the contract fails for an implementation that breaks just that."""

import subprocess
import sys

import numpy as np
import pytest

from impls import Training, build
from impls.errors import ThreefoldError
from impls.mlp import MLP
from impls.testing import CHECKS, Case, ContractError, Subject, check_model
from tests.impls.testing.broken import BROKEN
from tests.impls.testing.newcomer import EinsumModel, build_einsum

TINY = MLP(inputs=4, hidden=(5,), outputs=3, activation="tanh")


def subject_of(model_class, dtype):
    def build_function(architecture, training, device, dtype, seed):
        return model_class(architecture, training, dtype, seed)

    return Subject(build_function, Case("tiny", TINY, Training("adam", 1e-2)), "cpu", dtype)


@pytest.mark.parametrize(("model_class", "name"), BROKEN.items(), ids=lambda value: getattr(value, "__name__", value))
def test_broken_implementation_fails_the_check(model_class, name):
    check = next(check for check in CHECKS if check.name == name)
    with pytest.raises(ContractError, match=name) as failure:
        check(subject_of(model_class, "float64" if name == "precision" else "float32"))
    assert len(str(failure.value).splitlines()) == 1


def test_every_check_has_a_broken_implementation():
    assert set(BROKEN.values()) == {check.name for check in CHECKS}


def test_check_model_passes_the_newcomer():
    check_model(build_einsum, TINY, dtypes=("float64",))


def test_check_model_raises_for_the_first_failing_check():
    broken = next(iter(BROKEN))
    with pytest.raises(ContractError, match=f"^{BROKEN[broken]}"):
        check_model(lambda a, t, device, dtype, seed: broken(a, t, dtype, seed), TINY)


def test_contract_error_is_the_projects_and_pytests():
    assert issubclass(ContractError, ThreefoldError)
    assert issubclass(ContractError, AssertionError)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_numpy_keeps_the_contract(dropout):
    network = MLP(inputs=4, hidden=(64,), outputs=3, normalization="batch", dropout=dropout)
    check_model(lambda a, t, device, dtype, seed: build(a, "numpy", t, device, dtype, seed), network)


def test_nothing_but_numpy_is_imported():
    unwanted = {"torch", "tensorflow", "keras", "scipy", "pydantic", "pandas", "pytest", "benchmarks"}
    code = f"import sys, impls.testing; print(sorted({unwanted!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_failure_names_the_layer_that_departs_first():
    def doubled(architecture, training, device, dtype, seed):
        model = build(architecture, "numpy", training, device, dtype, seed)
        outputs = model.layer_outputs

        def shifted(inputs, training=False):
            seen = outputs(inputs, training)
            return {name: array + 1 if name in ("activation_0", "output") else array for name, array in seen.items()}

        model.layer_outputs = shifted
        predict = model.predict
        model.predict = lambda inputs, batch_size=None: predict(inputs, batch_size) + 1
        return model

    with pytest.raises(ContractError, match=r"forward: FAILED.*activation_0 departs first.*hidden_0 before it agrees"):
        check_model(doubled, TINY)


def test_messages_survive_figures_that_are_no_number():
    class Diverges(EinsumModel):
        def forward(self, inputs):
            outputs = super().forward(inputs)
            return [*outputs[:-1], np.full_like(outputs[-1], np.nan)]

    check = next(check for check in CHECKS if check.name == "certificate")
    with pytest.raises(ContractError, match="forward: FAILED"):
        check(subject_of(Diverges, "float32"))
