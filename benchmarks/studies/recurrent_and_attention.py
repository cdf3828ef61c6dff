"""Recurrent networks against attention: by parameters, by training time, by amount of training data."""

from itertools import product
from typing import Any

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan
from benchmarks.suites.variants import VariantPlan

#: Training examples -> epochs: few are seen often, so that nothing is left untrained.
NAMES = {200: 16, 600: 8, 2_000: 4, 6_000: 2}
VERSES = {125: 16, 500: 8, 2_000: 3, 4_000: 1}
WIDTHS = {"small": 16, "large": 64}
#: What takes the place of the recipe's GRU.
NETWORKS: dict[str, dict[str, Any]] = {
    "gru": {},
    "transformer": {
        "network": "transformer", "source_length": 14, "source_tokens": 64, "layers": 1, "outputs": 2,
        "learning_rate": 2e-3,
    },
}  # fmt: skip


def _names() -> list[VariantPlan]:
    plans = []
    for (examples, epochs), (size, units) in product(NAMES.items(), WIDTHS.items()):
        for network, fields in NETWORKS.items():
            width = {"width": units, "feedforward": 2 * units} if network == "transformer" else {"units": (units,)}
            name = f"{network} {size}, {examples} examples"
            amount = {"train_examples": examples, "epochs": epochs}
            plans.append(variant(name, ("names-quick",), ("gru",), **fields, **width, **amount))
    return plans


def _verses() -> list[VariantPlan]:
    return [
        variant(f"{examples} examples", ("king-james-bible-short",), train_examples=examples, epochs=epochs)
        for examples, epochs in VERSES.items()
    ]


TASKS = ("names-quick", "king-james-bible-short")

STUDY = Study(
    name="recurrent-and-attention",
    title="Recurrent networks against attention",
    question="From which amount of data, and at which cost in parameters and training time, does a Transformer do "
    "better than an LSTM or a GRU?",
    implementations_reason="NumPy alone: accuracy does not depend on the implementation, as certificates show; "
    "training times compare networks with each other, not implementations.",
    minutes=45,
    suite=Suite(
        name="recurrent-and-attention",
        tasks=TASKS,
        implementations=("numpy",),
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=(*_names(), *_verses()),
    ),
)
