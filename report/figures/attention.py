"""Attention weights of decoded words."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from benchmarks.records.results import AttentionMap
from report.figures.style import Figure, panels, svg_text
from report.text.naming import architecture_title, one_line

#: Words drawn of each network.
WORDS = 6
COLUMNS = 3


def attention_weights(task: str, architecture: str, maps: Sequence[AttentionMap], name: str) -> Figure:
    """A panel for each word, its source across and what was written downwards.

    Args:
        maps: of one network, at least one; more than the first few are not drawn.
    """
    shown = maps[:WORDS]
    # A row for each token written, so that letters are not squeezed.
    canvas, axes = panels(len(shown), COLUMNS, height=[0.9 + 0.24 * len(each.target) for each in shown])
    for each, panel in zip(shown, axes, strict=True):
        _draw(each, panel)
    canvas.colorbar(axes[0].collections[0], ax=axes, label="attention weight", aspect=40, shrink=0.6)
    title = f"Attention weights on {task}: {architecture_title(architecture)}"
    words = ", ".join(one_line("".join(each.source)) for each in shown)
    return Figure(
        name=name,
        title=title,
        caption="What was written, from top to bottom, and how much each letter of the source weighed for it: each row "
        "adds up to 1. Weights tell where the network looked, not why it wrote what it wrote.",
        alternative=f"{title}: a heat map for each of the words {words}, a row for each token written and a column for "
        f"each letter of the source. {_peaks(shown[0])}",
        svg=svg_text(canvas, name, title),
    )


def _draw(each: AttentionMap, axes: Axes) -> None:
    sns.heatmap(
        np.asarray(each.weights), ax=axes, vmin=0.0, vmax=1.0, cmap="Blues", cbar=False, linewidths=0.3,
        linecolor="0.92", xticklabels=_labels(each.source), yticklabels=_labels(each.target),
    )  # fmt: skip
    axes.tick_params(left=False, bottom=False, labelrotation=0)
    axes.set_title(one_line("".join(each.source)))


def _labels(tokens: Sequence[str]) -> list[str]:
    """Tokens as they are; of a blank its sign."""
    return [one_line(token) or "␣" for token in tokens]


def _peaks(each: AttentionMap) -> str:
    """Where the first word's weights are largest, in words."""
    strongest = [each.source[int(np.argmax(row))] for row in each.weights]
    pairs = [f"{written} at {letter}" for written, letter in zip(each.target, strongest, strict=True)]
    return one_line(f"In {''.join(each.source)} the largest weights are: {', '.join(pairs)}.")
