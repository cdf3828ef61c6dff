"""Every claim can come out either way: it follows its data, and nothing follows from chance or from few repetitions."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.records.results import Record
from impls.errors import ThreefoldError
from report.claims import statements
from report.claims.base import FEWEST_REPETITIONS
from report.claims.catalogue import claims
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.verdict import Verdict
from report.runs.reading import Run, read_runs
from tests.report.claims.cases import CASES, OTHERWISE
from tests.report.claims.changing import fewer, mirrored, redrawn
from tests.report.claims.making import Made

PUBLISHED = Path(__file__).resolve().parents[3] / "results" / "published"
DRAWS = 20
#: More chance verdicts than this among the draws have a probability below one in a thousand at the level of the tests.
CHANCE = 4

every_claim = pytest.mark.parametrize("name", claims())


def _verdict(name: str, *runs: Run) -> Verdict:
    return judge(claims()[name], Evidence(runs))


def test_every_claim_has_its_records() -> None:
    assert list(CASES) == list(claims())
    assert set(OTHERWISE) >= {name for name, claim in claims().items() if claim.asks == "equal"}


@every_claim
def test_a_claim_holds_where_its_data_say_so(name: str) -> None:
    verdict = _verdict(name, CASES[name]().run())
    assert verdict.status == "supported", verdict.reason
    assert verdict.decisive is not None
    assert verdict.decisive.low is not None
    assert all(each.contrast.records for each in verdict.evidence)


@every_claim
def test_a_claim_falls_where_its_data_are_turned_around(name: str) -> None:
    made = CASES[name]()
    turned = OTHERWISE[name]().run() if name in OTHERWISE else made.run(mirrored(made.records))
    verdict = _verdict(name, turned)
    assert verdict.status == "not supported", verdict.reason


@every_claim
def test_chance_supports_nothing(name: str) -> None:
    """As training on shuffled labels gives them: every network's results from one distribution."""
    made = CASES[name]()
    draws = [redrawn(made.records, np.random.default_rng(seed)) for seed in range(DRAWS)]
    supported = sum(_verdict(name, made.run(records)).status == "supported" for records in draws)
    assert supported <= CHANCE


@every_claim
def test_few_repetitions_leave_a_claim_undecided(name: str) -> None:
    made = CASES[name]()
    verdict = _verdict(name, made.run(fewer(made.records, FEWEST_REPETITIONS - 1)))
    assert verdict.status == "undecided"
    assert "what would decide it" in verdict.reason
    nothing = _verdict(name, made.run([]))
    assert nothing.status == "undecided"
    assert "no record here says anything about it" in nothing.reason


def test_a_run_that_is_not_finished_is_not_judged() -> None:
    """With the first half of the learning rates of SGD, Adam would seem to have more of them that work."""
    made = CASES["adam-tuning"]()
    run = made.run()
    half = Run(run.manifest, run.records[:-3], (), run.label)
    verdict = _verdict("adam-tuning", half)
    assert (verdict.status, verdict.evidence) == ("undecided", ())
    assert "not judged: made, of which 3 of 16 cells are missing" in verdict.reason
    assert _verdict("adam-tuning", half, run).status == "supported", "others are"


def test_two_claims_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(statements.__path__[0]) / "dropout_gap.py").read_text(encoding="utf-8")
    (tmp_path / "dropout_gap_again.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(statements, "__path__", [*statements.__path__, str(tmp_path)])
    claims.cache_clear()
    try:
        with pytest.raises(ThreefoldError, match="two claims in report/claims/statements are called 'dropout-gap'"):
            claims()
    finally:
        claims.cache_clear()


def test_a_leader_has_to_be_ahead_of_every_other() -> None:
    """Not only of the one that is best by these very results."""
    made = Made()
    for task in ("names", "movie-reviews"):
        made.task(task, "text").trained(task, "mlp", 0.75, "mlp").trained(task, "transformer", 0.92, "transformer")
        made.trained(task, "gru", 0.85, "recurrent", cell="gru")
    made.trained("names", "cnn", 0.95, "cnn")
    verdict = _verdict("transformers-lead", made.run())
    assert (verdict.status, verdict.places) == ("not supported", {"movie-reviews": "holds", "names": "fails"})


def test_a_lead_is_one_over_each_recurrent_network() -> None:
    """Over the LSTM it grows with the data; over the GRU, which is the better one with many examples, it does not."""
    made = Made("recurrent-and-attention").task("names", "text")
    levels = {
        200: {"lstm": 0.70, "gru": 0.65, "transformer": 0.68},
        6000: {"lstm": 0.75, "gru": 0.85, "transformer": 0.83},
    }
    for examples, networks in levels.items():
        for name, level in networks.items():
            network = "transformer" if name == "transformer" else "recurrent"
            changes = {"network": network, "train_examples": examples}
            made.trained("names", "gru", level, network, overrides=changes, name=f"{name} small, {examples}", cell=name)
    verdict = _verdict("transformers-data", made.run())
    assert {each.contrast.second: each.outcome for each in verdict.evidence} == {
        "lead with 200, over LSTM": "holds",
        "lead with 200, over GRU": "fails",
    }
    assert verdict.status == "not supported"
    assert "names, small: not with 6,000 examples" in verdict.remark


def test_what_was_trained_on_a_part_of_the_data_does_not_stand_for_its_network() -> None:
    made = Made("recurrent-and-attention").task("names", "text").trained("names", "gru", 0.8, "recurrent", cell="gru")
    for network, examples in (("transformer", 200), ("mlp", None)):
        changes = {"network": network} | ({"train_examples": examples} if examples else {})
        made.trained("names", "gru", 0.7, network, overrides=changes, name=f"as {network}")
    (bench,) = Evidence([made.run()]).benches()
    assert [each.cell.network for each in bench.networks] == ["recurrent", "mlp"]


def test_noise_at_small_batches_is_no_difference_of_the_frameworks() -> None:
    """Two frameworks that are equally fast at both batch sizes, of which the small one is measured with more noise."""
    gains = []
    for seed in range(40):
        made = Made(generator=np.random.default_rng(seed))
        for name in ("torch", "keras-tensorflow"):
            made.timed("mlp", {16: 1e-3, 256: 1e-2}, name, noise={16: 0.5, 256: 0.01})
        (judged,) = _verdict("speed-batch-size", made.run()).evidence
        assert judged.gain is not None
        gains.append(judged.gain)
    error = np.std(gains) / np.sqrt(len(gains))
    assert abs(np.mean(gains)) < 3 * error


def test_a_learning_rate_at_the_end_of_the_range_is_named() -> None:
    made = Made("optimizers").task("digits", "images")
    for rate, adam, sgd in ((0.001, 0.9, 0.5), (0.01, 0.95, 0.6), (0.1, 0.9, 0.7)):
        for name, level in (("adam", adam), ("sgd", sgd)):
            changes = {"optimizer": name, "learning_rate": rate}
            made.trained("digits", "cnn", level, "cnn", overrides=changes, name=f"{name} {rate}")
    verdict = _verdict("adam-tuned", made.run())
    assert "SGD on digits in 6 of 6 splits" in verdict.remark
    assert "Adam" not in verdict.remark
    assert "Left out, as most choices of one of the two are: digits." in verdict.remark
    assert verdict.evidence == (), "SGD was not tuned there"


def test_a_kernel_size_that_brings_nothing_more_supports_no_larger_ones() -> None:
    """From one pixel to 3 × 3 much is gained, beyond that nothing."""
    made = Made("depth-and-kernels").task("digits", "images")
    for kernel, level in ((1, 0.5), (3, 0.95), (5, 0.95)):
        changes = {"channels": [16], "kernel_size": kernel}
        made.trained("digits", "cnn", level, "cnn", overrides=changes, name=str(changes))
    assert _verdict("cnn-kernel", made.run()).status == "supported"
    assert _verdict("cnn-kernel-large", made.run()).status == "not supported"


@pytest.fixture(scope="module")
def published() -> list[Run]:
    return read_runs(sorted(path.parent for path in PUBLISHED.glob("**/manifest.json")))


def test_published_claims_follow_their_records(published: list[Run]) -> None:
    """On copies of the published records, results turned around: what was supported falls, and what refuted a claim
    does so no more.
    """
    turned = [_with_records(run, mirrored(run.records)) for run in published]
    decided = 0
    for name, claim in claims().items():
        before, after = (judge(claim, Evidence(runs)) for runs in (published, turned))
        if claim.asks != "ahead" or name in OTHERWISE or before.status == "undecided":
            continue
        decided += 1
        assert before.decisive is not None
        if before.status == "supported":
            assert after.status != "supported", name
        elif before.decisive.outcome != "fails":
            # No place alone decides. Turned around, it may hold where a setting is chosen by validation results: these
            # are turned around as well, and the choice falls on another one.
            assert after.status != "supported" or "settings" in before.decisive.contrast.by, name
        else:
            place, sides = (
                before.decisive.contrast.place,
                (before.decisive.contrast.first, before.decisive.contrast.second),
            )
            (now,) = (
                each
                for each in after.evidence
                if (each.contrast.place, (each.contrast.first, each.contrast.second)) == (place, sides)
            )
            assert (before.decisive.gain, now.gain) != (None, None)
            if abs(before.decisive.gain) < before.decisive.contrast.smallest:  # too small an effect either way
                assert now.gain == pytest.approx(-before.decisive.gain), f"{name} on {place}"
            else:
                assert now.outcome != "fails", f"{name} on {place}"
    assert decided >= 3


def _with_records(run: Run, records: list[Record]) -> Run:
    return Run(run.manifest, tuple(records), run.problems, run.label)
