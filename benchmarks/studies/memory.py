"""The adding problem at growing lengths: up to which lag does a network solve it?"""

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan

TASKS = ("adding-problem-10", "adding-problem-20", "adding-problem-50")

STUDY = Study(
    name="memory",
    title="Memory by lag",
    question="Up to which lag do a plain recurrent network, an LSTM and a GRU solve the adding problem, given the same "
    "number of steps?",
    implementations_reason="NumPy alone: what is learned does not depend on the implementation, as certificates show, "
    "and it is the fastest for networks of this size.",
    minutes=11,
    suite=Suite(
        name="memory",
        tasks=TASKS,
        implementations=("numpy",),
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=(variant("32 units", units=(32,), train_examples=5000, epochs=8),),
    ),
)
