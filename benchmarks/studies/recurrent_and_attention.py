"""Recurrent networks against attention: by parameters, by training time, by amount of training data."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from benchmarks.studies.base import Study, variant
from benchmarks.suites import Suite, TimingPlan
from benchmarks.suites.variants import VariantPlan

#: Training examples -> epochs: few are seen often, so that nothing is left untrained.
NAMES = {250: 16, 1_000: 12, 4_000: 6, 16_000: 3}
WORDS = {500: 16, 2_000: 8, 8_000: 4, 16_000: 3}
VERSES = {125: 16, 500: 8, 2_000: 4, 8_000: 2}
#: Size -> units of the recurrent network, and the width at which a Transformer has about as many parameters.
WIDTHS = {"small": (16, 20), "large": (64, 48)}
WIDTHS_OF_PAIRS = {"small": (32, 24), "large": (64, 48)}
#: What takes the place of the recipe's GRU.
NETWORKS: dict[str, dict[str, Any]] = {
    "gru": {},
    "transformer": {
        "network": "transformer", "source_length": 14, "source_tokens": 64, "layers": 1, "outputs": 2,
        "learning_rate": 2e-3,
    },
}  # fmt: skip


def _amounts(epochs: Mapping[int, int]) -> list[tuple[str, dict[str, int]]]:
    return [
        (f"{examples} examples", {"train_examples": examples, "epochs": count}) for examples, count in epochs.items()
    ]


def _transformer(width: int) -> dict[str, int]:
    return {"width": width, "feedforward": 2 * width}


def _names() -> list[VariantPlan]:
    plans = []
    for (examples, amount), (size, (units, width)) in product(_amounts(NAMES), WIDTHS.items()):
        for network, fields in NETWORKS.items():
            sizes = _transformer(width) if network == "transformer" else {"units": (units,)}
            plans.append(variant(f"{network} {size}, {examples}", ("names",), ("gru",), **fields, **sizes, **amount))
    return plans


def _words() -> list[VariantPlan]:
    plans = []
    for (examples, amount), (size, (units, width)) in product(_amounts(WORDS), WIDTHS_OF_PAIRS.items()):
        name = f"{size}, {examples}"
        recurrent = {"units": units, "embedding": units // 2}
        plans.append(variant(name, ("cmudict-short",), ("multiplicative",), **recurrent, **amount))
        plans.append(variant(name, ("cmudict-short",), ("transformer",), **_transformer(width), **amount))
    return plans


def _verses() -> list[VariantPlan]:
    return [variant(examples, ("king-james-bible-short",), **amount) for examples, amount in _amounts(VERSES)]


TASKS = ("names", "cmudict-short", "king-james-bible-short")

STUDY = Study(
    name="recurrent-and-attention",
    title="Recurrent networks against attention",
    question="From which amount of data, and at which cost in parameters and training time, does a Transformer do "
    "better than an LSTM, a GRU or recurrent networks with attention between them?",
    implementations_reason="NumPy alone: accuracy does not depend on the implementation, as certificates show; "
    "training times compare networks with each other, not implementations.",
    minutes=8,
    suite=Suite(
        name="recurrent-and-attention",
        tasks=TASKS,
        implementations=("numpy",),
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        variants=(*_names(), *_words(), *_verses()),
    ),
)
