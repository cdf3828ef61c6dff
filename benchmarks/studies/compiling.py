"""Eager against compiled: the first step, the steady state, and when compiling has paid."""

from benchmarks.studies.base import Study
from benchmarks.suites import Suite, TimingPlan

TASKS = ("digits", "names-quick", "king-james-bible-quick")

STUDY = Study(
    name="compiling",
    title="Eager and compiled training",
    question="What does compiling cost at the first step, what does it save at each later one, and after how many "
    "steps has it paid?",
    implementations_reason="PyTorch and Keras, each as it comes and compiled: compiling is theirs. NumPy is there for "
    "scale.",
    minutes=13,
    suite=Suite(
        name="compiling",
        tasks=TASKS,
        implementations=("numpy", "torch", "torch+compile", "keras-tensorflow", "keras-tensorflow+xla"),
        repeats=5,
        trainings=False,
        # Networks, and all modes, are certified in `standard`; here it would take longer than what is measured.
        certificates=False,
        timing=TimingPlan(launches=5, batch_sizes=(16, 256), budget_s=0.2),
    ),
)
