"""Normalization: batch, layer or none, by depth and learning rate."""

from benchmarks.studies.base import Study, grid
from benchmarks.suites import Suite, TimingPlan

TASKS = ("digits", "fashion-mnist")
AXES = {
    "normalization": (None, "batch", "layer"),
    "hidden": [(64,) * depth for depth in (2, 8)],
    "learning_rate": (0.002, 0.02, 0.1),
}
TITLES = {"normalization": "", "hidden": "", "learning_rate": ""}

STUDY = Study(
    name="normalization",
    title="Normalization by depth and learning rate",
    question="Does normalization let a network be deeper, and bear larger learning rates?",
    implementations_reason="NumPy alone: certificates hold all implementations to the same normalization, and it is "
    "the fastest for networks of this size.",
    minutes=15,
    suite=Suite(
        name="normalization",
        tasks=TASKS,
        recipes=("mlp",),
        implementations=("numpy",),
        folds=10,
        repeats=5,
        seeds={"fashion-mnist": 10},
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=(
            *grid(AXES, ("digits",), titles=TITLES, epochs=8),
            *grid(AXES, ("fashion-mnist",), titles=TITLES, epochs=8, train_examples=2_000),
        ),
    ),
)
