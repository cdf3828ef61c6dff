"""A colour, marker and line style for each implementation and each network, the same in every figure."""

from collections.abc import Iterable, Sequence

from report.figures.plain import Dashes, Entry, Look
from report.text.naming import ARCHITECTURE_ORDER, IMPLEMENTATION_ORDER, implementation_rank, one_line

#: Colours that the colour-blind can distinguish: ten of seaborn's palette "colorblind" (after Okabe & Ito 2008), and
#: three darker ones of Paul Tol's scheme "muted".
COLOURS = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9",
    "#332288", "#117733", "#882255",
)  # fmt: skip
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "p", "h", "*", "d")
#: Drawn one over another in this order, so that a line shows through the gaps of those that cover it.
DASHES: tuple[Dashes, ...] = (
    "-",
    (0.0, (6.0, 2.0)),
    (0.0, (3.0, 2.0)),
    (0.0, (5.0, 1.0, 1.0, 1.0)),
    (0.0, (1.0, 1.2)),
)

#: Baselines, which are lines without markers.
BASELINE = Look("0.3", "", ":")


def look_of(implementation: str, known: Sequence[str]) -> Look:
    """An implementation's colour, marker and line style.

    Args:
        known: all implementations of the report, by which one that is in no list gets its place.
    """
    return _look(implementation, IMPLEMENTATION_ORDER, known)


def look_of_architecture(label: str, known: Sequence[str]) -> Look:
    """A network's, for figures of what does not depend on the implementation; `known` are all labels shown."""
    return _look(label, ARCHITECTURE_ORDER, known)


def legend_of(implementations: Iterable[str], known: Sequence[str]) -> tuple[Entry, ...]:
    """The implementations in the order of the tables."""
    return tuple(
        Entry(one_line(name).lstrip("_"), look_of(name, known))
        for name in sorted(set(implementations), key=implementation_rank)
    )


def _look(name: str, order: Sequence[str], known: Sequence[str]) -> Look:
    index = [*order, *sorted(set(known) - set(order))].index(name)
    return Look(COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)], DASHES[index % len(DASHES)])
