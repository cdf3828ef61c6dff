"""What is reported for one trained network: its text, its words, its attention, its gradients."""

from typing import Any

import numpy as np
import pytest

from benchmarks.measure import inspection, prediction
from benchmarks.measure.inspection import look_inside
from benchmarks.measure.prediction import answer
from benchmarks.metrics.evaluate import evaluate
from benchmarks.metrics.tokens import TokenScores
from benchmarks.records.results import SplitResult
from benchmarks.tasks.split import Split
from impls import Architecture
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import START
from impls.transformer import Transformer
from tests.benchmarks.fake_networks import FakeModel
from tests.benchmarks.tasks.samples import made_task

SYMBOLS = ("<padding>", "<start>", "<end>", "<unknown>", "a", "b", "c")
LANGUAGE_MODEL = Recurrent(length=8, tokens=7, embedding=2, units=(2,), pooling=None, outputs=7)
ATTENTIVE = Seq2Seq(3, 7, 4, 7, embedding=2, units=2, attention="additive")


def split(**arrays: Any) -> Split:
    empty = np.zeros((0, 0), int)
    fields = dict.fromkeys(("train_inputs", "train_targets", "test_inputs", "test_targets"), empty)
    return Split(**(fields | {"target_mean": 0.0, "target_scale": 1.0, "symbols": SYMBOLS} | arrays))


def words() -> Split:
    """Sources "ab", "c" and "abc"; the network says them again, which is right for the first and the last."""
    sources = [[4, 5, 0], [6, 0, 0], [4, 5, 6]]
    references = [[[5, 0, 0, 0], [4, 5, 0, 0]], [[4, 0, 0, 0], [0] * 4], [[4, 5, 6, 0], [0] * 4]]
    inputs = np.array([[*source, START, 0, 0, 0] for source in sources])
    return split(test_inputs=inputs, test_targets=np.array(references), source_symbols=SYMBOLS)


@pytest.fixture(autouse=True)
def twins(monkeypatch: pytest.MonkeyPatch) -> list[FakeModel]:
    """The networks that are built to look into."""
    built: list[FakeModel] = []

    def build(architecture: Architecture, implementation: str, *_: Any, **__: Any) -> FakeModel:
        assert implementation == "numpy"
        built.append(FakeModel(architecture))
        return built[-1]

    monkeypatch.setattr(inspection, "build", build)
    return built


def test_samples_go_on_from_the_prompt_as_far_as_the_windows_reached() -> None:
    task = made_task(kind="language model", prompt="ab?")
    samples = look_inside(FakeModel(LANGUAGE_MODEL), task, split(), {})["samples"]
    assert [sample.temperature for sample in samples] == [0.5, 0.8, 1.0]
    # Start and prompt are 4 tokens; the last token written is never read.
    assert {(sample.prompt, sample.text) for sample in samples} == {("ab?", "<unknown>" * 5)}


def test_a_token_that_stands_for_no_symbol_is_unknown() -> None:
    """As networks with more outputs than the training part has symbols write them while they have learnt little."""
    few = split(symbols=SYMBOLS[:3])
    samples = look_inside(FakeModel(LANGUAGE_MODEL), made_task(kind="language model", prompt="a"), few, {})["samples"]
    assert {sample.text for sample in samples} == {"<unknown>" * 7}


def test_decoded_words_are_reported_with_all_their_references() -> None:
    seen = look_inside(FakeModel(ATTENTIVE), made_task(kind="transduction"), words(), {})
    decoded = [(word.source, word.references, word.decoded) for word in seen["decoded"]]
    assert decoded == [("ab", ("b", "a b"), "a b"), ("c", ("a",), "c"), ("abc", ("a b c",), "a b c")]


def test_attention_is_reported_between_real_tokens_the_end_included() -> None:
    first, _, last = look_inside(FakeModel(ATTENTIVE), made_task(kind="transduction"), words(), {})["attention"]
    assert (first.source, first.target) == (("a", "b"), ("a", "b", "<end>"))
    assert first.weights == ((1.0, 0.0),) * 3
    assert (last.target, len(last.weights)) == (("a", "b", "c", "<end>"), 4)


@pytest.mark.parametrize(
    ("architecture", "maps"),
    [
        (Seq2Seq(3, 7, 4, 7, embedding=2, units=2), 0),
        (Transformer(3, 7, 4, 7, width=2, heads=1, layers=1, feedforward=2), 3),
    ],
)
def test_only_networks_with_attention_have_it(architecture: Architecture, maps: int) -> None:
    seen = look_inside(FakeModel(architecture), made_task(kind="transduction"), words(), {})
    assert len(seen["attention"]) == maps
    assert len(seen["decoded"]) == 3


def test_gradients_are_of_the_trained_and_of_the_starting_weights() -> None:
    architecture = Recurrent(length=3, features=1, units=(2,), outputs=1)
    start = {"one": np.zeros(1), "two": np.zeros(1)}
    seen = look_inside(FakeModel(architecture), made_task("regression"), split(), start)["hidden_gradients"]
    assert seen.start == (2.123,) * 3
    assert seen.end == (1.123,) * 3


@pytest.mark.parametrize("kind", ["classification", "forecasting"])
def test_other_tasks_are_not_looked_into(kind: Any, twins: list[FakeModel]) -> None:
    assert look_inside(FakeModel(LANGUAGE_MODEL), made_task(kind=kind), split(), {}) == {}
    assert not twins


def test_what_is_seen_is_stored_and_read_back() -> None:
    seen = look_inside(FakeModel(ATTENTIVE), made_task(kind="transduction"), words(), {})
    stored = SplitResult(seed=0, fold=0, train_examples=1, test_examples=3, metrics={}, **seen)
    assert SplitResult.model_validate_json(stored.model_dump_json()) == stored


def test_logits_are_scored_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "PREDICTION_POSITIONS", 16)
    tokens = np.array([[4, 5, 6, 4, 5, 6, 4, 5]] * 4 + [[4, 4, 4, 4, 4, 0, 0, 0]])
    model = FakeModel(LANGUAGE_MODEL)
    answers = answer(model, "language model", split(test_inputs=tokens, test_targets=tokens))
    assert model.calls == [2, 2, 1]
    assert isinstance(answers, TokenScores)
    assert evaluate("recall", ["token_accuracy"], tokens, answers) == {"token_accuracy": 1.0}


@pytest.mark.parametrize(("examples", "wrong"), [(None, 1 / 3), (1, 0.0)])
def test_sequences_are_written_from_their_sources_alone(examples: int | None, wrong: float) -> None:
    answers = answer(FakeModel(ATTENTIVE), "transduction", words(), examples)
    targets = words().test_targets[:examples]
    assert evaluate("transduction", ["word_error_rate"], targets, answers) == {"word_error_rate": wrong}
