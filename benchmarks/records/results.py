"""What is stored of a run: the manifest, and one record a finished cell, each a line of `records.jsonl`."""

from collections.abc import Mapping, Sized
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, field_validator

from benchmarks.records.bounds import Figure, Metric, Name, PositiveFigure, Seconds, Whole
from benchmarks.records.cells import Cell, Frozen
from benchmarks.records.inspection import AttentionMap, DecodedWord, GeneratedText, HiddenGradients
from benchmarks.records.task_facts import TaskFacts
from benchmarks.records.tuning import TuningResult

#: Raised whenever an older reader would misread a record.
SCHEMA_VERSION: Literal[1] = 1


def _is_empty(value: Sized) -> bool:
    return not value


def _is_none(value: object) -> bool:
    return value is None


class EpochPoint(Frozen):
    """One point of a learning curve."""

    epoch: Whole
    train_loss: Metric
    #: Metrics on the held-out part after this epoch.
    metrics: Mapping[str, Metric]
    #: Seconds spent in training (not in evaluating) since this split's first epoch began.
    train_seconds: Seconds
    #: The number of held-out examples, from the first, that the metrics are taken of; None is all of them.
    evaluated: Whole | None = None


class LayerProbe(Frozen):
    """A linear classifier on what a layer of the trained network makes of the examples."""

    #: The layer's name, or "inputs" for what the network itself is given.
    layer: str
    #: Numbers that describe an example there.
    features: Whole
    #: On the held-out part.
    accuracy: Metric


class SplitResult(Frozen):
    """One training: a seed and a fold (fold 0 of 1 is a published or held-out test part)."""

    seed: Whole
    fold: Whole
    train_examples: Whole
    test_examples: Whole
    #: Metrics on the held-out part after the last epoch.
    metrics: Mapping[str, Metric]
    curve: tuple[EpochPoint, ...] = ()
    #: Metrics after the last epoch on the examples trained on, and on the validation part that was set aside; not
    #: written where the cell asks for none.
    train_metrics: Mapping[str, Metric] | None = Field(default=None, exclude_if=_is_none)
    validation_metrics: Mapping[str, Metric] | None = Field(default=None, exclude_if=_is_none)
    #: Of the first fold of each seed, where the cell asks for them; not written otherwise.
    probes: tuple[LayerProbe, ...] = Field(default=(), exclude_if=_is_empty)
    # What follows is taken of one training alone, that of seed 0 and fold 0, where the task has it.
    samples: tuple[GeneratedText, ...] = ()
    decoded: tuple[DecodedWord, ...] = ()
    attention: tuple[AttentionMap, ...] = ()
    hidden_gradients: HiddenGradients | None = None


class AccuracyResult(Frozen):
    """All splits of an accuracy cell."""

    kind: Literal["accuracy"] = "accuracy"
    #: Trainable scalars; None for a baseline that has no such count.
    parameters: Whole | None
    splits: tuple[SplitResult, ...]
    peak_memory_bytes: Whole
    #: Resident memory of the process when it began with the cell: the framework, and what earlier cells have left. What
    #: the peak is above it is the cell's own. None in records of before, and on a GPU, of whose memory the peak is.
    memory_before_bytes: Whole | None = None


class Disturbance(Frozen):
    """What the machine was doing beside a measurement."""

    #: Of the processors' time: taken by the hypervisor, and used by other processes.
    steal_share: Figure
    other_share: Figure
    involuntary_switches_per_s: Figure
    disturbed: bool


class OperationTiming(Frozen):
    """The rounds of one operation at one batch size, as pytest-benchmark timed them."""

    operation: Literal["train_step", "train_epoch", "predict"]
    batch_size: Whole
    #: Examples that one call handles: the batch size, or the examples of the epoch.
    examples: Whole
    #: Seconds a call, one entry a round; a round of several iterations gives their mean.
    samples_s: tuple[PositiveFigure, ...]
    iterations: Whole
    #: Floating-point operations of one call, in the weight layers.
    flops: Whole
    disturbance: Disturbance
    #: 1, or more where disturbed measurements were redone; the least disturbed attempt is kept.
    attempts: Whole


class TimingResult(Frozen):
    """One network in one process launch."""

    kind: Literal["timing"] = "timing"
    #: Seconds from a built model to the end of its first train step: tracing, compiling, allocating. What a framework
    #: sets up once a process is part of the first network's alone, whose `position` is 0.
    first_step_s: Seconds
    operations: tuple[OperationTiming, ...]
    #: Of the process while it was at this network, framework included; on a GPU, of the device.
    peak_memory_bytes: Whole
    parameters: Whole
    #: Networks that the process had timed before, in the launch's random order: 0 for the first, of a process also that
    #: replaces one or goes on with a launch; None in records of before, of a process of its own.
    position: Whole | None = None
    #: Of the command that measured it: parts of a launch by different commands, hours apart maybe, are not paired.
    sitting: str | None = None
    #: As in `AccuracyResult`.
    memory_before_bytes: Whole | None = None


class StageResult(Frozen):
    """The worst figure of one stage of a certificate."""

    stage: str
    worst: float
    bound: float
    #: The tensor (and optimizer) that the worst figure belongs to.
    tensor: str
    passed: bool
    #: Where it failed, in words: the layer that departs first.
    detail: str = ""


class CertificateResult(Frozen):
    """An equivalence certificate: every stage within its bound, or not."""

    kind: Literal["certificate"] = "certificate"
    stages: tuple[StageResult, ...]
    passed: bool


class PeakResult(Frozen):
    """The largest matrix-product rate seen."""

    kind: Literal["peak"] = "peak"
    flops_per_s: PositiveFigure
    #: Rows, inner size and columns of the product.
    shape: tuple[Whole, Whole, Whole]


Result: TypeAlias = Annotated[
    AccuracyResult | TuningResult | TimingResult | CertificateResult | PeakResult, Field(discriminator="kind")
]


class Machine(Frozen):
    """The machine, without anything that names its owner."""

    processor: str
    cores: Whole
    memory_bytes: Whole
    system: str
    gpu: str | None = None


class Worker(Frozen):
    """A worker of a cluster, by the name that it has there, and its machine."""

    name: str
    machine: Machine


class Record(Frozen):
    """A finished cell: its result, or the reason why there is none."""

    schema_version: Literal[1] = SCHEMA_VERSION
    key: str
    cell: Cell
    status: Literal["done", "failed"]
    #: One line, for a failed cell: "diverged: the loss became nan in epoch 3 (seed 0, fold 2)".
    reason: str | None = None
    result: Result | None = None
    started: datetime
    duration_s: Seconds
    #: Which worker of a cluster did it; None, and not written, for the machine that the manifest names.
    worker: Worker | None = Field(default=None, exclude_if=lambda worker: worker is None)


class StudyFacts(Frozen):
    """What a reader of a study's tables needs to know of it."""

    name: str
    title: str
    #: What its records answer.
    question: str
    #: Why these implementations.
    implementations_reason: str


class Manifest(Frozen):
    """What holds for all records of a folder."""

    schema_version: Literal[1] = SCHEMA_VERSION
    #: How this run is called in tables that show several: the folder's name unless given.
    label: Name
    #: The suite as it was run, options applied.
    suite: Mapping[str, Any]
    #: Git commit of the project, None outside a checkout; whether files differed from it.
    commit: str | None
    modified: bool
    #: SHA-256 over the sources of `impls` and `benchmarks`.
    sources: str
    versions: Mapping[str, str]
    machine: Machine
    #: The machine of a cluster's worker that timed the networks; None, and not written, where `machine` did.
    timing_machine: Machine | None = Field(default=None, exclude_if=_is_none)
    threads: Whole
    #: What measured processes made of denormal numbers on the processor: "flushed" to 0 in all of them alike; or "kept"
    #: as each framework has them (NumPy and PyTorch keep them, TensorFlow does not), as in runs of before this field.
    denormals: Literal["flushed", "kept"] = "kept"
    tasks: Mapping[str, TaskFacts]
    #: Keys of the cells of which the run consists, by the latest command.
    cells: tuple[str, ...]
    created: datetime
    #: The study that the suite was made from; None, and not written, for other runs.
    study: StudyFacts | None = Field(default=None, exclude_if=_is_none)
    #: Name of each plug-in that the run uses (a file's, or a distribution and its version) -> SHA-256 over its code.
    plugins: Mapping[str, str] = Field(default={}, exclude_if=_is_empty)
    #: Name of each file of the user's own -> SHA-256 of its content.
    files: Mapping[str, str] = Field(default={}, exclude_if=_is_empty)

    @property
    def timed_on(self) -> Machine:
        """The machine of all times."""
        return self.timing_machine or self.machine

    @field_validator("suite")
    @classmethod
    def _suite_has_a_name(cls, suite: Mapping[str, Any]) -> Mapping[str, Any]:
        if not isinstance(suite.get("name"), str):
            raise ValueError("the suite has no name")
        return suite
