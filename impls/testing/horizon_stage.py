"""The stage about long trainings: trajectories beyond any constant in the code, of each optimizer, in float64.

A step counter that stops, a momentum that starts anew, a schedule that ends: short trajectories do not show them. The
network is smooth, its few batches come again and again, and its steps are small, so that rounding errors do not grow:
the bound is that of a single step.
"""

from itertools import pairwise

from impls.protocol import Array
from impls.spec.architecture import Architecture
from impls.testing.findings import (
    STEP_BOUND,
    Finding,
    parameter_departures,
    prefixed,
    under,
    worst_of,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import REMAINDER, Case, Subject, variant, without_dropout
from impls.testing.update_stages import optimizer_training
from impls.training import OPTIMIZERS, Training

NAME = "horizon"

#: Steps after which the parameters are compared.
MARKS = (100, 500, 1000, 2200)
BATCHES = 3
#: With the ε of a well-conditioned recipe no step is longer than a fifth of its gradient: none overshoots.
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.01
DTYPE = "float64"


def trainings(case: Case) -> dict[str, Training]:
    """Each of the case's optimizers."""
    settings = {"learning_rate": LEARNING_RATE, "weight_decay": WEIGHT_DECAY}
    return {name: optimizer_training(case, name, **settings) for name in case.optimizers or OPTIMIZERS}


def smooth(architecture: Architecture) -> Architecture:
    """The network without dropout, and without what statistics of a few examples do to its trajectories."""
    return variant(without_dropout(architecture), normalization=None)


def _measure(subject: Subject) -> dict[str, Array]:
    if subject.dtype != DTYPE:
        return {}
    left: dict[str, Array] = {}
    architecture = smooth(subject.case.architecture)
    batches = subject.batches((REMAINDER,) * BATCHES, offset=8)
    for name, training in trainings(subject.case).items():
        model = subject.new_model(architecture, training)
        for begin, end in pairwise((0, *MARKS)):
            model.train_epoch([batches[step % BATCHES] for step in range(begin, end)])
            left |= prefixed(f"{end}/{name}", model.parameters())
    return left


def _judge(seen: Comparison) -> list[Finding]:
    if seen.dtype != DTYPE:
        return []
    departures: dict[str, float] = {}
    for mark in MARKS:
        for name in trainings(seen.case):
            place = f"{mark}/{name}"
            by_tensor = parameter_departures(under(seen.candidate, place), under(seen.reference, place))
            departures |= {f"{name}, {mark} steps: {tensor}": each for tensor, each in by_tensor.items()}
    return [worst_of(NAME, departures, STEP_BOUND[seen.precision])]


#: Asked for by name: one small network answers for all, as it does for the optimizers.
HORIZON_STAGE = Stage(NAME, _measure, _judge)
