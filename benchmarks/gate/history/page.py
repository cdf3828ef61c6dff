"""A history as one page: a drawing for each figure, and the table of its changes."""

import html
import io
from collections.abc import Sequence

import matplotlib as mpl

from benchmarks.gate.history.changes import ENOUGH, Change
from benchmarks.gate.history.lines import HistoryLine, segments_of

BODY = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
STYLE = (
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}"
    "svg{max-width:100%;height:auto}"
)
#: What no other page begins with: by it a page of an earlier version is known, too.
BEGINNING = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>\n"
    f"<title>Threefold: history</title><style>{BODY}"
)

INTRODUCTION = (
    "<p>{commits} commits in {segments} segment(s): each machine, set of versions and number of threads has one. "
    "Times are in units of a reference load that was measured in the same process; a change is named with the commits "
    "between which it lies. Segments of fewer than {enough} commits are not judged.</p>"
)


def as_page(lines: Sequence[HistoryLine], changes: Sequence[Change]) -> str:
    """HTML that needs nothing beside it."""
    names = list(dict.fromkeys(name for line in lines for name in line.normalized))
    segments = segments_of(lines)
    parts = [
        f"{BEGINNING}{STYLE}</style><h1>History</h1>",
        INTRODUCTION.format(commits=len(lines), segments=len(segments), enough=ENOUGH),
        "<h2>Changes</h2>",
        _table(changes) if changes else "<p>None.</p>",
    ]
    for name in names:
        mine = [change for change in changes if change.figure == name]
        parts.append(f"<h2>{html.escape(name)}</h2>{_drawing(name, segments, mine)}")
    return "\n".join(parts) + "\n"


def begins_like_page(head: bytes) -> bool:
    """Whether a file that begins so is a page of a history."""
    return head.replace(b"\r\n", b"\n").startswith(BEGINNING.encode())


def words(change: Change) -> str:
    """A change in a line of text."""
    direction = "up" if change.ratio > 1 else "down"
    undone = f", undone by {change.undone_by[:12]}" if change.undone_by else ""
    return f"{change.figure}: {direction} by {abs(change.ratio - 1):.1%} in {change.commit_range}{undone}"


def _table(changes: Sequence[Change]) -> str:
    rows = ""
    for change in changes:
        undone = f"undone by <code>{change.undone_by[:12]}</code>" if change.undone_by else ""
        cells = html.escape(change.figure), f"{change.ratio - 1:+.1%}", f"<code>{change.commit_range}</code>", undone
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    return f"<table><tr><th>Figure</th><th>Change</th><th>Commits</th><th></th></tr>{rows}</table>"


def _drawing(name: str, segments: Sequence[Sequence[HistoryLine]], changes: Sequence[Change]) -> str:
    """The figure over all commits as SVG; a dashed line for a new segment, a red one for a change."""
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "threefold", "svg.fonttype": "path"}):
        figure = Figure(figsize=(9, 2.6), layout="constrained")
        axes = figure.subplots()
        places: dict[tuple[int, str], int] = {}
        for number, segment in enumerate(segments):
            having = [line for line in segment if name in line.normalized]
            start = len(places)
            places |= {(number, line.commit): place for place, line in enumerate(segment, start)}
            scale = 2**20 if name.startswith("peak memory ") else 1
            axes.plot(
                [places[number, line.commit] for line in having],
                [line.normalized[name] / scale for line in having],
                "o-",
                ms=3,
            )
            if start:
                axes.axvline(start - 0.5, color="grey", linestyle="--", linewidth=1)
        for change in changes:
            axes.axvline(places[change.segment, change.after] - 0.5, color="tab:red", linewidth=1)
        axes.set_xlabel("commit")
        axes.set_ylabel("MiB" if name.startswith("peak memory ") else "× reference load")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Title": name})
    text = buffer.getvalue()
    label = f"{name} over {sum(map(len, segments))} commits, {len(changes)} change(s)"
    return text[text.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{html.escape(label)}"', 1)
