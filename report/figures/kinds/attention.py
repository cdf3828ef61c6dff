"""Attention weights of decoded words."""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.records.inspection import AttentionMap
from report.figures.base import FigureKind, Sources
from report.figures.plain import Drawing, Figure, HeatPanel
from report.runs.sequences import of_first_implementation
from report.text.naming import architecture_title, one_line

#: Words drawn of each network.
WORDS = 6
COLUMNS = 3


def plan(sources: Sources) -> Iterator[Figure]:
    """A figure for each network with attention, a panel for each word: its source across, its target downwards."""
    for cell, maps in of_first_implementation(sources.run, lambda split: split.attention):
        yield _figure(cell.task, cell.architecture, maps[:WORDS])


def _figure(task: str, architecture: str, maps: Sequence[AttentionMap]) -> Figure:
    title = f"Attention weights on {task}: {architecture_title(architecture)}"
    words = ", ".join(one_line("".join(each.source)) for each in maps)
    last = min(COLUMNS, len(maps)) - 1
    return Figure(
        name=f"attention {task} {architecture}",
        title=title,
        caption="What was written, from top to bottom, and how much each letter of the source weighed for it: each row "
        "adds up to 1. Weights show where the network looked, not why it wrote what it wrote.",
        alternative=f"{title}: a heat map for each of the words {words}, a row for each token written and a column for "
        f"each letter of the source. {_peaks(maps[0])}",
        drawing=Drawing(
            panels=tuple(_panel(each, "attention weight" if index == last else "") for index, each in enumerate(maps)),
            columns=COLUMNS,
            # A row for each token written, so that letters are not squeezed.
            heights=tuple(0.9 + 0.24 * len(each.target) for each in maps),
        ),
        section="sequences",
    )


def _panel(each: AttentionMap, bar: str) -> HeatPanel:
    return HeatPanel(
        title=one_line("".join(each.source)),
        rows=_labels(each.target),
        columns=_labels(each.source),
        colors="Blues",
        low=0.0,
        high=1.0,
        values=each.weights,
        bar=bar,
    )


def _labels(tokens: Sequence[str]) -> tuple[str, ...]:
    """Tokens as they are; of a blank its sign."""
    return tuple(one_line(token) or "␣" for token in tokens)


def _peaks(each: AttentionMap) -> str:
    """Where the first word's weights are largest, in words."""
    strongest = [each.source[int(np.argmax(row))] for row in each.weights]
    pairs = [f"{written} at {letter}" for written, letter in zip(each.target, strongest, strict=True)]
    return one_line(f"In {''.join(each.source)} the largest weights are: {', '.join(pairs)}.")


KIND = FigureKind("attention", "sequences", plan)
