"""The contract of `Model` as checks that anybody's implementation can be put through.

    check_model(build_function, MLP(inputs=4, hidden=(8,), outputs=3))

goes through all of them in this process and names the first that fails; `parametrize_with_checks` makes each a pytest
case of its own. Needs NumPy and the implementation's own framework, nothing else.
"""

from impls.testing.certificate import STAGES, judge, measure, measured, stages_of
from impls.testing.checking import ContractError
from impls.testing.contract import CHECKS, check_model, parametrize_with_checks
from impls.testing.examples import example_cases, optimizer_case
from impls.testing.findings import Arrays, Finding
from impls.testing.subject import BuildFunction, Case, Subject

__all__ = [
    "CHECKS",
    "STAGES",
    "Arrays",
    "BuildFunction",
    "Case",
    "ContractError",
    "Finding",
    "Subject",
    "check_model",
    "example_cases",
    "judge",
    "measure",
    "measured",
    "optimizer_case",
    "parametrize_with_checks",
    "stages_of",
]
