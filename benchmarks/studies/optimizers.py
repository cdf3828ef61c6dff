"""Optimizers: eight of them, each with the same seven learning rates, on one task of each family of networks."""

from typing import Any

from benchmarks.studies.base import Study, grid
from benchmarks.suites import Suite, TimingPlan
from benchmarks.suites.variants import VariantPlan
from impls.training import OPTIMIZERS

#: Each four times the one before. (The largest was added when SGD chose the one before it most often.)
LEARNING_RATES = (0.0005, 0.002, 0.008, 0.03, 0.12, 0.5, 2.0)
#: A fully connected network on a table, a convolutional one on images, a recurrent one on a series, attention on text.
FEW = {"train_examples": 500, "batch_size": 8}
TASKS = ("breast-cancer", "digits", "sunspots", "king-james-bible-quick")


def _plans(task: str, recipe: str, **fixed: Any) -> tuple[VariantPlan, ...]:
    # Decay and clipping would act differently with each optimizer: both are off.
    axes = {"optimizer": OPTIMIZERS, "learning_rate": LEARNING_RATES}
    titles = {"optimizer": "", "learning_rate": ""}
    return grid(axes, (task,), (recipe,), titles=titles, weight_decay=0.0, clip_norm=None, **fixed)


STUDY = Study(
    name="optimizers",
    title="Optimizers with equally tuned learning rates",
    question="Which optimizer reaches the best result when each may try the same learning rates, and which depends "
    "least on the choice?",
    implementations_reason="NumPy alone: certificates hold all implementations to the same update rules, and it is the "
    "fastest for networks of this size.",
    minutes=20,
    suite=Suite(
        name="optimizers",
        tasks=TASKS,
        implementations=("numpy",),
        folds=2,
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        # The learning rate of each split is chosen on its validation part, and reported on its test part.
        validation_share=0.2,
        variants=(
            *_plans("breast-cancer", "mlp", epochs=10),
            *_plans("digits", "cnn", epochs=4, channels=(8, 16)),
            *_plans("sunspots", "lstm", epochs=15),
            *_plans("king-james-bible-quick", "transformer", epochs=2, width=32, feedforward=64, **FEW),
        ),
    ),
)
