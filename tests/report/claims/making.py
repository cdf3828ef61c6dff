"""Records made up so that a claim holds, one network after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.kinds import ProblemKind
from benchmarks.records.cells import AccuracyCell, TimingCell, Variant
from benchmarks.records.results import (
    AccuracyResult,
    HiddenGradients,
    LayerProbe,
    OperationTiming,
    Record,
    SplitResult,
    StudyFacts,
    TimingResult,
)
from benchmarks.records.task_facts import Evaluation, TaskFacts
from report.runs.reading import Run
from tests.report.sample_runs import QUIET, manifest, record

SEEDS = 6
#: Spread that all networks of a split share, and that each has alone.
COMMON, OWN = 0.02, 0.0004
METRICS: Mapping[ProblemKind, tuple[str, ...]] = {
    "classification": ("accuracy", "log_loss"),
    "regression": ("rmse",),
    "forecasting": ("rmse",),
    "language model": ("bits_per_character",),
    "transduction": ("word_error_rate",),
    "recall": ("token_accuracy",),
}


@dataclass
class Made:
    """A run in the making."""

    #: Name of the study that it is of; empty for none.
    study: str = ""
    records: list[Record] = field(default_factory=list)
    tasks: dict[str, TaskFacts] = field(default_factory=dict)
    generator: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def task(self, name: str, inputs: str, kind: ProblemKind = "classification") -> "Made":
        self.tasks[name] = TaskFacts(
            title=name, dataset=name, dataset_sha256="a" * 64, kind=kind, metrics=METRICS[kind], examples=2000,
            evaluation="the data set's test part", design=Evaluation.TEST_PART, inputs=inputs,
        )  # fmt: skip
        return self

    def trained(
        self,
        task: str,
        label: str,
        level: float,
        network: str = "",
        implementation: str = "numpy",
        overrides: Mapping[str, Any] | None = None,
        name: str = "",
        parameters: int = 1000,
        gap: float | None = None,
        gradients: float | None = None,
        probes: Mapping[str, float] | None = None,
        **settings: Any,
    ) -> "Made":
        """A network whose principal metric is about `level`, or a baseline where it has no `network`.

        Args:
            gap: how much better it is on its training examples.
            gradients: orders of magnitude that the gradient loses from the last position to the first one.
            probes: layer -> accuracy of a linear classifier on its features.
        """
        epochs = 5 if network else 0
        variant = None if overrides is None else Variant(recipe=label, name=name or "changed", overrides=overrides)
        cell = AccuracyCell(
            task=task, architecture=variant.label if variant else label, variant=variant, implementation=implementation,
            settings={"network": network, "architecture": settings} if network else {"baseline": label}, device="cpu",
            dtype="float32", threads=1, folds=1, seeds=tuple(range(SEEDS)), epochs=epochs, batch_size=32,
            train_examples=(overrides or {}).get("train_examples"),
        )  # fmt: skip
        splits = tuple(self._split(task, seed, level, gap, gradients) for seed in range(SEEDS))
        splits = tuple(split.model_copy(update={"probes": self._probes(probes or {})}) for split in splits)
        result = AccuracyResult(parameters=parameters, splits=splits, peak_memory_bytes=1)
        self.records.append(record(cell, result))
        return self

    def _split(self, task: str, seed: int, level: float, gap: float | None, gradients: float | None) -> SplitResult:
        common = COMMON * np.random.default_rng(seed).standard_normal()
        value = level + level * (common + OWN * self.generator.standard_normal())
        names = self.tasks[task].metrics
        train = None
        if gap is not None:
            # In a log loss less is better.
            train = {each: value - gap if each == "log_loss" else value + gap for each in names}
        norms = None
        if gradients is not None:
            lost = gradients + 0.1 * self.generator.standard_normal()
            norms = HiddenGradients(start=(10.0**-lost, 0.5, 1.0), end=(10.0**-lost, 0.5, 1.0))
        metrics = dict.fromkeys(names, value)
        return SplitResult(
            seed=seed, fold=0, train_examples=1000, test_examples=1000, metrics=metrics, train_metrics=train,
            validation_metrics=metrics, hidden_gradients=norms,
        )  # fmt: skip

    def _probes(self, levels: Mapping[str, float]) -> tuple[LayerProbe, ...]:
        return tuple(
            LayerProbe(layer=layer, features=64, accuracy=level + OWN * self.generator.standard_normal())
            for layer, level in levels.items()
        )

    def timed(
        self,
        label: str,
        seconds: Mapping[int, float],
        implementation: str,
        device: str = "cpu",
        operations: Sequence[Any] = ("train_step", "train_epoch"),
        noise: Mapping[int, float] | None = None,
        variant: str = "",
    ) -> "Made":
        """Launches whose calls take that long, by batch size.

        Args:
            noise: spread of the logarithms of a batch size's times; otherwise all of a launch share 1 %.
            variant: name of the variant of the recipe `label`; empty for the recipe itself.
        """
        for launch in range(SEEDS):
            pace = float(np.exp(0.01 * self.generator.standard_normal()))
            own = {
                size: float(np.exp((noise or {}).get(size, 0.0) * self.generator.standard_normal())) for size in seconds
            }
            timings = tuple(
                OperationTiming(
                    operation=operation, batch_size=size, examples=size, samples_s=(pace * own[size] * time,) * 3,
                    iterations=1, flops=100, disturbance=QUIET, attempts=1,
                )
                for operation in operations
                for size, time in seconds.items()
            )  # fmt: skip
            changed = Variant(recipe=label, name=variant, overrides={"changed": variant}) if variant else None
            cell = TimingCell(
                task="digits", architecture=changed.label if changed else label, variant=changed,
                settings={"network": label}, implementation=implementation,
                device=device, dtype="float32", threads=1, launch=launch, folds=5, batch_sizes=tuple(seconds),
                epoch_batch_size=max(seconds), budget_s=0.1,
            )  # fmt: skip
            self.records.append(
                record(cell, TimingResult(first_step_s=1.0, operations=timings, peak_memory_bytes=1, parameters=10))
            )
        return self

    def run(self, records: Sequence[Record] | None = None) -> Run:
        """The run, of these records or of those made so far."""
        here = tuple(self.records if records is None else records)
        facts = StudyFacts(name=self.study, title="Study", question="What?", implementations_reason="One.")
        study = {"study": facts} if self.study else {}
        return Run(manifest(here, tasks=self.tasks, **study), here, (), label="made")
