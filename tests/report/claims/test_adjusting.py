"""A claim's p-values: Holm over its places, of which each has one."""

from collections.abc import Callable

import numpy as np
import pytest

from report.claims.adjusting import adjusted_against, adjusted_for
from report.statistics.paired import holm

P = [0.01, 0.04, 0.002, 0.3]


def test_with_one_contrast_a_place_it_is_holm() -> None:
    sides = [(str(number), "CNN") for number in range(4)]
    assert adjusted_for(sides, P) == P, "it has to hold at all places"
    assert adjusted_against(sides, P) == pytest.approx(holm(P))


def test_what_was_not_tested_is_no_place() -> None:
    sides = [("a", "CNN"), ("b", "CNN"), ("c", "CNN")]
    assert adjusted_against(sides, [0.01, None, 0.02]) == [pytest.approx(0.02), None, pytest.approx(0.02)]
    assert adjusted_for(sides, [0.01, None, 0.02]) == [0.01, None, 0.02]


def test_a_side_has_to_hold_beside_each_and_one_that_contradicts_is_picked_of_them() -> None:
    sides = [("a", "CNN"), ("a", "CNN"), ("b", "CNN")]
    assert adjusted_for(sides, [0.01, 0.03, 0.04]) == [0.01, 0.03, 0.04], "no factor for the two"
    assert adjusted_against(sides, [0.01, 0.03, 0.04]) == pytest.approx([0.04, 0.12, 0.04]), "the smaller one of two"


def test_one_side_is_picked_of_several_and_all_have_to_contradict() -> None:
    sides = [("a", "LSTM"), ("a", "GRU"), ("b", "GRU")]
    assert adjusted_for(sides, [0.01, 0.03, 0.04]) == pytest.approx([0.02, 0.06, 0.04])
    assert adjusted_against(sides, [0.01, 0.03, 0.04]) == pytest.approx([0.02, 0.06, 0.06])


@pytest.mark.parametrize("adjusted", [adjusted_for, adjusted_against])
def test_a_family_errs_no_more_often_than_it_may(adjusted: Callable[..., list[float | None]]) -> None:
    """Under chance alone, p-values are uniform: a wrong word on the claim has a probability of at most α."""
    generator = np.random.default_rng(0)
    sides = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "x"), ("c", "x"), ("c", "x"), ("c", "y"), ("d", "x")]
    draws, wrong = 1500, 0
    for _ in range(draws):
        p_values = adjusted(sides, list(generator.uniform(size=len(sides))))
        low = {side: [p < 0.05 for s, p in zip(sides, p_values, strict=True) if s == side] for side in set(sides)}
        every = adjusted is adjusted_for
        of_side = {side: all(here) if every else any(here) for side, here in low.items()}
        of_place = [
            [value for side, value in of_side.items() if side[0] == place] for place in sorted({s[0] for s in sides})
        ]
        wrong += all(map(any, of_place)) if every else any(map(all, of_place))
    assert wrong / draws < 0.05 + 3 * np.sqrt(0.05 * 0.95 / draws)
    assert every or wrong / draws > 0.005, "and it can say something"
