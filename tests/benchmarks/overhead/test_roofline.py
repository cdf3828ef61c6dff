"""The parts of a step in NumPy: their counts are those of the architectures, and each is timed beside the others."""

import json

import numpy as np
import pytest

from benchmarks.cli.main import main
from benchmarks.overhead import roofline
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS
from benchmarks.overhead.roofline import Product, work_of
from benchmarks.overhead.turns import Turn

IDIOMATIC = [name for name, contest in CONTESTS.items() if contest.idiomatic]


def flops(products: tuple[Product, ...]) -> int:
    return sum(2 * each.rows * each.inner * each.columns * each.stacked * each.times for each in products)


@pytest.mark.parametrize("name", IDIOMATIC)
def test_products_are_the_operations_that_the_architecture_counts(name: str) -> None:
    architecture = CONTESTS[name].architecture
    # The architecture counts no gradient of the first layer's inputs; a recurrent one has that of its own state.
    own = {"lstm": 2 * 28 * 128 * 512, "gru": 2 * 28 * 128 * 384}.get(name, 0)
    assert flops(work_of(architecture).products) == BATCH_SIZE * (architecture.training_flops + own)


def test_a_perceptrons_work_is_counted_by_hand() -> None:
    work = work_of(CONTESTS["mlp"].architecture, batch=2)
    assert work.products[:3] == (Product(2, 784, 256), Product(784, 2, 256), Product(2, 256, 128))
    assert len(work.products) == 2 + 3 + 3
    parameters = 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10
    assert [tuple(each) for each in work.memory] == [
        (512, 5, 3),
        (256, 5, 3),
        (20, 5, 3),
        (parameters, 7, 10),
    ]
    assert (work.functions, work.roots) == (20, parameters)


@pytest.mark.parametrize("name", IDIOMATIC)
def test_a_step_takes_exponentials_for_each_gate_and_each_score(name: str) -> None:
    per_example = {
        "mlp": 10,
        "cnn": 10,
        "lstm": 28 * (4 + 1) * 128 + 10,
        "gru": 28 * 3 * 128 + 10,
        "transformer": 2 * 4 * 64 * 64 + 64 * 68,
    }
    assert work_of(CONTESTS[name].architecture, batch=3).functions == 3 * per_example[name]


def test_an_epoch_of_a_part_does_all_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = CONTESTS["lstm"]
    calls = {"matmul": 0, "copied": 0, "computed": 0, "exponentials": 0, "roots": 0}
    matmul, copyto, add, multiply, exp = np.matmul, np.copyto, np.add, np.multiply, np.exp

    def count(name, number, function):
        def counted(*arrays, **settings):
            calls[name] += number(arrays)
            return function(*arrays, **settings)

        return counted

    monkeypatch.setattr(roofline.np, "matmul", count("matmul", lambda arrays: 1, matmul))
    monkeypatch.setattr(roofline.np, "copyto", count("copied", lambda arrays: arrays[0].size, copyto))
    monkeypatch.setattr(roofline.np, "add", count("computed", lambda arrays: arrays[0].size, add))
    monkeypatch.setattr(roofline.np, "multiply", count("computed", lambda arrays: arrays[0].size, multiply))
    monkeypatch.setattr(roofline.np, "exp", count("exponentials", lambda arrays: arrays[0].size, exp))
    monkeypatch.setattr(roofline.np, "sqrt", count("roots", lambda arrays: arrays[0].size, np.sqrt))
    for part in roofline.PARTS.values():
        part(contest)()
    work = work_of(contest.architecture)
    assert calls["matmul"] == contest.steps * sum(product.times for product in work.products)
    assert calls["copied"] == contest.steps * sum(round(numbers * passes / 2) for numbers, passes, _ in work.memory)
    computed = sum(part.numbers * part.operations for part in work.memory)
    assert (
        0
        <= calls["computed"] / contest.steps - computed
        < roofline.BLOCK * sum(part.operations for part in work.memory)
    )
    assert 0 <= calls["exponentials"] / contest.steps - work.functions < roofline.BLOCK
    assert 0 <= calls["roots"] / contest.steps - work.roots < roofline.BLOCK


def test_the_sum_of_the_parts_is_shown_beside_numpy_and_pytorch(tmp_path, capsys, monkeypatch) -> None:
    seconds = {"products": 1.0, "memory": 0.5, "arithmetic": 0.25, "functions": 0.25, "model": 4.0}

    def fake(contenders, contest, threads, rounds, device):
        return {each: [Turn(seconds[each.kind], seconds[each.kind])] * rounds for each in contenders}

    monkeypatch.setattr("benchmarks.cli.overhead.take_turns", fake)
    out = tmp_path / "roofline.jsonl"
    with pytest.raises(SystemExit, match="0"):
        main(["overhead", "--roofline", "--network", "mlp", "--rounds", "6", "--out", str(out)])
    lines = capsys.readouterr().out.splitlines()
    sums = [line for line in lines if "the sum of the parts" in line]
    assert len(sums) == 2
    assert all("0.50 to 0.50" in line for line in sums)
    (record,) = map(json.loads, out.read_text().splitlines())
    assert set(record["seconds"]) == {f"{kind} numpy" for kind in roofline.PARTS} | {"model numpy", "model torch"}


def test_a_roofline_is_of_numpy_alone(capsys) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["overhead", "--roofline", "--implementation", "torch"])
    assert "--roofline is about NumPy on the CPU" in capsys.readouterr().err
