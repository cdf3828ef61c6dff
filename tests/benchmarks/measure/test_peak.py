"""The machine's peak is the best of several products, as a record takes it."""

import pytest

from benchmarks.measure import peak
from benchmarks.records.cells import PeakCell


def test_the_best_product_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peak, "SIDES", {"cpu": (2, 4, 8)})
    seconds = iter([1.0] * peak.ROUNDS + [0.1] * peak.ROUNDS + [100.0] * peak.ROUNDS)
    monkeypatch.setattr(peak, "_seconds", lambda call: next(seconds))
    result = peak.measure_peak(PeakCell(device="cpu", dtype="float32", threads=1))
    assert (result.flops_per_s, result.shape) == (pytest.approx(2 * 4**3 / 0.1), (4, 4, 4))
