"""Dropout × weight decay, where there are few examples, with the gap between training and test."""

from typing import Any

from benchmarks.studies.base import Study, grid
from benchmarks.suites import Suite, TimingPlan
from benchmarks.suites.variants import VariantPlan

#: Of these, few examples are taken. Fashion-MNIST has a test part of its own, of ten thousand.
FEW = ("breast-cancer", "digits", "fashion-mnist")
#: Of these there are few: 67 days, and 270 utterances; both with published test parts.
SMALL = ("italy-power-demand", "japanese-vowels")
TASKS = (*FEW, *SMALL)


def _settings(tasks: tuple[str, ...], **fixed: Any) -> tuple[VariantPlan, ...]:
    return grid(
        {"dropout": (0.0, 0.25, 0.5), "weight_decay": (0.0, 0.1, 1.0)},
        tasks,
        titles={"dropout": "dropout", "weight_decay": "decay"},
        # Few examples, wide layers, many epochs: left alone, the network learns its training part by heart.
        hidden=(128, 128),
        epochs=40,
        **fixed,
    )


STUDY = Study(
    name="dropout-and-decay",
    title="Dropout and weight decay",
    question="Do dropout and weight decay close the gap between training and held-out examples, and do held-out ones "
    "gain by it?",
    implementations_reason="NumPy alone: certificates hold all implementations to the same masks' statistics and the "
    "same decay, and it is the fastest for networks of this size.",
    minutes=15,
    suite=Suite(
        name="dropout-and-decay",
        tasks=TASKS,
        recipes=("mlp",),
        implementations=("numpy",),
        folds=10,
        repeats=5,
        certificates=False,
        timing=TimingPlan(leave_out=TASKS),
        unchanged_recipes="none",
        validation_share=0.2,
        training_metrics=True,
        variants=(*_settings(FEW, train_examples=200), *_settings(SMALL)),
    ),
)
