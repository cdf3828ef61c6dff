"""Hyperparameter tuning in every implementation, with the same budget and the same seeds."""

from benchmarks.records.tuning import SearchAxis
from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan, TuningPlan

TASKS = ("breast-cancer",)

STUDY = Study(
    name="tuning-implementations",
    title="Hyperparameter tuning in every implementation",
    question="Does a search find the same with NumPy, PyTorch and Keras, given the same trials?",
    implementations_reason="One of each kind. The same seeds draw the same first trials; what differs later is what "
    "rounding makes of their results.",
    minutes=2,
    suite=Suite(
        name="tuning-implementations",
        tasks=TASKS,
        implementations=("numpy", "torch", "keras-tensorflow"),
        folds=2,
        repeats=5,
        trainings=False,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        validation_share=0.25,
        variants=(variant("tuned", hidden=(16,)),),
        tuning=TuningPlan(
            methods=("tpe", "random"),
            trials=8,
            space={
                "learning_rate": SearchAxis(low=1e-4, high=0.3, logarithmic=True),
                "batch_size": SearchAxis(choices=(8, 64)),
            },
        ),
    ),
)
