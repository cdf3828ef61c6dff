import math

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.metrics import tokens
from benchmarks.metrics.base import declare
from benchmarks.metrics.evaluate import METRICS, evaluate, metric_of
from benchmarks.tasks import TaskError

TARGETS = np.array([0, 0, 0, 1])
#: Probabilities .8, .2, .8 and .5 of class 0 (a tie goes to the first class): right, wrong, right, wrong.
LOGITS = np.log([[0.8, 0.2], [0.2, 0.8], [0.8, 0.2], [0.5, 0.5]])

#: Worked out by hand.
CLASSIFICATION = {
    "accuracy": 2 / 4,
    "macro_f1": (2 * 2 / (2 * 2 + 1 + 1) + 0) / 2,
    "log_loss": -(math.log(0.8) + math.log(0.2) + math.log(0.8) + math.log(0.5)) / 4,
}
#: Targets 1, 2, 6 (mean 3, squares about it 4 + 1 + 9) and predictions 2, 2, 4: errors 1, 0, -2.
REGRESSION = {"r2": 1 - 5 / 14, "rmse": math.sqrt(5 / 3), "mae": 3 / 3}


@pytest.mark.parametrize(("metric", "expected"), CLASSIFICATION.items())
def test_classification(metric: str, expected: float) -> None:
    assert evaluate("classification", [metric], TARGETS, LOGITS) == pytest.approx({metric: expected})
    shifted = evaluate("classification", [metric], TARGETS, LOGITS + 1000.0)
    assert shifted == pytest.approx({metric: expected}), "logits are known up to a constant"


@pytest.mark.parametrize(("metric", "expected"), REGRESSION.items())
def test_regression_is_in_the_original_units(metric: str, expected: float) -> None:
    targets, predictions = np.array([[1.0], [2.0], [6.0]]), np.array([[2.0], [2.0], [4.0]])
    assert evaluate("regression", [metric], targets, predictions) == pytest.approx({metric: expected})
    standardized = (predictions - 3.0) / 2.5
    assert evaluate("regression", [metric], targets, standardized, 3.0, 2.5) == pytest.approx({metric: expected})


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(2, 5))
@settings(max_examples=50, deadline=None)
def test_classes_are_judged_as_by_scikit_learn(seed: int, examples: int, classes: int) -> None:
    """Also where a class is never predicted, or is not among the targets."""
    generator = np.random.default_rng(seed)
    targets, logits = generator.integers(0, classes, examples), generator.standard_normal((examples, classes))
    chosen = logits.argmax(axis=1)
    assert evaluate("classification", ["accuracy", "macro_f1"], targets, logits) == pytest.approx(
        {
            "accuracy": sklearn.metrics.accuracy_score(targets, chosen),
            "macro_f1": sklearn.metrics.f1_score(targets, chosen, average="macro", zero_division=0.0),
        }
    )


@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.sampled_from(["float32", "float64"]))
@settings(max_examples=50, deadline=None)
def test_numbers_are_judged_as_by_scikit_learn(seed: int, examples: int, dtype: str) -> None:
    generator = np.random.default_rng(seed)
    targets, outputs = generator.normal(150.0, 40.0, (2, examples, 3)).astype(dtype)
    # scikit-learn stays in the precision that it is given, and r² near 0 is a small difference of large numbers.
    precise = targets.ravel().astype(np.float64), outputs.ravel().astype(np.float64)
    expected = {
        "r2": sklearn.metrics.r2_score(*precise),
        "rmse": sklearn.metrics.root_mean_squared_error(*precise),
        "mae": sklearn.metrics.mean_absolute_error(*precise),
    }
    assert evaluate("regression", list(expected), targets, outputs) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    same = np.full((4, 1), 2.0)
    for answers, score in ((same, 1.0), (same + 1, 0.0)):
        assert evaluate("regression", ["r2"], same, answers) == {"r2": score}
        assert sklearn.metrics.r2_score(same, answers) == score
    tenths = np.full((3, 1), 0.1)  # their mean is rounded up
    assert evaluate("regression", ["r2"], tenths, tenths + 1) == {"r2": 0.0}


def test_a_certain_mistake_has_a_finite_log_loss() -> None:
    values = evaluate("classification", ["log_loss"], np.array([1]), np.array([[2000.0, 0.0]], np.float32))
    assert values == {"log_loss": 2000.0}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("kind", "names"), [("classification", CLASSIFICATION), ("regression", REGRESSION)])
def test_outputs_that_are_no_numbers_have_no_metrics(kind: object, names: dict[str, float], bad: float) -> None:
    outputs = np.array([[0.0, 1.0], [0.0, bad]]) if kind == "classification" else np.array([[0.0], [bad]])
    targets = np.array([0, 1]) if kind == "classification" else np.array([[0.0], [1.0]])
    values = evaluate(kind, names, targets, outputs)  # type: ignore[arg-type]  # a table of cases
    assert values.keys() == names.keys()
    assert all(map(math.isnan, values.values()))


def test_unknown_metrics_are_reported() -> None:
    with pytest.raises(TaskError, match="metric 'r2' is unknown for classification; there are accuracy"):
        evaluate("classification", ["accuracy", "r2"], TARGETS, LOGITS)
    of_tokens = {"bits_per_character", "token_accuracy", "token_log_loss", "word_error_rate", "phoneme_error_rate"}
    assert METRICS.keys() == CLASSIFICATION.keys() | REGRESSION.keys() | of_tokens


def test_steps_of_a_forecast_count_all_alike() -> None:
    targets, predictions = np.array([[1.0, 2.0, 6.0]]), np.array([[2.0, 2.0, 4.0]])
    assert evaluate("forecasting", list(REGRESSION), targets, predictions) == pytest.approx(REGRESSION)


def test_a_metric_is_declared_once_and_every_part_reads_that_declaration() -> None:
    declared = METRICS["token_accuracy"]
    assert (declared.title, declared.higher_is_better, declared.kinds) == ("token accuracy", True, ("recall",))
    assert declared.function is tokens.token_accuracy
    assert [name for name, metric in METRICS.items() if metric.higher_is_better is None] == []
    assert metric_of("of_another_version").title == "of another version"
    assert metric_of("of_another_version").higher_is_better is None
    with pytest.raises(TaskError, match="metric 'accuracy' is declared twice"):

        @declare("again", "classification", higher_is_better=True)
        def accuracy(targets: object, answers: object) -> float:
            return 1.0
