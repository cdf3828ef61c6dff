"""What readers are told of a task's evaluation."""

import pytest

from benchmarks.facts import data_facts, task_facts


@pytest.mark.parametrize(
    ("task", "examples", "evaluation"),
    [
        ("digits", 1_797, "5-fold cross-validation, stratified"),
        ("diabetes", 442, "5-fold cross-validation"),
        ("names", 35_104, "7,000 examples held out, stratified"),
        ("names-quick", 8_000, "2,000 examples held out, stratified"),
        ("movie-reviews-quick", 4_000, "1,000 examples held out, stratified"),
        ("cmudict-quick", 6_500, "500 examples held out"),
        ("king-james-bible-quick", 1_200, "the last 200 examples held out"),
        ("sunspots", 309, "the data set's test part"),
        ("adding-problem-50-quick", 4_000, "the data set's test part"),
    ],
)
def test_examples_and_evaluation_are_those_of_the_task(task: str, examples: int, evaluation: str) -> None:
    facts = task_facts(task, 5, data_facts(task))
    assert (facts.examples, facts.evaluation) == (examples, evaluation)
