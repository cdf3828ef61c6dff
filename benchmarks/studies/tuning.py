"""Hyperparameter tuning with equal budgets: Parzen estimators, random search and a grid."""

from benchmarks.records.tuning import SearchAxis
from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan, TuningPlan

TASKS = ("breast-cancer", "diabetes", "digits", "sunspots")

STUDY = Study(
    name="tuning",
    title="Hyperparameter tuning with equal budgets",
    question="What do tree-structured Parzen estimators, random search and a grid find with the same number of trials, "
    "how honest is the best validation result, and which hyperparameter mattered?",
    implementations_reason="NumPy alone: a trial's result does not depend on the implementation, as certificates show, "
    "and it is the fastest for networks of this size.",
    minutes=13,
    suite=Suite(
        name="tuning",
        tasks=TASKS,
        implementations=("numpy",),
        folds=2,
        repeats=5,
        trainings=False,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        validation_share=0.25,
        # Smaller parts: what is asked is how searches compare, and a search is many trainings.
        variants=(
            variant("tuned", ("digits",), ("mlp",), train_examples=400, hidden=(64,)),
            variant("tuned", ("breast-cancer", "diabetes"), hidden=(16,)),
            variant("tuned", ("sunspots",), units=(8,)),
        ),
        tuning=TuningPlan(
            trials=16,
            space={
                "learning_rate": SearchAxis(low=1e-4, high=0.3, logarithmic=True, grid=(5e-4, 4e-3, 3e-2, 0.25)),
                "batch_size": SearchAxis(choices=(8, 64)),
                "epochs": SearchAxis(choices=(3, 12)),
            },
        ),
    ),
)
