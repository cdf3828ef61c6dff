"""An equivalence certificate: every stage measured in one process, and judged against another's by the arrays alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from impls.engines import Arithmetic
from impls.errors import ThreefoldError
from impls.protocol import Array
from impls.testing.decoding_stage import DECODING_STAGES
from impls.testing.dropout_rate_stage import DROPOUT_RATE_STAGE
from impls.testing.dropout_stages import DROPOUT_STAGES
from impls.testing.extremes_stage import EXTREMES_STAGE, ONE_EXAMPLE_STAGE
from impls.testing.findings import Arrays, Finding, failed
from impls.testing.function_stages import FUNCTION_STAGES
from impls.testing.horizon_stage import HORIZON_STAGE
from impls.testing.not_finite_stage import NOT_FINITE_STAGE
from impls.testing.sequence_stages import SEQUENCE_STAGES
from impls.testing.size_stage import SIZE_STAGE
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import Case, Subject
from impls.testing.update_stages import OPTIMIZER_STAGE, UPDATE_STAGES

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        *FUNCTION_STAGES,
        *SEQUENCE_STAGES,
        *DECODING_STAGES,
        *UPDATE_STAGES,
        *DROPOUT_STAGES,
        DROPOUT_RATE_STAGE,
        SIZE_STAGE,
        EXTREMES_STAGE,
        ONE_EXAMPLE_STAGE,
        NOT_FINITE_STAGE,
        OPTIMIZER_STAGE,
        HORIZON_STAGE,
    )
}

#: Stages that a case has only where it asks for them.
BY_NAME = (OPTIMIZER_STAGE.name, HORIZON_STAGE.name)

#: What products in coarser arithmetic than float32 cannot be held to. A hundred steps are compared with what a change
#: by one unit in the last place does, which rounding to fewer digits mostly undoes; and beside the largest of extreme
#: sums what is small is lost. The code is that of the same implementation in float32, which has these stages.
OF_FULL_PRECISION = ("drift", EXTREMES_STAGE.name, HORIZON_STAGE.name)

#: What shows the formulas themselves. The others take most of the time where everything is compiled: they hold an
#: implementation to itself, draw, or train for a hundred steps.
OF_FORMULAS = (
    "parameters",
    "function",
    "dropout, given masks",
    "decoding",
    SIZE_STAGE.name,
    EXTREMES_STAGE.name,
    NOT_FINITE_STAGE.name,
    *BY_NAME,
)

#: Name of the one array that a stage leaves which ended in an error; it holds the message.
ERROR = "error"


def stages_of(case: Case) -> list[Stage]:
    """The stages that the case asks for, as far as they apply to it."""
    chosen = tuple(name for name in STAGES if name not in BY_NAME) if case.stages is None else case.stages
    return [STAGES[name] for name in chosen if STAGES[name].applies(case)]


def for_arithmetic(case: Case, arithmetic: Arithmetic | None) -> Case:
    """The case as an implementation with that arithmetic goes through it: all of it in full precision."""
    if arithmetic is None:
        return case
    return _with_stages(case, lambda name: name not in OF_FULL_PRECISION)


def formulas_alone(case: Case) -> Case:
    """The case with the stages alone that concern what a forward pass, a backward pass and a step compute."""
    return _with_stages(case, lambda name: name in OF_FORMULAS)


def _with_stages(case: Case, chosen: Callable[[str], bool]) -> Case:
    return replace(case, stages=tuple(stage.name for stage in stages_of(case) if chosen(stage.name)))


def measure(subject: Subject, keep: Callable[[str, Arrays], None]) -> None:
    """Go through the stages; each one's arrays are handed to `keep` by the stage's name."""
    for stage in stages_of(subject.case):
        keep(stage.name, measured_stage(subject, stage))


def measured_stage(subject: Subject, stage: Stage) -> Arrays:
    """The arrays of one stage.

    A stage that ends in an error leaves its message: that is a finding about the implementation, and the other stages
    still have theirs.
    """
    try:
        # An implementation that overflows says so by its figures; NumPy's warnings add nothing.
        with np.errstate(all="ignore"):
            return stage.measure(subject)
    except Exception as error:  # whatever an implementation raises is its finding
        message = str(error) if isinstance(error, ThreefoldError) else f"{type(error).__name__}: {error}"
        return {ERROR: np.array((message.strip() or type(error).__name__).splitlines()[0])}


def measured(subject: Subject) -> dict[str, Arrays]:
    """The arrays of every stage, by its name, in memory."""
    left: dict[str, Arrays] = {}
    measure(subject, left.__setitem__)
    return left


def judge(
    case: Case,
    dtype: str,
    reference: Mapping[str, Arrays],
    candidate: Mapping[str, Arrays],
    arithmetic: Arithmetic | None = None,
    one_rounds: bool = False,
) -> list[Finding]:
    """The worst figure of every stage of the case.

    Args:
        case: what both were given.
        dtype: "float64" or "float32", which sets the bounds.
        reference: stage -> what the reference left.
        candidate: stage -> what the implementation to be certified left.
        arithmetic: the coarser of both implementations', where it is coarser than the dtype: it sets the bounds then.
        one_rounds: whether one of the two alone has that arithmetic, so that they have to differ.
    """
    findings = []
    for stage in stages_of(case):
        ours, theirs = candidate.get(stage.name), reference.get(stage.name)
        problem = _problem("the implementation", ours) or _problem("the reference", theirs)
        if problem or ours is None or theirs is None:
            findings.append(failed(stage.name, problem))
        else:
            findings += stage.judge(Comparison(case, dtype, theirs, ours, arithmetic, one_rounds))
    return findings


def judge_alone(case: Case, dtype: str, left: Mapping[str, Arrays]) -> list[Finding]:
    """The figures that need no partner, which hold the reference to what it must keep by itself.

    Args:
        case: what it was given.
        dtype: "float64" or "float32", which sets the bounds.
        left: stage -> what the implementation left.
    """
    findings = []
    for stage in stages_of(case):
        if stage.alone:
            arrays = left.get(stage.name)
            problem = _problem("the implementation", arrays)
            if problem or arrays is None:
                findings.append(failed(stage.name, problem))
            else:
                judged = stage.judge(Comparison(case, dtype, arrays, arrays))
                findings += [finding for finding in judged if finding.stage in stage.alone]
    return findings


def _problem(who: str, arrays: Mapping[str, Array] | None) -> str:
    if arrays is None:
        return f"{who} left nothing"
    return f"{who} ended in an error: {arrays[ERROR]}" if ERROR in arrays else ""
