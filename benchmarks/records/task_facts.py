"""What a run's manifest says of a task: what readers of the tables need, and by which statistics are chosen."""

from enum import StrEnum
from typing import Any

from pydantic import model_validator

from benchmarks.kinds import ProblemKind
from benchmarks.records.bounds import Whole
from benchmarks.records.cells import Frozen


class Evaluation(StrEnum):
    """Where a task's test parts come from, which decides how results are averaged and compared."""

    #: Every example is tested once a repeat.
    CROSS_VALIDATION = "cross-validation"
    #: The data set's own, the same for every seed.
    TEST_PART = "test part"
    #: A part that each seed draws anew.
    DRAWN = "drawn"
    #: The end of what has an order in time, the same for every seed.
    LAST = "last"


class TaskFacts(Frozen):
    """What a reader of the tables needs to know of a task."""

    title: str
    dataset: str
    dataset_sha256: str
    kind: ProblemKind
    #: Metric names, the principal one first.
    metrics: tuple[str, ...]
    examples: Whole
    #: "5-fold cross-validation, stratified", "the data set's test part", "7,000 examples held out, stratified".
    evaluation: str
    #: The same as a fact, by which statistics are chosen.
    design: Evaluation
    #: The kind of the data set ("table", "images", "text", …); None in manifests of before it was stored.
    inputs: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_design(cls, content: Any) -> Any:
        """Manifests of before had the sentence alone."""
        if isinstance(content, dict) and "design" not in content and isinstance(content.get("evaluation"), str):
            return content | {"design": _design_of_sentence(content["evaluation"])}
        return content


def _design_of_sentence(evaluation: str) -> Evaluation:
    if "cross-validation" in evaluation:
        return Evaluation.CROSS_VALIDATION
    if "held out" not in evaluation:
        return Evaluation.TEST_PART
    return Evaluation.LAST if evaluation.startswith("the last ") else Evaluation.DRAWN
