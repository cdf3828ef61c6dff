"""How often a claim that is not so is supported, by chance alone: for each kind of rule, where chance has most room.

Repetitions are drawn as the rule takes them to be: with the correlation of overlapping training parts for which Nadeau
& Bengio (2003) correct, and with places of one data set that go up and down together.
What is not so is put where it is hardest to tell: a gain of nothing, or a difference of exactly the margin.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pytest

from report.claims.base import Asks, Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.measures import Measure

ACCURACY = Measure("accuracy", "metric")
SMALLEST = 0.01
#: Spread of a repetition: small enough that a difference of the margin would be seen, large enough that chance has one.
SPREAD = 0.02
DRAWS = 500
Draw = Callable[[np.random.Generator], list[Contrast]]


def _gains(generator: np.random.Generator, level: float, count: int, ratio: float, spread: float) -> np.ndarray:
    """Repetitions that share as much as the correction takes overlapping training parts to share."""
    shared = ratio / (1 + ratio)
    common, own = generator.standard_normal(), generator.standard_normal(count)
    return level + spread * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own)


def _contrast(
    gains: Sequence[float], place: str, first: str = "CNN", second: str = "MLP", ratio: float = 0.0, data: str = ""
) -> Contrast:
    return Contrast(
        place, first, second, "numpy", ACCURACY, tuple(map(float, gains)), SMALLEST, ratio, "run", (),
        data=data or place,
    )  # fmt: skip


def places(
    levels: Sequence[float],
    generator: np.random.Generator,
    counts: Sequence[int] = (5,),
    ratio: float = 0.0,
    spreads: Sequence[float] = (SPREAD,),
) -> list[Contrast]:
    """A contrast a data set, of these true gains; repetitions and spreads by turns."""
    return [
        _contrast(
            _gains(generator, level, counts[number % len(counts)], ratio, spreads[number % len(spreads)]),
            f"task {number}",
            ratio=ratio,
        )
        for number, level in enumerate(levels)
    ]


def one_data_set(levels: Sequence[float], generator: np.random.Generator) -> list[Contrast]:
    """Places of one data set, which all go up and down with its splits."""
    together = _gains(generator, 0.0, 5, 0.0, SPREAD)
    return [_contrast(level + together, f"digits, {number}", data="digits") for number, level in enumerate(levels)]


def opponents(count: int, generator: np.random.Generator) -> list[Contrast]:
    """Beside one of several opponents there is nothing gained; beside the others there is much."""
    own = _gains(generator, 0.0, 5, 0.0, SPREAD)
    return [
        _contrast(own + (0.2 if number else 0.0) + generator.normal(0, SPREAD / 4, 5), "task", "CNN", f"other {number}")
        for number in range(count)
    ]


def sides(count: int, generator: np.random.Generator) -> list[Contrast]:
    """Of several that come first, each of which is enough, none is ahead."""
    return [_contrast(_gains(generator, 0.0, 5, 0.0, SPREAD), "task", f"net {number}") for number in range(count)]


def counts(generator: np.random.Generator) -> list[Contrast]:
    """One more or one less, with equal chances: five times the same has no variance, but is no rarity."""
    return [_contrast(SMALLEST * generator.choice((-1.0, 1.0), 5), "task")]


#: Kind of rule -> what the claim asks, and its contrasts.
RULES: Mapping[str, tuple[Asks, Draw]] = {
    "one place": ("ahead", partial(places, (0.0,))),
    "one place, folds that overlap": ("ahead", partial(places, (0.0,), counts=(15,), ratio=0.5)),
    "one place, three repetitions": ("ahead", partial(places, (0.0,), counts=(3,))),
    "one place, counts": ("ahead", counts),
    "every opponent of a place": ("ahead", partial(opponents, 3)),
    "any side of a place": ("ahead", partial(sides, 3)),
    "the mean of two": ("ahead", partial(places, (0.0,) * 2)),
    "the mean of five": ("ahead", partial(places, (0.0,) * 5)),
    "the mean of five, unlike in spread and number": (
        "ahead", partial(places, (0.0,) * 5, counts=(3, 10), spreads=(SPREAD, 5 * SPREAD)),
    ),
    "the mean of places that disagree": ("ahead", partial(places, (0.03, -0.03, 0.03, -0.03))),
    "the mean of one data set": ("ahead", partial(one_data_set, (0.0,) * 4)),
    "one place of four is ahead": ("ahead", partial(places, (0.3, 0.0, 0.0, 0.0))),
    "one place of two is ahead": ("ahead", partial(places, (0.3, 0.0))),
    "all places but one are ahead, as many tests as places": ("not behind", partial(places, (0.1, 0.1, -SMALLEST))),
    "no worse": ("not behind", partial(places, (-SMALLEST,), counts=(10,), spreads=(SPREAD / 4,))),
    "equal": ("equal", partial(places, (SMALLEST,), counts=(10,), spreads=(SPREAD / 4,))),
    "equal at every place": ("equal", partial(places, (0.0, 0.0, SMALLEST), counts=(10,), spreads=(SPREAD / 4,))),
}  # fmt: skip


def rate(asks: Asks, draw: Draw, draws: int) -> float:
    """The share of claims that are supported."""
    generator = np.random.default_rng(0)
    supported = 0
    for _ in range(draws):
        claim = Claim("name", "Sentence", "networks", asks, lambda _: draw(generator), "", "")
        supported += judge(claim, Evidence([])).status == "supported"
    return supported / draws


@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_so_is_supported_once_in_twenty_times_at_most(rule: str) -> None:
    """Of 500 draws; as many more as chance leaves room for at a true rate of 5 % (two standard errors)."""
    assert rate(*RULES[rule], DRAWS) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / DRAWS)


def test_what_is_so_is_supported() -> None:
    """A rule that supports nothing would pass all of the above."""
    assert rate("ahead", partial(places, (0.03,) * 5), 50) > 0.8
    assert rate("ahead", partial(one_data_set, (0.08,) * 3), 50) > 0.8
    assert rate("not behind", partial(places, (0.0,), counts=(10,), spreads=(SPREAD / 4,)), 50) > 0.8
    assert rate("equal", partial(places, (0.0,), counts=(10,), spreads=(SPREAD / 4,)), 50) > 0.8
