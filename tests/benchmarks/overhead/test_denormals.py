"""The cost of denormal numbers: what is measured, in which mode, and what the table makes of it."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.environment import machine
from benchmarks.overhead import denormals
from benchmarks.overhead.denormals import Launch, append_launch, caption, costs, main, read_launches, table
from impls.errors import ThreefoldError

KEPT, FLUSHED = [0.040, 0.044, 0.042], [0.020, 0.020, 0.019]


def launches() -> list[Launch]:
    def everywhere(seconds: float) -> dict[int, dict[str, float]]:
        return {lag: dict.fromkeys(denormals.NETWORKS, seconds) for lag in denormals.LAGS}

    pairs = [("numpy", kept, flushed) for kept, flushed in zip(KEPT, FLUSHED, strict=True)] + [("torch", 0.3, 0.1)]
    return [
        Launch(
            implementation=name, threads=1, first="kept", kept=everywhere(kept), flushed=everywhere(flushed),
            machine=machine(), versions={"numpy": "2.4.6", "torch": "2.13.0"},
        )
        for name, kept, flushed in pairs
    ]  # fmt: skip


def test_the_ratio_is_the_geometric_mean_over_launches_with_students_interval() -> None:
    rows = costs(launches())
    assert len(rows) == 3 * 3 * 2
    row = next(row for row in rows if (row.lag, row.network, row.implementation) == (100, "gru", "numpy"))
    logs = stats.ttest_1samp(np.log(KEPT) - np.log(FLUSHED), 0.0)
    interval = logs.confidence_interval(0.95)
    assert (row.kept_ms, row.flushed_ms, row.launches) == (42.0, 20.0, 3)
    assert row.ratio == pytest.approx(math.exp(np.mean(np.log(KEPT) - np.log(FLUSHED))))
    assert (row.low, row.high) == pytest.approx((math.exp(interval.low), math.exp(interval.high)))
    single = next(row for row in rows if row.implementation == "torch")
    assert (single.ratio, single.low, single.high) == (pytest.approx(3.0), None, None)


def test_the_table_has_a_line_for_each_lag_and_network() -> None:
    lines = table(costs(launches())).splitlines()
    assert len(lines) == 2 + 9
    assert [cell.strip() for cell in lines[0].split("|")[1:-1]] == ["Lag", "Network", "numpy", "torch"]
    assert "300 → 100 ms: × 3.00 |" in lines[2]
    assert "numpy 3, torch 1; 1 thread of" in caption(launches())


@pytest.mark.parametrize("mode", ["kept", "flushed"])
def test_steps_are_taken_in_the_mode_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(denormals, "LAGS", (50,))
    monkeypatch.setattr(denormals, "NETWORKS", ("rnn",))
    seconds = denormals._process(mode, "numpy", 1, 0.01)
    assert list(seconds) == [50]
    assert 0 < seconds[50]["rnn"] < 10


def test_a_process_in_the_other_mode_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denormals, "LAGS", (50,))
    monkeypatch.setattr(denormals, "NETWORKS", ("rnn",))
    monkeypatch.setattr(denormals, "START", "runpy")  # it sets no mode
    with pytest.raises(ThreefoldError, match="denormals were to be flushed in a process of numpy, and were not"):
        denormals._process("flushed", "numpy", 1, 0.01)


def test_a_record_is_read_as_it_was_written_and_another_file_is_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "new" / "denormals.jsonl"
    for launch in launches():
        append_launch(record, launch)
    assert read_launches(record) == launches()
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ThreefoldError, match=r"thesis\.txt: is no record of this command"):
        main(["--launches", "1", "--implementations", "numpy", "--out", str(tmp_path / "thesis.txt")])
    assert (tmp_path / "thesis.txt").read_text() == "mine"
