"""Activations: what they do at several depths."""

from benchmarks.studies.base import Study, grid
from benchmarks.suites import Suite, TimingPlan
from impls.spec.activations import ACTIVATIONS

TASKS = ("digits",)

STUDY = Study(
    name="activations",
    title="Activations by depth",
    question="Which activation trains a fully connected network, and does it matter more the deeper it is?",
    implementations_reason="NumPy alone: certificates hold all implementations to the same activations, and it is the "
    "fastest for networks of this size.",
    minutes=4,
    suite=Suite(
        name="activations",
        tasks=TASKS,
        recipes=("mlp",),
        implementations=("numpy",),
        folds=3,
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=grid(
            {"activation": ACTIVATIONS, "hidden": [(64,) * depth for depth in (1, 3, 8)]},
            titles={"activation": "", "hidden": ""},
            epochs=10,
        ),
    ),
)
