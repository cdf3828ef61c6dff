"""Reports whose figures are computed and not drawn, for tests of something else: drawing takes most of the time."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def draw_nothing() -> None:
    """From now on this process puts an empty picture in the place of each figure."""
    from report.figures.making import Drawers
    from report.figures.ownership import SIGNS

    pictures = {
        ".svg": b'<svg xmlns="http://www.w3.org/2000/svg"><metadata>' + SIGNS[".svg"] + b"</metadata></svg>",
        ".png": SIGNS[".png"],
    }

    def draw(drawers: Any, figures: Any) -> None:
        for figure in figures:
            for name in figure.files:
                (drawers.folder / name).write_bytes(pictures[Path(name).suffix])

    Drawers.start = lambda _: None  # type: ignore[method-assign]  # no process either
    Drawers.begin = draw  # type: ignore[method-assign]  # a stand-in


@contextlib.contextmanager
def drawing_nothing() -> Iterator[None]:
    """The same for as long as the context lasts."""
    from report.figures.making import Drawers

    start, begin = Drawers.start, Drawers.begin
    draw_nothing()
    try:
        yield
    finally:
        Drawers.start, Drawers.begin = start, begin  # type: ignore[method-assign]  # a stand-in
