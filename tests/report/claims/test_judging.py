"""What a claim's contrasts come out as, alone and together."""

from collections.abc import Sequence

import pytest

from report.claims.base import Asks, Claim, Contrast, Outcome
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.measures import TIME, Measure
from report.claims.verdict import Verdict
from report.claims.wording import effect_text, places_text

ACCURACY = Measure("accuracy", "metric")
MARGIN = 0.005


def _contrast(
    gains: Sequence[float], place: str = "digits", first: str = "CNN", second: str = "MLP", ratio: float = 0.0
) -> Contrast:
    """On a data set called as the place is, up to a comma."""
    data = place.partition(",")[0]
    return Contrast(place, first, second, "numpy", ACCURACY, tuple(gains), MARGIN, ratio, "run", ("key",), data=data)


def _verdict(contrasts: Sequence[Contrast], asks: Asks = "ahead", fewest_data_sets: int = 1) -> Verdict:
    claim = Claim(
        "name", "Sentence", "networks", asks, lambda _: contrasts, "", "a study", fewest_data_sets=fewest_data_sets
    )
    return judge(claim, Evidence([]))


@pytest.mark.parametrize(
    ("asks", "gains", "outcome"),
    [
        ("ahead", [0.02, 0.021, 0.019], "holds"),
        ("ahead", [0.002, 0.0021, 0.0019], "fails"),
        ("ahead", [-0.02, -0.021, -0.019], "fails"),
        ("ahead", [0.02, 0.04, -0.03], "open"),
        ("ahead", [0.02, 0.021], "untested"),
        # No variance: as many coins that fall alike are no evidence, or some.
        ("ahead", [0.0] * 5, "open"),
        ("ahead", [0.0] * 6, "fails"),
        ("ahead", [0.02] * 5, "open"),
        ("ahead", [0.02] * 6, "holds"),
        ("not behind", [0.02, 0.021, 0.019], "holds"),
        ("not behind", [-0.002, -0.0021, -0.0019], "holds"),
        ("not behind", [-0.02, -0.021, -0.019], "fails"),
        ("not behind", [0.02, 0.04, -0.03], "open"),
        ("equal", [0.0, 0.0, 0.0], "holds"),
        ("equal", [0.001, -0.001, 0.0005], "holds"),
        ("equal", [0.02, 0.021, 0.019], "fails"),
        ("equal", [0.02, 0.04, -0.03], "open"),
    ],
)
def test_a_contrast_is_tested_against_what_the_claim_says(asks: Asks, gains: list[float], outcome: Outcome) -> None:
    (judged,) = _verdict([_contrast(gains)], asks).evidence
    assert judged.outcome == outcome


def test_training_parts_that_overlap_widen_the_interval() -> None:
    plain, corrected = (_verdict([_contrast([0.02, 0.03, 0.01], ratio=ratio)]).evidence[0] for ratio in (0.0, 0.5))
    assert plain.low is not None
    assert corrected.low is not None
    assert corrected.low < plain.low


def test_what_has_to_hold_everywhere_is_not_adjusted_and_what_may_fail_anywhere_is() -> None:
    """p is 0.01 for each alone."""
    gains = [0.02, 0.024, 0.014, 0.03]
    for first, asks, outcome in ((1, "ahead", "holds"), (-1, "not behind", "fails")):
        one = [first * gain for gain in gains]
        (alone,) = _verdict([_contrast(one)], asks).evidence  # type: ignore[arg-type]  # one of the literals
        assert alone.outcome == outcome
        many = _verdict([_contrast(one, f"task {number}") for number in range(20)], asks)  # type: ignore[arg-type]  # one of the literals
        assert {each.outcome for each in many.evidence} == {"holds" if first > 0 else "open"}


GOOD, BAD, OPEN = [0.02, 0.021, 0.019], [-0.02, -0.021, -0.019], [0.02, 0.04, -0.03]


@pytest.mark.parametrize(
    ("contrasts", "status"),
    [
        ([_contrast(GOOD, "a"), _contrast(GOOD, "b")], "supported"),
        ([_contrast(GOOD, "a"), _contrast(BAD, "b")], "not supported"),
        ([_contrast(GOOD, "a"), _contrast(OPEN, "b")], "undecided"),
        ([_contrast(GOOD, "a"), _contrast([0.02], "b")], "undecided"),
        ([_contrast(GOOD, "a"), _contrast(GOOD, "b"), _contrast([-0.5], "c")], "supported"),
        ([_contrast(GOOD, "a"), _contrast(BAD, "a", "RNN"), _contrast(GOOD, "b")], "supported"),
        ([_contrast(BAD, "a"), _contrast(OPEN, "a", "RNN"), _contrast(GOOD, "b")], "undecided"),
        ([_contrast(BAD, "a"), _contrast(BAD, "a", "RNN"), _contrast(GOOD, "b")], "not supported"),
        ([_contrast(GOOD, "a"), _contrast(BAD, "a", second="GRU"), _contrast(GOOD, "b")], "not supported"),
        ([_contrast(GOOD, "a"), _contrast(OPEN, "a", second="GRU"), _contrast(GOOD, "b")], "undecided"),
        ([_contrast(GOOD, "a"), _contrast([0.1], "a", second="GRU"), _contrast(GOOD, "b")], "undecided"),
        ([_contrast(GOOD, "a"), _contrast(GOOD, "a", second="GRU"), _contrast(GOOD, "b")], "supported"),
        ([_contrast(GOOD, "a, 3 × 3"), _contrast(GOOD, "a, 5 × 5")], "undecided"),
    ],
)
def test_a_verdict_is_about_every_place(contrasts: list[Contrast], status: str) -> None:
    """A sentence on a kind of data needs two data sets; at a place one side is enough, beside all it is held to."""
    assert _verdict(contrasts, fewest_data_sets=2).status == status


def test_of_several_runs_the_one_with_most_repetitions_counts() -> None:
    (judged,) = _verdict([_contrast(BAD), _contrast([*GOOD, 0.02])]).evidence
    assert judged.outcome == "holds"
    assert len(judged.contrast.gains) == 4


def test_the_effect_is_that_of_the_place_where_it_holds_least() -> None:
    decisive = _verdict([_contrast(GOOD, "a"), _contrast([0.05, 0.051, 0.049], "b")]).decisive
    assert decisive is not None
    assert decisive.contrast.place == "a"
    assert effect_text(decisive) == "+2.00 points of accuracy (+1.75 to +2.25)"


def test_the_difference_that_decides_an_equality_is_the_largest_in_either_direction() -> None:
    near, far = _contrast([-0.001, -0.0011, -0.0009], "a"), _contrast([0.002, 0.0021, 0.0019], "b")
    decisive = _verdict([near, far], "equal").decisive
    assert decisive is not None
    assert decisive.contrast.place == "b"


def test_how_many_places_hold_and_fail_is_said() -> None:
    verdict = _verdict([_contrast(GOOD, "a"), _contrast(BAD, "b"), _contrast(GOOD, "c"), _contrast([0.1], "d")])
    assert verdict.status == "not supported"
    assert places_text(verdict) == "holds on 2 of 3 tasks, fails on 1"


def test_times_are_written_as_a_factor() -> None:
    gains = (0.693, 0.694, 0.692)
    contrast = Contrast("digits", "torch", "numpy", "", TIME, gains, 0.1, 0.0, "run", (), data="digits")
    assert effect_text(_verdict([contrast]).evidence[0]).startswith("0.5001 × the time (0.4988 to ")


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (["digits, 3 × 3", "digits, 5 × 5"], "Sentence (tested on digits alone)"),
        (["digits", "wine"], "Sentence"),
        ([], "Sentence"),
    ],
)
def test_a_claim_that_rests_on_one_data_set_says_so(places: list[str], sentence: str) -> None:
    assert _verdict([_contrast(GOOD, place) for place in places]).sentence == sentence


def test_what_was_not_tested_is_no_second_data_set() -> None:
    assert _verdict([_contrast(GOOD, "digits"), _contrast([0.1], "wine")]).sentence.endswith("(tested on digits alone)")


def test_of_a_side_that_holds_the_opponent_that_comes_nearest_decides() -> None:
    far, near = _contrast([0.05, 0.051, 0.049], "a", second="MLP"), _contrast(GOOD, "a", second="GRU")
    decisive = _verdict([far, near]).decisive
    assert decisive is not None
    assert decisive.contrast.second == "GRU"


def test_what_was_not_tested_decides_nothing() -> None:
    decisive = _verdict([_contrast(GOOD, "a", second="MLP"), _contrast([-9.0], "a", second="GRU")]).decisive
    assert decisive is not None
    assert decisive.contrast.second == "MLP"
