"""One conformance run for every implementation: the certificate's stages, on every example of every architecture.

What holds of each network in each framework is asserted here and nowhere else: the same function as NumPy's in
predictions, losses, gradients and layers; padding that changes nothing; no sight of the future; nothing carried from
batch to batch; decoding step by step and after reordering; an epoch that leaves what its steps leave. Beside it, a
framework's folder tests only what is its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest

from impls.spec.architecture import Architecture
from impls.spec.discovery import architectures
from impls.testing import Case, Subject, example_cases, judge, measured
from impls.training import Training
from tests.impls.builders import build_function

#: Of the certificate; its longer stages (drift, dropout's shares) belong to the contract's tests.
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


#: One of each architecture, with what else there is in most: dropout, both directions, an encoder and a decoder.
#: Float64 shows a wrong equation nearer; what is wrong in float32 alone (a constant, a cast, an underflow) shows in any
#: of them.
ONE_OF_EACH = (
    "mlp: GELU, batch normalization, dropout",
    "cnn: batch normalization, dropout on features",
    "recurrent: LSTM on tokens, both directions, mean, dropout",
    "recurrent: GRU language model",
    "seq2seq: LSTM, additive, both directions, dropout",
    "transformer: encoder-decoder, learned positions, pre-norm, dropout",
)


class Run(NamedTuple):
    """An implementation in a precision, and the examples that always run; the others are nightly. None: all do."""

    implementation: str
    dtype: str
    always: Collection[str] | None = None

    def runs_always(self, case: Case) -> bool:
        return self.always is None or case.name in self.always


def parametrize_over_examples(*runs: Run) -> pytest.MarkDecorator:
    """Each example with each run."""
    unknown = {name for run in runs for name in run.always or ()} - {case.name for case in CASES}
    assert not unknown, f"no examples of these names: {unknown}"
    return pytest.mark.parametrize(
        ("case", "implementation", "dtype"),
        [
            pytest.param(
                case,
                run.implementation,
                run.dtype,
                id=f"{case.name}-{run.implementation}-{run.dtype}",
                marks=() if run.runs_always(case) else pytest.mark.nightly,
            )
            for case in CASES
            for run in runs
        ],
    )


def conforms(case: Case, implementation: str, dtype: str) -> None:
    """Every stage of the case passes, by the certificate's own bounds."""
    expected = measured(Subject(build_function("numpy"), case, "cpu", dtype))
    # That NumPy gives the same twice is a check of the contract: here its answers have to agree with each other.
    itself = implementation == "numpy"
    candidate = expected if itself else measured(Subject(build_function(implementation), case, "cpu", dtype))
    findings = judge(case, dtype, expected, candidate)
    assert findings
    departures = [str(finding) for finding in findings if not finding.passed]
    assert not departures, "\n".join(departures)


def has_numpys_function(
    architecture: Architecture,
    training: Training,
    implementation: str,
    dtype: str = "float64",
    stages: Sequence[str] = ("function", "dropout, given masks"),
) -> None:
    """A network beyond the examples has the same outputs, loss and gradients as NumPy's."""
    conforms(Case(architecture.name, architecture, training, tuple(stages)), implementation, dtype)
