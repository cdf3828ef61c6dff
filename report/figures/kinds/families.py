"""The heat map of the first screen: network families by implementation, time of an epoch relative to PyTorch."""

import math
from collections.abc import Iterator

from report.figures.base import FigureKind, Sources
from report.figures.plain import Drawing, Figure, HeatPanel
from report.tables.families import FULL_COLOUR, SIGNS, FamilyRow, family_title, short_ratio
from report.text.naming import implementation_rank, one_line


def plan(sources: Sources) -> Iterator[Figure]:
    """One panel: a row a family and device, a column an implementation."""
    rows = {(row.family, row.device): row for row in sources.families}
    names = sorted({row.implementation for row in sources.families}, key=implementation_rank)
    cells = {(row.family, row.device, row.implementation): row for row in sources.families}
    if not any(row.ratio is not None for row in sources.families):
        return
    devices = {device for _, device in rows}
    values, texts = [], []
    for place in rows:
        here = [cells.get((*place, name)) for name in names]
        values.append(tuple(None if row is None or row.ratio is None else math.log2(row.ratio) for row in here))
        texts.append(tuple("" if row is None else _text(row) for row in here))
    title = "Time of a training epoch relative to PyTorch (eager), by network family"
    yield Figure(
        name="families",
        title=title,
        caption="Geometric mean over the family's networks of the time of a training epoch over PyTorch's: below 1 "
        f"(blue) is faster, above (red) slower. {', '.join(f'{sign} {mark}' for mark, sign in SIGNS.items())}.",
        alternative=f"{title}: a heat map, a row for each family and a column for each of {', '.join(names)}; the "
        "table of families has the numbers.",
        drawing=Drawing(
            panels=(
                HeatPanel(
                    title="",
                    rows=tuple(
                        one_line(family_title(family) + (f", {device}" if len(devices) > 1 else ""))
                        for family, device in rows
                    ),
                    columns=tuple(names),
                    colors="RdBu_r",
                    low=-math.log2(FULL_COLOUR),
                    high=math.log2(FULL_COLOUR),
                    values=tuple(values),
                    texts=tuple(texts),
                ),
            ),
            columns=2,
            heights=(0.7 + 0.42 * len(rows),),
        ),
        section="summary",
        shown="linked",
    )


def _text(row: FamilyRow) -> str:
    return f"{short_ratio(row)} {SIGNS[row.mark] if row.mark else ''}".strip()


KIND = FigureKind("families", "summary", plan, detail=False)
