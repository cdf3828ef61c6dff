"""Gradients against the lag: what reaches back through recurrence and through attention."""

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan

TASKS = ("adding-problem-50", "copy-memory-20")
RECURRENT = ("rnn", "lstm", "gru")

STUDY = Study(
    name="gradients",
    title="Vanishing and exploding gradients",
    question="How much of the loss's gradient reaches back over how many steps, at the start and after training, with "
    "and without clipping?",
    implementations_reason="NumPy alone: gradients are a matter of mathematics, which certificates hold all "
    "implementations to, and it is the one that shows them position by position.",
    minutes=25,
    suite=Suite(
        name="gradients",
        tasks=TASKS,
        implementations=("numpy",),
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        gradients_of_all_seeds=True,
        variants=(
            *(
                variant(name, ("adding-problem-50",), RECURRENT, clip_norm=norm, train_examples=2000, epochs=5)
                for name, norm in (("clipped", 1.0), ("not clipped", None))
            ),
            *(
                variant(
                    name, ("copy-memory-20",), RECURRENT, clip_norm=norm, train_examples=2000, epochs=4, units=(32,)
                )
                for name, norm in (("clipped", 1.0), ("not clipped", None))
            ),
            variant(
                "clipped", ("copy-memory-20",), ("transformer",), train_examples=2000, epochs=4, width=32, layers=1,
                feedforward=64, positions="learned",
            ),
        ),
    ),
)  # fmt: skip
