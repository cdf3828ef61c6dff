"""`threefold overhead`: the contests, the contenders that take turns, and the ratios."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import benchmarks.overhead
from benchmarks.cli.main import main
from benchmarks.cli.overhead import PAIRS
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, examples
from benchmarks.overhead.turns import Contender, Turn, ratio, take_turns
from impls import Batch, Training, implementations
from impls.engines import Implementation
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


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_every_contest_has_its_shortest_loop(framework):
    tree = ast.parse((FOLDER / f"idiomatic_{framework}.py").read_text(encoding="utf-8"))
    names = {name for name, contest in CONTESTS.items() if contest.idiomatic}
    assert names <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_numpy_is_compared_with_the_textbook_in_every_contest(tmp_path, capsys, monkeypatch):
    """Of a faked clock: which pairs, and that a ratio is of the first of them to the second."""
    seconds = {"numpy": Turn(2.0, 1.0), "numpy-textbook": Turn(6.0, 5.0)}
    taken = []

    def fake(contenders, contest, threads, rounds, device):
        taken.append((contest, {each.implementation for each in contenders}))
        return {each: [seconds[each.implementation]] * rounds for each in contenders}

    monkeypatch.setattr("benchmarks.cli.overhead.take_turns", fake)
    out = tmp_path / "overhead.jsonl"
    options = ["--implementation", "numpy", "--implementation", "numpy-textbook", "--rounds", "6", "--out", str(out)]
    with pytest.raises(SystemExit, match="0"):
        main(["overhead", *options])
    assert taken == [(name, set(seconds)) for name in CONTESTS]
    shown = capsys.readouterr().out
    assert shown.count("3.00 to 3.00") == len(CONTESTS)
    assert shown.count("5.00 to 5.00") == len(CONTESTS)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["seconds"]["model numpy-textbook"] for record in records] == [[6.0] * 6] * len(CONTESTS)
    assert [record["processor_seconds"]["model numpy"] for record in records] == [[1.0] * 6] * len(CONTESTS)


def test_a_network_without_a_comparison_is_left_out(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        "benchmarks.cli.overhead.take_turns", lambda contenders, *_: {each: [Turn(1.0, 1.0)] * 6 for each in contenders}
    )
    out = tmp_path / "overhead.jsonl"
    with pytest.raises(SystemExit, match="0"):
        main(["overhead", "--implementation", "keras-tensorflow", "--rounds", "6", "--out", str(out)])
    assert "seq2seq" not in capsys.readouterr().err
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["contest"] for record in records] == [CONTESTS[name].name for name in IDIOMATIC]
    assert {"gradients keras-tensorflow", "idiomatic keras-tensorflow"} <= set(records[0]["seconds"])


@pytest.mark.parametrize("names", [["numpy-textbook"], ["numpy@cupy"]])
def test_implementations_that_are_not_compared_are_one_line(names, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["overhead", *(word for name in names for word in ("--implementation", name))])
    message = capsys.readouterr().err
    assert "--implementation" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("gpu", "options", "said"),
    [
        (None, ("--device", "cuda"), "shows no NVIDIA GPU"),
        ("a GPU", ("--device", "cuda", "--implementation", "numpy"), "implementation 'numpy' runs on cpu"),
        (None, ("--implementation", "torch+graph"), "implementation 'torch+graph' runs on cuda"),
        (None, ("--device", "tpu"), "--device 'tpu' is unknown"),
    ],
)
def test_a_device_that_cannot_be_had_is_one_line(gpu, options, said, capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.cli.overhead.has_gpu", lambda: gpu is not None)
    with pytest.raises(SystemExit, match="2"):
        main(["overhead", *options])
    message = capsys.readouterr().err
    assert said in message
    assert len(message.splitlines()) == 1


def test_what_is_not_installed_is_left_out_with_a_line(monkeypatch, capsys):
    taken = set()

    def fake(contenders, contest, threads, rounds, device):
        taken.update(each.implementation for each in contenders)
        return {each: [Turn(1.0, 1.0)] * rounds for each in contenders}

    monkeypatch.setattr("benchmarks.cli.overhead.take_turns", fake)
    monkeypatch.setattr(Implementation, "missing", lambda self: ("jax",) if self.name == "keras-jax" else ())
    with pytest.raises(SystemExit, match="0"):
        main(["overhead", "--network", "mlp", "--rounds", "6"])
    assert taken == {"numpy", "numpy-textbook", "torch", "keras-tensorflow", "keras-torch"}
    assert "keras-jax: left out: it needs jax" in capsys.readouterr().out


#: In a process of its own, since JAX is not to be in that of the other tests.
BARE = """
import json, sys
from benchmarks.overhead import bare_scan
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, Examples, examples

left = {}
for name, (network, kernels, others) in bare_scan.NETWORKS.items():
    weights = bare_scan._starting_weights(kernels, others)
    few = Examples(*(array[: 2 * BATCH_SIZE] for array in examples(CONTESTS[name])))
    outputs = network(weights, few.inputs[:BATCH_SIZE])
    left[name] = [sum(array.size for array in weights.values()), outputs.shape, name]
    if name in sys.argv:
        epoch = bare_scan.epoch_of(name, few)
        losses = [float(epoch().mean()) for _ in range(4)]
        left[name][-1] = losses[-1] < losses[0]
print(json.dumps(left))
"""


#: XLA compiles an epoch of each, which takes seconds. One goes through a sequence by a scan.
ALWAYS = ["lstm"]
IDIOMATIC = [name for name, contest in CONTESTS.items() if contest.idiomatic]


@pytest.mark.parametrize("learning", [ALWAYS, pytest.param(IDIOMATIC, marks=pytest.mark.nightly)], ids=len)
def test_the_bare_networks_are_those_of_the_contests_and_learn(learning):
    """Of as many weights as the architectures, but for learned positions and second biases."""
    command = [sys.executable, "-c", BARE, *learning]
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    left = json.loads(done.stdout)
    assert set(left) == set(IDIOMATIC)
    for name, (parameters, shape, learns) in left.items():
        architecture = CONTESTS[name].architecture
        assert parameters == pytest.approx(architecture.parameter_count, rel=0.05), name
        assert tuple(shape) == (BATCH_SIZE, *architecture.output_shape), name
        assert learns is True or (learns == name and name not in learning), name


def test_every_implementation_that_is_compared_exists():
    assert {each.implementation for pair in PAIRS for each in pair} <= set(implementations())


def test_ratio_is_the_median_of_paired_rounds():
    measured = ratio([2.0, 9.0, 4.0, 2.0, 30.0, 2.0, 2.0], [1.0, 3.0, 4.0, 1.0, 10.0, 1.0, 1.0])
    assert measured.median == 2.0
    assert measured.low <= 2.0 <= measured.high


def test_turns_give_the_seconds_of_each_round():
    contender = Contender("model", "numpy")
    turns = take_turns([contender], "mlp", 1, 2)[contender]
    assert len(turns) == 2
    assert all(0 < turn.seconds < 60 for turn in turns)
    # One thread is at work and does not wait for itself; other processes may have had the rest.
    assert all(0 < turn.processor_seconds < 1.1 * turn.seconds for turn in turns)


def test_a_contender_that_ends_is_named_with_its_last_words():
    with pytest.raises(ThreefoldError, match="model numpy ended: KeyError: 'nothing'"):
        take_turns([Contender("model", "numpy")], "nothing", 1, 1)


def test_an_unknown_network_is_one_line(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["overhead", "--network", "perceptron"])
    message = capsys.readouterr().err
    assert "perceptron" in message
    assert len(message.splitlines()) == 1
