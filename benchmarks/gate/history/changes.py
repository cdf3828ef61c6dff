"""Change points of a history: ruptures proposes, a resampling test of the largest statistic decides.

Three things that other tools report are no changes here: a single spike (isolated outliers are replaced by their
neighbours' median before anything is looked for), a point near an end of a series (a level has at least `MIN_LEVEL`
points), and what chance makes of many looks (the best split of a window is compared with the best splits of windows
without a change, sampled in blocks from the series' own noise, and p is corrected for all figures).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt
import ruptures

from benchmarks.gate.history.lines import HistoryLine, segments_of

#: Points that make a level; what is nearer to an end of a series is not judged yet.
MIN_LEVEL = 4
#: Lines of a segment from which changes can be found.
ENOUGH = 2 * MIN_LEVEL
#: A spike is this many scaled median absolute deviations away from the median of the points around it (Hampel 1974).
SPIKE = 4.0
#: Share of a level's points that are nearer to it than to the other one: two late points do not make a level of four.
ON_THEIR_SIDE = 0.8
#: Consecutive points that are sampled together: neighbours resemble each other.
BLOCK = 3
RESAMPLES = 9_999
#: Error probability of all figures of a segment together.
ALPHA = 0.01
#: Share by which a level has to differ.
THRESHOLD = 0.03


@dataclass(frozen=True)
class Change:
    """A level that ended, and the one that began."""

    figure: str
    #: Number of the segment that it is in.
    segment: int
    #: Last commit before and first commit after: the change is in `before..after`.
    before: str
    after: str
    #: New level ÷ old level.
    ratio: float
    p_value: float
    #: The first commit of the change that took it back; None if none did.
    undone_by: str | None = None

    @property
    def commit_range(self) -> str:
        """As git takes it."""
        return f"{self.before[:12]}..{self.after[:12]}"


def changes_of(lines: Sequence[HistoryLine], threshold: float = THRESHOLD) -> list[Change]:
    """All changes of all figures, segment by segment, in the order of their commits.

    Args:
        lines: of a history, in the order of their commits.
        threshold: share by which a level has to differ.
    """
    changes = []
    for number, segment in enumerate(segments_of(lines)):
        names = list(dict.fromkeys(name for line in segment for name in line.normalized))
        for name in names:
            having = [line for line in segment if name in line.normalized]
            values = np.log([line.normalized[name] for line in having])
            p_values = level_changes(values, ALPHA / len(names), threshold)
            changes += _named(name, number, having, values, p_values, threshold)
    places = {line.commit: place for place, line in enumerate(lines)}
    return sorted(changes, key=lambda change: places[change.after])


def level_changes(values: npt.NDArray[np.float64], alpha: float, threshold: float = THRESHOLD) -> Mapping[int, float]:
    """First points of new levels -> p of the change.

    Args:
        values: (points,), logarithms.
        alpha: error probability of the whole series.
        threshold: share by which a level has to differ.
    """
    if len(values) < ENOUGH:
        return {}
    smooth = without_spikes(values)
    noise = _noise(smooth)
    if noise == 0.0 and float(np.ptp(smooth)) == 0.0:
        return {}
    # A penalty that proposes too many: what is not significant is taken out again below.
    penalty = max(noise**2, 1e-12) * 2 * math.log(len(values))
    proposed = ruptures.Pelt(model="l2", min_size=MIN_LEVEL, jump=1).fit(smooth[:, None]).predict(pen=penalty)[:-1]
    places = [int(place) for place in proposed]
    while places:
        p_values = {place: _p_value(smooth, places, place, threshold) for place in places}
        if max(p_values.values()) <= alpha:
            return p_values
        # The smallest first: without it, the levels beside it are longer, and say more about the others.
        places.remove(min(places, key=lambda place: _gain(smooth, places, place)))
    return {}


def without_spikes(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Single outliers replaced by the median of the two points on either side."""
    smooth = values.copy()
    scale = _noise(values)
    for place in range(len(values)):
        around = [values[near] for near in range(place - 2, place + 3) if 0 <= near < len(values) and near != place]
        middle = median(around)
        neighbours = [values[near] for near in (place - 1, place + 1) if 0 <= near < len(values)]
        alone = all(abs(values[place] - near) > SPIKE * scale for near in neighbours)
        if alone and abs(values[place] - middle) > SPIKE * scale:
            smooth[place] = middle
    return smooth


def _noise(values: npt.NDArray[np.float64]) -> float:
    """Standard deviation within a level, from the differences of neighbours, which a few changes do not move."""
    return float(np.median(np.abs(np.diff(values)))) / 0.6745 / math.sqrt(2)


def _gain(values: npt.NDArray[np.float64], places: Sequence[int], place: int) -> float:
    """How much of the sum of squares the split at this place takes away."""
    edges = [0, *places, len(values)]
    at = edges.index(place)
    left, right = values[edges[at - 1] : place], values[place : edges[at + 1]]
    share = len(left) * len(right) / (len(left) + len(right))
    return share * float(left.mean() - right.mean()) ** 2


def _p_value(values: npt.NDArray[np.float64], places: Sequence[int], place: int, threshold: float) -> float:
    """Of "the levels on both sides of the place are one", by the best split between the places beside it.

    It is compared with the best splits of windows as long, made of blocks of what the other levels leave unexplained.
    """
    edges = [0, *places, len(values)]
    at = edges.index(place)
    start, end = edges[at - 1], edges[at + 1]
    if not _are_levels(values[start:place], values[place:end], threshold):
        return 1.0
    generator = np.random.default_rng(0)
    starts = generator.integers(len(values), size=(RESAMPLES, -(-(end - start) // BLOCK)))
    offsets = (starts[:, :, None] + np.arange(BLOCK)).reshape(RESAMPLES, -1)[:, : end - start] % len(values)
    by_chance = _best_split(_residuals(values, [edge for edge in edges if edge != place])[offsets])
    larger = int(np.count_nonzero(by_chance >= _best_split(values[None, start:end])[0]))
    return (larger + 1) / (RESAMPLES + 1)


def _are_levels(old: npt.NDArray[np.float64], new: npt.NDArray[np.float64], threshold: float) -> bool:
    """Whether they differ by enough, and nearly all points are on their own side of the middle between them."""
    levels = float(np.median(old)), float(np.median(new))
    if abs(levels[1] - levels[0]) < math.log1p(threshold):
        return False
    sign, middle = math.copysign(1.0, levels[1] - levels[0]), sum(levels) / 2
    shares = np.mean(sign * (old - middle) < 0), np.mean(sign * (new - middle) > 0)
    return bool(min(shares) >= ON_THEIR_SIDE)


def _residuals(values: npt.NDArray[np.float64], edges: Sequence[int]) -> npt.NDArray[np.float64]:
    """What the levels leave unexplained, as much larger as the levels' means have made it smaller."""
    left = np.concatenate([values[a:b] - values[a:b].mean() for a, b in pairwise(edges)])
    spare = max(len(values) - len(edges) + 1, 1)
    enlarged: npt.NDArray[np.float64] = left * math.sqrt(len(values) / spare)
    return enlarged


def _best_split(series: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(series,): of each, the most that a split into two levels takes away from the sum of squares."""
    points = series.shape[1]
    centred = series - series.mean(axis=1, keepdims=True)
    sums = np.cumsum(centred, axis=1)[:, MIN_LEVEL - 1 : points - MIN_LEVEL]
    first = np.arange(MIN_LEVEL, points - MIN_LEVEL + 1)
    best: npt.NDArray[np.float64] = (sums**2 * (1 / first + 1 / (points - first))).max(axis=1)
    return best


def _named(
    name: str,
    segment: int,
    lines: Sequence[HistoryLine],
    values: npt.NDArray[np.float64],
    p_values: Mapping[int, float],
    threshold: float,
) -> list[Change]:
    """Changes with their commits; one that a later change takes back to the old level is marked."""
    edges = [0, *p_values, len(values)]
    levels = [float(np.median(values[a:b])) for a, b in pairwise(edges)]
    changes = []
    for number, (place, p_value) in enumerate(p_values.items()):
        old = levels[number]
        back = next((n for n in range(number + 2, len(levels)) if abs(levels[n] - old) < math.log1p(threshold)), None)
        changes.append(
            Change(
                figure=name,
                segment=segment,
                before=lines[place - 1].commit,
                after=lines[place].commit,
                ratio=math.exp(levels[number + 1] - old),
                p_value=p_value,
                undone_by=None if back is None else lines[edges[back]].commit,
            )
        )
    return changes
