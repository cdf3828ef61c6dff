"""`check_model` and its pytest twin: the whole contract, certificate included."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from impls.building import DTYPES, build
from impls.protocol import Model
from impls.spec.architecture import Architecture
from impls.testing.answer_checks import ANSWER_CHECKS
from impls.testing.certificate import STAGES, judge, measured
from impls.testing.checking import Check, require
from impls.testing.horizon_stage import HORIZON_STAGE
from impls.testing.inside_checks import INSIDE_CHECKS
from impls.testing.sequences import of_length
from impls.testing.state_checks import STATE_CHECKS
from impls.testing.subject import BuildFunction, Case, Subject
from impls.testing.training_checks import TRAINING_CHECKS
from impls.training import Training

if TYPE_CHECKING:
    import pytest


#: Beyond the rows that code takes at once.
LARGE_BATCHES = (130, 2053)
#: A single position, and more than code takes in one go.
OTHER_LENGTHS = (1, 70)
LENGTH_STAGES = ("parameters", "function", "causality", "decoding")


def check_certificate(subject: Subject) -> None:
    """The equivalence certificate against `numpy`: every stage, all optimizers, and sizes beyond the usual ones."""
    wrong: list[str] = []
    for case in certificate_cases(subject.case):
        reference = Subject(_build_numpy, case, "cpu", subject.dtype)
        candidate = Subject(subject.build, case, subject.device, subject.dtype)
        findings = judge(case, subject.dtype, measured(reference), measured(candidate))
        wrong += [f"{case.name}: {finding}" for finding in findings if not finding.passed]
    require(not wrong, "departs from numpy: " + " | ".join(wrong))


def certificate_cases(case: Case) -> list[Case]:
    """The case in all stages, at large batches too; a long training by its recipe; other lengths of its sequences."""
    stages = tuple(name for name in STAGES if name != HORIZON_STAGE.name)
    cases = [
        replace(case, stages=stages, sizes=LARGE_BATCHES),
        replace(case, stages=(HORIZON_STAGE.name,), optimizers=(case.training.optimizer,)),
    ]
    for length in OTHER_LENGTHS if case.architecture.lengths else ():
        positions = of_length(case.architecture, length)
        name = f"{case.name}, {length} positions"
        cases.append(replace(case, name=name, architecture=positions, stages=LENGTH_STAGES))
    return cases


#: Everything, in the order in which a newcomer gets there.
CHECKS: tuple[Check, ...] = (
    *STATE_CHECKS,
    *TRAINING_CHECKS,
    *ANSWER_CHECKS,
    *INSIDE_CHECKS,
    Check("certificate", check_certificate),
)


def check_model(
    build_function: BuildFunction,
    architecture: Architecture,
    training: Training | None = None,
    device: str = "cpu",
    dtypes: Sequence[str] = DTYPES,
) -> None:
    """Put an implementation through the contract of `Model`.

    Args:
        build_function: (architecture, training, device, dtype, seed) -> model.
        architecture: of a network with a `numpy` implementation, which the certificate compares with.
        training: the recipe; None is Adam with a loss that suits the number of outputs.
        device: handed to `build_function`.
        dtypes: precisions to try.

    Raises:
        ContractError: a check fails; the message names it and says what to look at.
    """
    for bound in bound_checks(build_function, [architecture], training, device, dtypes):
        bound.run()


def parametrize_with_checks(
    build_function: BuildFunction,
    architectures: Iterable[Architecture],
    training: Training | None = None,
    device: str = "cpu",
    dtypes: Sequence[str] = DTYPES,
) -> "pytest.MarkDecorator":
    """A pytest parametrization: each check of each architecture and precision as a `check` to be called.

    @parametrize_with_checks(build_mine, [MLP(inputs=4, hidden=(8,), outputs=3)])
    def test_contract(check):
        check()
    """
    import pytest

    bound = bound_checks(build_function, architectures, training, device, dtypes)
    return pytest.mark.parametrize("check", [pytest.param(each.run, id=each.name) for each in bound])


class BoundCheck(NamedTuple):
    """A check and the subject it is for."""

    name: str
    run: Callable[[], None]


def bound_checks(
    build_function: BuildFunction,
    architectures: Iterable[Architecture],
    training: Training | None = None,
    device: str = "cpu",
    dtypes: Sequence[str] = DTYPES,
) -> Iterator[BoundCheck]:
    """Every check of every architecture and precision; the checks of one share what has been built."""
    for number, architecture in enumerate(architectures):
        name = f"{architecture.name}{number}"
        case = Case(name, architecture, training or _suitable_training(architecture))
        for dtype in dtypes:
            subject = Subject(build_function, case, device, dtype)
            for check in CHECKS:
                yield BoundCheck(
                    f"{name}-{dtype}-{check.name.replace(' ', '-')}",
                    lambda check=check, subject=subject: check(subject),  # type: ignore[misc]  # with a default
                )


def _suitable_training(architecture: Architecture) -> Training:
    """Softmax of a single output is constant and has no gradient."""
    loss = "softmax_cross_entropy" if architecture.output_shape[-1] > 1 else "mean_squared_error"
    return Training("adam", 1e-3, loss=loss)  # type: ignore[arg-type]  # one of two literals


def _build_numpy(architecture: Architecture, training: Training, device: str, dtype: str, seed: int) -> Model:
    return build(architecture, "numpy", training, device, dtype, seed)
