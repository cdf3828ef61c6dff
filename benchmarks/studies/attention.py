"""Attention in an encoder-decoder: none, additive, multiplicative."""

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan

TASKS = ("cmudict-quick",)

STUDY = Study(
    name="attention",
    title="Attention between encoder and decoder",
    question="What does attention bring an encoder-decoder of the same size on the way from letters to phones?",
    implementations_reason="NumPy alone: what is learned does not depend on the implementation, as certificates show.",
    minutes=12,
    suite=Suite(
        name="attention",
        tasks=TASKS,
        recipes=("additive",),
        implementations=("numpy",),
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=(
            variant("without attention", attention=None),
            variant("additive", attention="additive"),
            variant("multiplicative", attention="multiplicative"),
        ),
    ),
)
