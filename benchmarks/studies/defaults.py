"""The matched recipe against what PyTorch and Keras take by default."""

from typing import Any

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan
from benchmarks.tasks import tasks

#: What is trained, and what of it is changed for all alike, so that the study stays small.
NETWORKS: dict[tuple[str, str], dict[str, Any]] = {
    ("breast-cancer", "mlp"): {},
    ("diabetes", "mlp"): {},
    ("digits", "mlp"): {"epochs": 10},
    ("digits", "cnn"): {"epochs": 4},
    ("fashion-mnist", "mlp"): {"train_examples": 5_000, "epochs": 10},
    ("sunspots", "lstm"): {},
    ("names-quick", "gru"): {"train_examples": 2_000, "epochs": 4},
}
TASKS = tuple(dict.fromkeys(task for task, _ in NETWORKS))
#: What is at its default, by the framework whose default it is. AdamW and RMSprop change more against the matched
#: recipe than that, but differ from each other by their framework's default alone.
DEFAULTS: dict[str, dict[str, Any]] = {
    "matched": {},
    "start torch": {"initialization": "torch"},
    "start keras": {"initialization": "keras"},
    "epsilon keras": {"epsilon": 1e-7},
    "adamw decay torch": {"optimizer": "adamw", "weight_decay": 0.01},
    "adamw decay keras": {"optimizer": "adamw", "weight_decay": 0.004},
    "rmsprop rho torch": {"optimizer": "rmsprop", "learning_rate": 1e-3, "rho": 0.99},
    "rmsprop rho keras": {"optimizer": "rmsprop", "learning_rate": 1e-3, "rho": 0.9},
}

STUDY = Study(
    name="defaults",
    title="Defaults of the frameworks",
    question="How much accuracy do the defaults of PyTorch and Keras alone move: starting weights, epsilon, decay and "
    "decay rates of optimizers?",
    implementations_reason="NumPy alone takes the defaults of both: so nothing but the defaults differs. That all "
    "implementations compute the same from the same settings is what certificates show.",
    minutes=15,
    suite=Suite(
        name="defaults",
        tasks=TASKS,
        implementations=("numpy",),
        folds=3,
        repeats=5,
        seeds={"fashion-mnist": 10},
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=tuple(
            # A network that nothing is changed of still needs a variant's name: its epochs are given again.
            variant(name, (task,), (recipe,), **({"epochs": tasks()[task].recipes[recipe].epochs} | fixed | changes))
            for (task, recipe), fixed in NETWORKS.items()
            for name, changes in DEFAULTS.items()
        ),
    ),
)
