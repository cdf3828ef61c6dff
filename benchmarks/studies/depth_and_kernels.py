"""Convolutional networks: depth × kernel size."""

from benchmarks.studies.base import Study, grid
from benchmarks.suites import Suite, TimingPlan

TASKS = ("digits",)

STUDY = Study(
    name="depth-and-kernels",
    title="Depth and kernel size of convolutional networks",
    question="What do more layers and larger kernels bring on images, what do they cost in parameters and time, and "
    "how well does a linear classifier do on each layer's features?",
    implementations_reason="NumPy alone: accuracy does not depend on the implementation, as certificates show; times "
    "compare networks with each other, not implementations.",
    minutes=10,
    suite=Suite(
        name="depth-and-kernels",
        tasks=TASKS,
        recipes=("cnn",),
        implementations=("numpy",),
        folds=10,
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        probes=True,
        variants=grid(
            {"channels": ((16,), (16, 16), (16, 16, 16)), "kernel_size": (1, 3, 5)},
            titles={"channels": "channels", "kernel_size": "kernel"},
            epochs=8,
        ),
    ),
)
