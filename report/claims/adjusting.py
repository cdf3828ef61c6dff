"""p-values of a claim's contrasts, adjusted for what is picked.

At a place one side (what comes first in a contrast) is enough, and has to hold beside each result that it is held to.
So a place has one p-value for the claim: of a side the largest, since all have to hold (Berger 1982, "Multiparameter
hypothesis testing and acceptance sampling", Technometrics 24: no adjustment), and of the sides the smallest times their
number (Bonferroni). A claim has to hold at all of its places, so that these are not adjusted for each other either: the
claim is supported wrongly with a probability below α, though each single place may be. Against the claim it is the
other way round, and one place is enough: places are adjusted by Holm's method (1979), and one contradicts wrongly
anywhere with a probability below α.

A contrast's own p-value is multiplied by what its place's was, and is no smaller than that of the place before, so that
contrasts and places come out alike.
"""

from collections.abc import Sequence
from typing import TypeAlias

#: A place, and what comes first there.
Side: TypeAlias = tuple[str, str]


def adjusted_for(sides: Sequence[Side], p_values: Sequence[float | None]) -> list[float | None]:
    """Of the hypotheses that it is not as the claim says; over places not adjusted.

    Args:
        sides: of each contrast.
        p_values: of each contrast, None for one that was not tested.
    """
    named: dict[str, set[str]] = {}
    for place, first in sides:
        named.setdefault(place, set()).add(first)
    pairs = zip(sides, p_values, strict=True)
    return [None if p is None else min(1.0, p * len(named[place])) for (place, _), p in pairs]


def adjusted_against(sides: Sequence[Side], p_values: Sequence[float | None]) -> list[float | None]:
    """Of the hypotheses that it is as the claim says, by Holm over places; arguments as for `adjusted_for`."""
    places: dict[str, dict[str, list[float]]] = {}
    tested: dict[str, list[tuple[int, str, float]]] = {}
    for number, ((place, first), p) in enumerate(zip(sides, p_values, strict=True)):
        # Nothing is known of what was not tested: it neither holds nor fails.
        places.setdefault(place, {}).setdefault(first, []).append(1.0 if p is None else p)
        if p is not None:
            tested.setdefault(place, []).append((number, first, p))
    # Of a side the contrast that contradicts most is picked; all sides of a place have to contradict.
    whole = {place: min(1.0, max(min(ps) * len(ps) for ps in here.values())) for place, here in places.items()}
    adjusted: list[float | None] = [None] * len(sides)
    before = 0.0
    for rank, place in enumerate(sorted(tested, key=lambda place: (whole[place], place))):
        for number, first, p in tested[place]:
            adjusted[number] = min(1.0, max(before, p * len(places[place][first]) * (len(tested) - rank)))
        before = max(before, whole[place] * (len(tested) - rank))
    return adjusted
