"""The contract of `Model` as checks that anybody's implementation can be put through.

    check_model(build_function, MLP(inputs=4, hidden=(8,), outputs=3))

goes through all of them in this process and names the first that fails; `parametrize_with_checks` makes each a pytest
case of its own. Needs NumPy and the implementation's own framework, nothing else.
"""

from impls.testing.certificate import (
    STAGES,
    for_arithmetic,
    formulas_alone,
    judge,
    judge_alone,
    measure,
    measured,
    measured_stage,
    stages_of,
)
from impls.testing.checking import ContractError
from impls.testing.contract import CHECKS, check_model, parametrize_with_checks
from impls.testing.examples import covering, example_cases, one_of_each, optimizer_case, pairwise_choices
from impls.testing.findings import Arrays, Finding
from impls.testing.subject import BuildFunction, Case, Subject
from impls.testing.update_stages import COMBINED

__all__ = [
    "CHECKS",
    "COMBINED",
    "STAGES",
    "Arrays",
    "BuildFunction",
    "Case",
    "ContractError",
    "Finding",
    "Subject",
    "check_model",
    "covering",
    "example_cases",
    "for_arithmetic",
    "formulas_alone",
    "judge",
    "judge_alone",
    "measure",
    "measured",
    "measured_stage",
    "one_of_each",
    "optimizer_case",
    "pairwise_choices",
    "parametrize_with_checks",
    "stages_of",
]
