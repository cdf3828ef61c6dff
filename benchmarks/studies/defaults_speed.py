"""What the frameworks' defaults do to the time of a step."""

from benchmarks.studies.base import Study, variant
from benchmarks.studies.defaults import DEFAULTS
from benchmarks.suites import Suite, TimingPlan
from benchmarks.tasks import tasks

#: One small fully connected and one recurrent network: what an update costs shows most where the rest costs little.
NETWORKS = (("breast-cancer", "mlp"), ("names-quick", "gru"))

STUDY = Study(
    name="defaults-speed",
    title="Defaults of the frameworks: speed",
    question="How much speed do the defaults of PyTorch and Keras alone move: starting weights, epsilon, decay and "
    "decay rates of optimizers?",
    implementations_reason="One of each kind: what an optimizer's setting costs depends on who implements it.",
    minutes=6,
    suite=Suite(
        name="defaults-speed",
        tasks=tuple(task for task, _ in NETWORKS),
        implementations=("numpy", "torch", "keras-tensorflow"),
        repeats=5,
        trainings=False,
        certificates=False,
        timing=TimingPlan(launches=5, batch_sizes=(32,), budget_s=0.1),
        unchanged_recipes="none",
        variants=tuple(
            variant(name, (task,), (recipe,), **({"epochs": tasks()[task].recipes[recipe].epochs} | changes))
            for task, recipe in NETWORKS
            for name, changes in DEFAULTS.items()
        ),
    ),
)
