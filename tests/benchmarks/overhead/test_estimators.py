"""Our classifier's fits beside scikit-learn's: what is measured, and what the table makes of it."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.environment import machine
from benchmarks.overhead import estimators
from benchmarks.overhead.estimator_fits import CONTESTS, OURS, THEIRS, _estimator
from benchmarks.overhead.estimators import Fit, Launch, append_launch, caption, main, read_launches, rows, table
from impls.errors import ThreefoldError

#: By launch and round.
OURS_S, THEIRS_S = [[0.10, 0.12], [0.11, 0.10], [0.10, 0.10]], [[0.20, 0.30], [0.22, 0.25], [0.30, 0.20]]


def launches() -> list[Launch]:
    made = []
    for ours, theirs in zip(OURS_S, THEIRS_S, strict=True):
        fits = []
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            fits.append(Fit(contest="digits", contender=OURS, round=number, processor_seconds=mine, accuracy=0.97))
            for name in THEIRS:
                accuracy = 0.96 + 0.01 * number
                fits.append(
                    Fit(contest="digits", contender=name, round=number, processor_seconds=other, accuracy=accuracy)
                )
        versions = {"python": "3.11.7", "numpy": "2.4.6", "scikit-learn": "1.9.1"}
        made.append(Launch(threads=1, fits=tuple(fits[::-1]), machine=machine(), versions=versions))
    return made


def test_the_ratio_is_the_geometric_mean_with_students_interval_over_launches() -> None:
    first = rows(launches())[0]
    logs = np.log(np.array(THEIRS_S) / np.array(OURS_S)).mean(axis=1)
    interval = stats.ttest_1samp(logs, 0.0).confidence_interval(0.95)
    assert first.ratio == pytest.approx(math.exp(logs.mean()))
    assert (first.low, first.high) == pytest.approx((math.exp(interval.low), math.exp(interval.high)))
    assert first.ours_s == pytest.approx(np.median(OURS_S))
    assert first.difference == pytest.approx(0.5), "percentage points, ours minus theirs"
    single = rows(launches()[:1])[0]
    assert (single.low, single.difference_high) == (None, None)


def test_the_table_has_a_line_for_each_contest_and_precision() -> None:
    text = table(rows(launches()))
    lines = text.splitlines()
    assert len(lines) == 2 + len(THEIRS)
    assert "| digits, 100, batches of 200, 60 epochs | float64 " in " ".join(lines[2].split())
    assert "+0.50 (+0.50 to +0.50)" in text
    assert "over 3 launches of 2 rounds. 1 thread of" in caption(launches())


def test_both_have_the_same_network_and_recipe() -> None:
    contest = CONTESTS["digits-small-batches"]
    ours, theirs = (_estimator(contest, name, 0) for name in (OURS, "float32"))
    generator = np.random.default_rng(0)
    X, y = generator.random((90, 64)), np.arange(90) % 10  # noqa: N806  # scikit-learn's name
    for estimator in (ours.set_params(epochs=2), theirs.set_params(max_iter=2)):
        estimator.fit(X, y)
    kernels = [array.shape for name, array in ours.model_.parameters().items() if name.endswith("kernel")]
    assert kernels == [coefficients.shape for coefficients in theirs.coefs_]
    assert (theirs.solver, theirs.activation, theirs.alpha) == (ours.optimizer, ours.activation, ours.l2)
    assert (theirs.learning_rate_init, theirs.batch_size) == (ours.learning_rate, ours.batch_size)
    assert (theirs.beta_1, theirs.beta_2, theirs.epsilon) == (ours.beta_1, ours.beta_2, ours.epsilon)
    assert theirs.n_iter_ == ours.n_iter_ == 2
    assert theirs._optimizer.t == 2 * 3, "as many updates"


def test_a_launch_is_stored_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "fits.jsonl"
    assert main(["--launches", "1", "--rounds", "1", "--contests", "digits", "--out", str(out)]) == 0
    (launch,) = read_launches(out)
    assert {(fit.contender, fit.round) for fit in launch.fits} == {(name, 0) for name in (OURS, *THEIRS)}
    assert all(fit.processor_seconds > 0 and fit.accuracy > 0.8 for fit in launch.fits)
    assert "digits, 100, batches of 200" in capsys.readouterr().out
    append_launch(out, launch)
    monkeypatch.setattr(estimators, "_launch", lambda *arguments: pytest.fail("none was wanted"))
    assert main(["--launches", "0", "--out", str(out)]) == 0
    assert len(read_launches(out)) == 2
    out.write_text("no record")
    with pytest.raises(ThreefoldError, match="is no record of this command"):
        read_launches(out)
