"""`threefold overhead`: the contests, the contenders that take turns, and the ratios."""

import ast
from pathlib import Path

import numpy as np
import pytest

import benchmarks.overhead
from benchmarks.cli.main import main
from benchmarks.cli.overhead import BY_HAND
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, examples
from benchmarks.overhead.turns import Contender, ratio, take_turns
from impls import Batch, Training
from impls.engines.validation import check_batch
from impls.errors import ThreefoldError

FOLDER = Path(benchmarks.overhead.__file__).parent


@pytest.mark.parametrize("name", CONTESTS)
def test_examples_fit_the_network(name):
    contest = CONTESTS[name]
    inputs, targets = examples(contest)
    assert len(inputs) == contest.steps * BATCH_SIZE
    check_batch(contest.architecture, Training(), Batch(inputs, targets), "float32")


def test_the_language_model_predicts_the_next_token():
    inputs, targets = examples(CONTESTS["transformer"])
    assert np.array_equal(inputs[:, 1:], targets[:, :-1])


@pytest.mark.parametrize(("framework", "names"), [("numpy", BY_HAND), ("torch", CONTESTS), ("keras", CONTESTS)])
def test_every_contest_has_its_shortest_loop(framework, names):
    tree = ast.parse((FOLDER / f"idiomatic_{framework}.py").read_text(encoding="utf-8"))
    assert set(names) <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_ratio_is_the_median_of_paired_rounds():
    measured = ratio([2.0, 9.0, 4.0, 2.0, 30.0, 2.0, 2.0], [1.0, 3.0, 4.0, 1.0, 10.0, 1.0, 1.0])
    assert measured.median == 2.0
    assert measured.low <= 2.0 <= measured.high


def test_turns_give_the_seconds_of_each_round():
    contender = Contender("model", "numpy")
    seconds = take_turns([contender], "mlp", 1, 2)[contender]
    assert len(seconds) == 2
    assert all(0 < turn < 60 for turn in seconds)


def test_a_contender_that_ends_is_named_with_its_last_words():
    with pytest.raises(ThreefoldError, match="model numpy ended: KeyError: 'nothing'"):
        take_turns([Contender("model", "numpy")], "nothing", 1, 1)


def test_an_unknown_network_is_one_line(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["overhead", "--network", "perceptron"])
    message = capsys.readouterr().err
    assert "perceptron" in message
    assert len(message.splitlines()) == 1
