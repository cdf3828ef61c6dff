"""What is reported for a task's evaluation."""

import pytest

from benchmarks.records.task_facts import Evaluation, TaskFacts
from benchmarks.runner.data import data_facts, task_facts

SPELLINGS = "spellings that differ by case, accents, hyphens or apostrophes alone on one side"


@pytest.mark.parametrize(
    ("task", "examples", "evaluation", "design"),
    [
        ("digits", 1_797, "5-fold cross-validation, stratified", Evaluation.CROSS_VALIDATION),
        ("diabetes", 442, "5-fold cross-validation", Evaluation.CROSS_VALIDATION),
        ("names", 35_104, f"7,000 examples held out, stratified, {SPELLINGS}", Evaluation.DRAWN),
        ("names-quick", 8_000, f"2,000 examples held out, stratified, {SPELLINGS}", Evaluation.DRAWN),
        ("movie-reviews-quick", 4_000, "1,000 examples held out, stratified", Evaluation.DRAWN),
        ("cmudict-quick", 3_500, "500 examples held out", Evaluation.DRAWN),
        ("king-james-bible-quick", 1_200, "the last 200 examples held out", Evaluation.LAST),
        ("sunspots", 309, "the data set's test part", Evaluation.TEST_PART),
        ("adding-problem-50-quick", 4_000, "the data set's test part", Evaluation.TEST_PART),
    ],
)
def test_examples_and_evaluation_are_those_of_the_task(
    task: str, examples: int, evaluation: str, design: Evaluation
) -> None:
    facts = task_facts(task, 5, data_facts(task))
    assert (facts.examples, facts.evaluation, facts.design) == (examples, evaluation, design)
    before = facts.model_dump(exclude={"design"})
    assert TaskFacts.model_validate(before) == facts, "manifests of before had the sentence alone"
