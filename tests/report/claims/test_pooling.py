"""The mean over a claim's places, by numbers worked out by hand and by simulation."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from report.claims.base import Asks, Claim, Contrast, Status
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.markdown import short_block
from report.claims.measures import Measure
from report.claims.pooling import pooled

SMALLEST = 0.01


def _contrast(gains: Sequence[float], place: str, data: str = "", ratio: float = 0.0, first: str = "CNN") -> Contrast:
    measure = Measure("accuracy", "metric")
    return Contrast(
        place, first, "MLP", "numpy", measure, tuple(gains), SMALLEST, ratio, "run", (), data=data or place
    )  # fmt: skip


def _status(contrasts: Sequence[Contrast]) -> Status:
    return judge(Claim("name", "Sentence", "networks", "ahead", lambda _: contrasts, "", ""), Evidence([])).status


A, B = [0.02, 0.04, 0.03, 0.05], [0.01, -0.01, 0.02, 0.0]


def test_two_data_sets_are_independent() -> None:
    """Welch's t-test of the sum, as the mean of both is half of it."""
    together = pooled([_contrast(A, "a"), _contrast(B, "b")])
    assert together is not None
    assert together.all.value == pytest.approx(np.mean(A + B) / SMALLEST)
    welch = stats.ttest_ind(A, [-gain for gain in B], equal_var=False, alternative="greater")
    assert together.all.p_for == pytest.approx(welch.pvalue)
    two_sided = stats.ttest_ind(A, [-gain for gain in B], equal_var=False).confidence_interval(0.95)
    assert (together.all.low, together.all.high) == pytest.approx(
        (two_sided.low / 2 / SMALLEST, two_sided.high / 2 / SMALLEST)
    )  # fmt: skip


def test_a_claim_that_its_mean_decides_says_so_where_it_is_told_in_short() -> None:
    """On each place alone it is open; README then names the mean beside the places on which it holds."""
    apart = [0.03, -0.005, 0.025, 0.0]
    claim = Claim(
        "name", "Sentence", "networks", "ahead", lambda _: [_contrast(apart, place) for place in "abcdef"], "", ""
    )
    verdict = judge(claim, Evidence([]))
    assert (verdict.status, set(verdict.places.values()), verdict.by_mean) == ("supported", {"open"}, True)
    assert "; 0 of 6 tasks, and the mean" in short_block([verdict])
    one_by_one = judge(replace(claim, contrasts=lambda _: [_contrast(A, place) for place in "ab"]), Evidence([]))
    assert (one_by_one.status, one_by_one.by_mean) == ("supported", False)
    assert short_block([one_by_one]).endswith("; 2 of 2 tasks")


def test_places_of_one_data_set_count_as_one() -> None:
    """The same place twice tells no more than once."""
    once = pooled([_contrast(A, "a"), _contrast(B, "b")])
    twice = pooled(
        [_contrast(A, "a, 1", "a"), _contrast(A, "a, 2", "a"), _contrast(B, "b, 1", "b"), _contrast(B, "b, 2", "b")],
    )
    assert once is not None
    assert twice is not None
    assert (twice.all.value, twice.all.low, twice.all.high) == pytest.approx(
        (once.all.value, once.all.low, once.all.high)
    )


def test_overlapping_training_parts_widen_the_interval() -> None:
    plain, corrected = (
        pooled([_contrast(A, "a", ratio=ratio), _contrast(B, "b", ratio=ratio)]) for ratio in (0.0, 0.5)
    )
    assert plain is not None
    assert corrected is not None
    assert corrected.all.high - corrected.all.low > plain.all.high - plain.all.low


@pytest.mark.parametrize(
    "contrasts",
    [
        [_contrast(A, "a")],
        [_contrast(A, "a"), _contrast(B, "a", first="GRU"), _contrast(B, "b")],
    ],
    ids=["one place", "one of several is picked"],
)
def test_what_cannot_be_averaged_is_not(contrasts: list[Contrast]) -> None:
    assert pooled(contrasts) is None


@pytest.mark.parametrize("asks", ["equal", "not behind"])
def test_what_asks_for_no_lead_is_not_averaged(asks: Asks) -> None:
    """Ahead on one data set and as far behind on the other is not equal."""
    claim = Claim("name", "Sentence", "networks", asks, lambda _: [_contrast(A, "a"), _contrast(B, "b")], "", "")
    assert judge(claim, Evidence([])).pooled is None


OPEN = [0.05, -0.01, 0.04, 0.02]


@pytest.mark.parametrize(
    ("gains", "status"),
    [
        ([OPEN] * 4, "supported"),
        ([OPEN, OPEN, OPEN, [-0.03, -0.031, -0.029, -0.03]], "not supported"),
        ([[gain - 0.025 for gain in OPEN]] * 16, "not supported"),
        ([OPEN], "undecided"),
    ],
    ids=["many open", "one fails", "too small", "one alone"],
)
def test_the_mean_decides_what_no_place_does(gains: list[list[float]], status: Status) -> None:
    assert _status([_contrast(each, str(number)) for number, each in enumerate(gains)]) == status


CLEAR = [0.5, 0.51, 0.49, 0.5]


@pytest.mark.parametrize(
    ("gains", "data", "left_out"),
    [
        ([CLEAR, OPEN, B, B], "abcd", "a"),
        ([CLEAR, CLEAR, CLEAR, B, B], "aaabc", "a"),
        ([CLEAR, B, B], "aaa", "place 0"),
    ],
    ids=["one data set of four", "places of one data set of three", "one place of a single data set"],
)
def test_a_mean_that_one_carries_decides_nothing(gains: list[list[float]], data: str, left_out: str) -> None:
    contrasts = [_contrast(each, f"place {number}", data[number]) for number, each in enumerate(gains)]
    together = pooled(contrasts)
    assert together is not None
    assert together.all.p_for < 0.025, "the mean itself is above 0"
    assert not together.holds
    assert f"without {left_out} " in together.text
    assert _status(contrasts) == "undecided"


def test_chance_is_taken_for_a_gain_no_more_often_than_it_may_be() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(1000):
        contrasts = [_contrast(list(generator.normal(0.0, 0.02, 5)), place) for place in "abc"]
        together = pooled(contrasts)
        assert together is not None
        held += together.all.p_for < 0.025
    assert held / 1000 < 0.025 + 3 * np.sqrt(0.025 * 0.975 / 1000)
