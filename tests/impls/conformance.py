"""One conformance run for every implementation: the certificate's stages, on every example of every architecture.

What holds of each network in each framework is asserted here and nowhere else: the same function as NumPy's in
predictions, losses, gradients and layers; padding that changes nothing; no sight of the future; nothing carried from
batch to batch; decoding step by step and after reordering; an epoch that leaves what its steps leave. Beside it, a
framework's folder tests only what is its own.
"""

from dataclasses import replace

import pytest

from impls import build
from impls.spec.discovery import architectures
from impls.testing import BuildFunction, Case, Subject, example_cases, judge, measured

#: Of the certificate; its longer stages (drift, dropout's shares, all optimizers) belong to the contract's tests.
STAGES = (
    "parameters",
    "function",
    "batched prediction",
    "padding",
    "causality",
    "state",
    "decoding",
    "train_epoch",
    "dropout, given masks",
)

CASES = [
    replace(case, stages=STAGES) for name in architectures() for case in example_cases(name) if case.stages is None
]


def build_function(implementation: str) -> BuildFunction:
    """`build` for one implementation, with the arguments in the order that `impls.testing` has."""

    def build_it(architecture, training, device, dtype, seed):
        return build(architecture, implementation, training, device, dtype, seed)

    return build_it


def parametrize_over_examples(*runs: tuple[str, str], only: str = "") -> pytest.MarkDecorator:
    """Each example with each (implementation, dtype); those alone whose names hold `only`."""
    cases = [case for case in CASES if only in case.name]
    return pytest.mark.parametrize(
        ("case", "implementation", "dtype"),
        [
            pytest.param(case, implementation, dtype, id=f"{case.name}-{implementation}-{dtype}")
            for case in cases
            for implementation, dtype in runs
        ],
    )


def conforms(case: Case, implementation: str, dtype: str) -> None:
    """Every stage of the case passes, by the certificate's own bounds."""
    expected = measured(Subject(build_function("numpy"), case, "cpu", dtype))
    candidate = measured(Subject(build_function(implementation), case, "cpu", dtype))
    findings = judge(case, dtype, expected, candidate)
    assert findings
    departures = [str(finding) for finding in findings if not finding.passed]
    assert not departures, "\n".join(departures)
