"""Processes side by side where no time counts."""

import pytest

from benchmarks import environment
from benchmarks.environment import processes_at_once


@pytest.mark.parametrize(
    ("device", "cores", "threads", "processes"),
    [("cpu", 2, 1, 2), ("cpu", 64, 2, 32), ("cpu", 2, 4, 1), ("cuda", 64, 1, 8), ("cuda", 4, 2, 2), ("cuda", 1, 1, 1)],
)
def test_a_gpu_is_shared_by_a_few(
    monkeypatch: pytest.MonkeyPatch, device: str, cores: int, threads: int, processes: int
) -> None:
    monkeypatch.setattr(environment, "available_cores", lambda: cores)
    assert processes_at_once(device, threads) == processes
