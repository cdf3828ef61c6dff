"""p-values of a claim's contrasts, adjusted over its places by Holm (1979).

At a place one side (what comes first in a contrast) is enough, and has to hold beside each result that it is held to.
So a place has one p-value for the claim: of a side the largest, since all have to hold (Berger 1982, "Multiparameter
hypothesis testing and acceptance sampling", Technometrics 24: no adjustment), and of the sides the smallest times their
number (Bonferroni). Against the claim it is the other way round. Places are then adjusted by Holm's method: what is
said of any place is wrong anywhere with a probability below α.

A contrast's own p-value is multiplied by what its place's was, and is no smaller than that of the place before, so that
contrasts and places come out alike.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

#: A place, and what comes first there.
Side: TypeAlias = tuple[str, str]


def adjusted_for(sides: Sequence[Side], p_values: Sequence[float | None]) -> list[float | None]:
    """Of the hypotheses that it is not as the claim says.

    Args:
        sides: of each contrast.
        p_values: of each contrast, None for one that was not tested.
    """
    return _holm(sides, p_values, of_side=max, of_place=lambda ps: min(ps) * len(ps), factor=_sides_of_its_place)


def adjusted_against(sides: Sequence[Side], p_values: Sequence[float | None]) -> list[float | None]:
    """Of the hypotheses that it is as the claim says; arguments as for `adjusted_for`."""
    return _holm(sides, p_values, of_side=lambda ps: min(ps) * len(ps), of_place=max, factor=_others_of_its_side)


def _holm(
    sides: Sequence[Side],
    p_values: Sequence[float | None],
    of_side: Callable[[Sequence[float]], float],
    of_place: Callable[[Sequence[float]], float],
    factor: Callable[[Mapping[str, list[float]], str], int],
) -> list[float | None]:
    places: dict[str, dict[str, list[float]]] = {}
    tested: dict[str, list[tuple[int, str, float]]] = {}
    for number, ((place, first), p) in enumerate(zip(sides, p_values, strict=True)):
        # Nothing is known of what was not tested: it neither holds nor fails.
        places.setdefault(place, {}).setdefault(first, []).append(1.0 if p is None else p)
        if p is not None:
            tested.setdefault(place, []).append((number, first, p))
    whole = {place: min(1.0, of_place([of_side(ps) for ps in here.values()])) for place, here in places.items()}
    adjusted: list[float | None] = [None] * len(sides)
    before = 0.0
    for rank, place in enumerate(sorted(tested, key=lambda place: (whole[place], place))):
        for number, first, p in tested[place]:
            adjusted[number] = min(1.0, max(before, p * factor(places[place], first) * (len(tested) - rank)))
        before = max(before, whole[place] * (len(tested) - rank))
    return adjusted


def _sides_of_its_place(sides: Mapping[str, list[float]], _first: str) -> int:
    return len(sides)


def _others_of_its_side(sides: Mapping[str, list[float]], first: str) -> int:
    return len(sides[first])
