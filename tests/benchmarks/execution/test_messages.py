"""What a training tells while it runs can be read by people, and by the run that shows it."""

import pytest

from benchmarks.execution import messages
from benchmarks.execution.messages import Teller, duration, last_news
from benchmarks.records.results import EpochPoint
from tests.benchmarks.sample_cells import accuracy_cell

POINT = EpochPoint(epoch=3, train_loss=0.18213, metrics={"word_error_rate": 0.36124}, train_seconds=1.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (12.2, "12 s"),
        (59.6, "1 min 00 s"),
        (123, "2 min 03 s"),
        (3600, "1 h 00 min"),
        (12_345, "3 h 25 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("folds", "split", "done", "text"),
    [
        # Three epochs took 30 s, seven are left.
        (1, 0, 0, "epoch 3 of 10, loss 0.1821, word_error_rate 0.3612, about 1 min 10 s to go"),
        # The earlier process had done two.
        (1, 0, 2, "epoch 3 of 10, loss 0.1821, word_error_rate 0.3612, about 3 min 30 s to go"),
        # Of five trainings the second: 13 epochs done, 37 left.
        (5, 1, 0, "epoch 3 of 10 of training 2 of 5, loss 0.1821, word_error_rate 0.3612, about 1 min 25 s to go"),
    ],
)
def test_news_tell_the_place_and_the_time_to_go(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folds: int, split: int, done: int, text: str
) -> None:
    clock = iter([100.0, 130.0])
    monkeypatch.setattr(messages.time, "monotonic", lambda: next(clock))
    Teller(accuracy_cell().model_copy(update={"epochs": 10, "folds": folds}), done).tell(split, POINT)
    assert last_news(capsys.readouterr().out) == text


def test_only_lines_for_the_run_are_news() -> None:
    assert last_news("a warning\nnews: first\nnews: second\n the news: none\n") == "second"
    assert last_news("a warning\n") is None
