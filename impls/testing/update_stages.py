"""The stages about what training does to the parameters: one step, a few, a hundred, and a whole epoch."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from impls.protocol import Array, Batch, Model, Parameters
from impls.spec.architecture import Architecture
from impls.testing.findings import (
    STEP_BOUND,
    Finding,
    first_beyond,
    parameter_departures,
    prefixed,
    relative_norm,
    scalar,
    under,
    worst_of,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import (
    BATCH_SIZE,
    CONDITIONING_EPSILON,
    REMAINDER,
    Case,
    Subject,
    counted_terms,
    is_kinked,
    one_ulp_away,
    weights,
    without_dropout,
)
from impls.training import OPTIMIZERS, Optimizer, Training

#: Every optimizer is tried plain, with decay, with clipping, and with everything, which also fixes the order.
VARIATIONS: dict[str, dict[str, float]] = {
    "": {"weight_decay": 0.0},
    " + decay": {"weight_decay": 0.1},
    " + clipping": {"weight_decay": 0.0, "clip_norm": 0.05},
    " + decay, L2, clipping": {"weight_decay": 0.1, "l2": 0.05, "clip_norm": 0.05},
}
#: By dtype, the size of gradients whose squares overflow.
LARGE_GRADIENTS = {"float32": 1e25, "float64": 1e170}
#: By dtype, sizes of gradients whose squares vanish, and whose squares have a few digits left.
SMALL_GRADIENTS = {
    "float32": {"very small": 1e-27, "small": 1e-21},
    "float64": {"very small": 1e-170, "small": 1e-160},
}

#: Of the recipe of very large gradients, from weights below 0, so that no gradient is above it.
NEGATIVE = "sgd + clipping of very large negative gradients"

#: The one that has everything.
COMBINED = " + decay, L2, clipping"

#: Momentum and moment estimates begin to matter at the second step; moments of both signs at the third.
FEW_STEPS = 3

#: Full batches that an epoch has here, whatever is looked at: who compiles an epoch does so for one number of them. It
#: is the least next to one, for which there may be another function; the horizon has long epochs.
STEPS_AT_ONCE = 2

DRIFT_STEPS = 100
#: The drift may be this many times what a change of the inputs (or embeddings) by one unit in the last place does.
DRIFT_BOUND = 100.0
#: Steps at which the drift is measured, so that a failure can say since when.
DRIFT_MARKS = (STEPS_AT_ONCE, 10, DRIFT_STEPS)
DRIFT_BATCHES = 10
#: ReLU, max pooling and the absolute error have kinks. Now and then rounding puts a unit on the other side of one; its
#: gradient jumps, and the trajectories part a thousandfold. That is rare in one run of a small network (a few in a
#: hundred in float32) and certain in a large one. So there are several runs on other batches; a change by one unit in
#: the last place does what it does at worst in any of them, and the drift is that of the best run: a fault is in all.
#: Where all is smooth one run says it. Each run is gone through once more from changed inputs, by each of the two: the
#: drift of sound implementations is a few times what that does, far from the bound.
DRIFT_RUNS = 3


def optimizer_trainings(case: Case, dtype: str) -> dict[str, Training]:
    """The case's optimizers in every variation that it asks for, for the case's loss."""
    optimizers = case.optimizers or OPTIMIZERS
    trainings = {
        f"{optimizer}{suffix}": optimizer_training(case, optimizer, **settings)
        for optimizer in optimizers
        for suffix, settings in VARIATIONS.items()
        if case.variations is None or suffix in case.variations
    }
    if case.variations is not None:
        return trainings
    if "nesterov" in optimizers:  # PyTorch refuses to look ahead along no momentum
        trainings["nesterov without momentum"] = optimizer_training(case, "nesterov", momentum=0.0)
    return trainings | clipping_extremes(case, dtype)


def clipping_extremes(case: Case, dtype: str) -> dict[str, Training]:
    """Recipes whose gradients are so large, or so small, that the precision does not hold their squares."""
    very_large = optimizer_training(case, "sgd", l2=LARGE_GRADIENTS[dtype], clip_norm=0.05, weight_decay=0.0)
    trainings = {"sgd + clipping of very large gradients": very_large, NEGATIVE: very_large}
    if len(case.architecture.output_shape) == 1:
        # Huber's loss has no gradient beyond its delta; the rate brings the step back to the size of the weights.
        for size, small in SMALL_GRADIENTS[dtype].items():
            trainings[f"sgd + clipping of {size} gradients"] = optimizer_training(
                case,
                "sgd",
                loss="huber",
                huber_delta=small,
                clip_norm=small / 100,
                learning_rate=1 / small,
                weight_decay=0.0,
            )
    return trainings


def optimizer_training(case: Case, optimizer: Optimizer, **settings: Any) -> Training:
    """A well-conditioned recipe with that optimizer, for the case's loss."""
    training = Training(
        optimizer=optimizer,
        learning_rate=0.01,
        loss=case.training.loss,
        huber_delta=case.training.huber_delta,
        epsilon=CONDITIONING_EPSILON,
    )
    return replace(training, **settings)


def _measure_optimizers(subject: Subject) -> dict[str, Array]:
    architecture = without_dropout(subject.case.architecture)
    left: dict[str, Array] = {}
    model = None
    for name, training in optimizer_trainings(subject.case, subject.dtype).items():
        if model is None or training != model.training:
            model = subject.new_model(architecture, training)
        if name == NEGATIVE:
            model.load_parameters(_negative(architecture, weights(architecture, subject.dtype)))
        batches = subject.batches((BATCH_SIZE,) * FEW_STEPS, training=training)
        for step, batch in enumerate(batches, 1):
            model.train_step(batch)
            if step in (1, FEW_STEPS):
                left |= prefixed(f"{step}/{name}", model.parameters())
    return left


def _negative(architecture: Architecture, parameters: Parameters) -> Parameters:
    """The parameters with every sign that training may change turned to minus."""
    trainable = {name for name, spec in architecture.parameters().items() if spec.trainable}
    return {name: -np.abs(array) if name in trainable else array for name, array in parameters.items()}


def _judge_optimizers(seen: Comparison) -> list[Finding]:
    bound = STEP_BOUND[seen.precision]
    findings = []
    for stage, step in (("optimizer step", 1), (f"{FEW_STEPS} optimizer steps", FEW_STEPS)):
        departures: dict[str, float] = {}
        for name in optimizer_trainings(seen.case, seen.dtype):
            prefix = f"{step}/{name}"
            by_tensor = parameter_departures(under(seen.candidate, prefix), under(seen.reference, prefix))
            departures |= {f"{name}: {tensor}": departure for tensor, departure in by_tensor.items()}
        beyond = [name for name, departure in departures.items() if departure > bound]
        detail = f"{beyond[0]} departs first; {len(beyond)} of {len(departures)} tensors do" if beyond else ""
        findings.append(worst_of(stage, departures, bound, detail))
    return findings


def _measure_epoch(subject: Subject) -> dict[str, Array]:
    """An epoch with a remainder batch, dropout on where the case has it, by `train_epoch` and by `train_step`."""
    batches = subject.batches((BATCH_SIZE,) * STEPS_AT_ONCE + (REMAINDER,))
    model = subject.conditioned_model()
    losses = [model.train_step(batch) for batch in batches]
    by_steps = model.parameters()
    model.load_parameters(weights(model.architecture, subject.dtype))
    mean_loss = model.train_epoch(batches)
    counted = [counted_terms(model.architecture, model.training, batch) for batch in batches]
    return {
        "steps/loss": scalar(float(np.average(losses, weights=counted))),
        **prefixed("steps", by_steps),
        "epoch/loss": scalar(mean_loss),
        **prefixed("epoch", model.parameters()),
    }


def _judge_epoch(seen: Comparison) -> list[Finding]:
    departures = parameter_departures(under(seen.candidate, "epoch"), under(seen.candidate, "steps"))
    return [
        worst_of("train_epoch", departures, STEP_BOUND[seen.precision], "train_epoch does not do what train_step does")
    ]


def drift_runs(case: Case) -> int:
    """One where the network and its loss are smooth."""
    return DRIFT_RUNS if is_kinked(case) else 1


def _measure_drift(subject: Subject) -> dict[str, Array]:
    """Marks on the way of a hundred steps, and how far the same steps lead from slightly moved inputs."""
    model = subject.conditioned_model(without_dropout(subject.case.architecture))
    start = weights(model.architecture, subject.dtype)
    left: dict[str, Array] = {}
    sensitivity: dict[str, float] = {}
    for run in range(drift_runs(subject.case)):
        batches = subject.batches((BATCH_SIZE,) * DRIFT_BATCHES, offset=run + 1)
        marks = _marks(model, start, batches)
        left |= prefixed(f"run {run}", marks)
        moved_batches, moved_start = one_ulp_away(model.architecture, batches, start, run)
        moved = _marks(model, moved_start, moved_batches)
        for name, array in marks.items():
            sensitivity[name] = max(sensitivity.get(name, 0.0), relative_norm(moved[name], array))
    return left | {f"sensitivity/{name}": scalar(value) for name, value in sensitivity.items()}


def _marks(model: Model, start: Parameters, batches: list[Batch]) -> dict[str, Array]:
    model.load_parameters(start)
    steps = [batches[step % len(batches)] for step in range(DRIFT_STEPS)]
    marks: dict[str, Array] = {}
    for begin, end in pairwise((0, *DRIFT_MARKS)):
        for first in range(begin, end, STEPS_AT_ONCE):
            model.train_epoch(steps[first : min(first + STEPS_AT_ONCE, end)])
        marks |= prefixed(str(end), model.parameters())
    return marks


def _judge_drift(seen: Comparison) -> list[Finding]:
    runs = [drift_ratios(seen, f"run {run}") for run in range(drift_runs(seen.case))]
    best = min(runs, key=lambda ratios: max(under(ratios, str(DRIFT_STEPS)).values()))
    since = first_beyond(best.items(), DRIFT_BOUND)
    step, _, tensor = (since or "").partition("/")
    at_end = under(best, str(DRIFT_STEPS))
    return [worst_of("drift", at_end, DRIFT_BOUND, f"beyond the bound since step {step} or before, first in {tensor}")]


def drift_ratios(seen: Comparison, run: str) -> dict[str, float]:
    """For each mark and tensor, the departure in units of what one unit in the last place of the inputs does.

    The unit is the larger of the two implementations' own; and no tensor is held to less than one rounding error.
    """
    ours, theirs = under(seen.candidate, run), under(seen.reference, run)
    epsilon = float(np.finfo(seen.dtype).eps)
    ratios = {}
    for name, array in theirs.items():
        unit = max(float(side[f"sensitivity/{name}"]) for side in (seen.reference, seen.candidate))
        ratios[name] = relative_norm(ours[name], array) / max(unit, epsilon)
    return ratios


UPDATE_STAGES = (
    Stage("train_epoch", _measure_epoch, _judge_epoch, alone=("train_epoch",)),
    Stage("drift", _measure_drift, _judge_drift),
)
#: Asked for by name: the update rule knows of a network only its parameters' names and shapes, so that one network of
#: an architecture answers for all.
OPTIMIZER_STAGE = Stage("optimizers", _measure_optimizers, _judge_optimizers)
