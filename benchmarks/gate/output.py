"""A comparison as text: lines in columns for the terminal, Markdown, JSON, JUnit XML."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter

from rich.console import Console

from report.comparing.verdicts import Comparison, Figure, Verdict

#: What a reader wants to see first.
ORDER = (Verdict.WORSE, Verdict.UNCERTAIN, Verdict.BETTER, Verdict.NOT_WORSE, Verdict.IDENTICAL)
#: An effect is a ratio (times, memory) or a difference (metrics).
HEADINGS = ("Verdict", "Effect", "Interval", "Baseline", "Candidate", "Figure")
#: Verdicts that the terminal's table leaves out unless it is asked for all.
UNREMARKABLE = (Verdict.NOT_WORSE, Verdict.IDENTICAL)
#: A tracker's comment is cut at 65,536 characters.
MARKDOWN_ROWS = 200


def ordered(comparison: Comparison) -> list[Figure]:
    """Figures, the worst verdicts first, the largest effects first within a verdict."""
    return sorted(comparison.figures, key=lambda figure: (ORDER.index(figure.verdict), -abs(_size(figure))))


def as_lines(comparison: Comparison, everything: bool) -> list[str]:
    """For the terminal, a line a figure in columns: what is worse, better or uncertain, or everything."""
    figures = [figure for figure in ordered(comparison) if everything or figure.verdict not in UNREMARKABLE]
    if not figures:
        return []
    rows = [HEADINGS, *(tuple(_printable(cell) for cell in _row(figure)) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    return [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])) for row in rows
    ]


def reasons(comparison: Comparison) -> list[str]:
    """Each reason once, with the number of figures it holds for."""
    counts = Counter((figure.verdict, figure.reason) for figure in ordered(comparison) if figure.reason)
    return [f"{verdict} ({count}): {_printable(reason)}" for (verdict, reason), count in counts.items()]


def as_markdown(comparison: Comparison) -> str:
    """For a step summary or a pull request's comment."""
    figures = ordered(comparison)
    lines = [f"**{_cell(comparison.summary)}**", ""]
    lines += [f"- {_cell(note)}" for note in (*comparison.differences, *comparison.notes)]
    lines += [f"- {_cell(reason)}" for reason in reasons(comparison)]
    lines += [f"- missing from the candidate: {_cell(name)}" for name in comparison.missing[:20]]
    if figures:
        lines += ["", f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
        lines += [f"| {' | '.join(_cell(cell) for cell in _row(figure))} |" for figure in figures[:MARKDOWN_ROWS]]
    if len(figures) > MARKDOWN_ROWS:
        lines += ["", f"{len(figures) - MARKDOWN_ROWS} more figures are in the JSON."]
    return "\n".join(lines) + "\n"


def as_json(comparison: Comparison) -> str:
    """The whole comparison; `Comparison.model_json_schema()` is its schema."""
    return comparison.model_dump_json(indent=2, ensure_ascii=True) + "\n"  # names may hold control characters


def as_junit(comparison: Comparison) -> str:
    """A test case a figure: worse ones fail, ones that could not be judged are skipped."""
    suite = ElementTree.Element(
        "testsuite",
        name="threefold compare",
        tests=str(len(comparison.figures)),
        failures=str(len(comparison.of(Verdict.WORSE))),
        skipped=str(len(comparison.of(Verdict.UNCERTAIN))),
        errors=str(int(comparison.exit_code == 2)),
    )
    for figure in ordered(comparison):
        case = ElementTree.SubElement(suite, "testcase", classname=figure.quantity, name=_printable(figure.name))
        message = _printable(" ".join(part for part in (*_row(figure)[:-1], figure.reason) if part))
        if figure.verdict is Verdict.WORSE:
            ElementTree.SubElement(case, "failure", message=message)
        elif figure.verdict is Verdict.UNCERTAIN:
            ElementTree.SubElement(case, "skipped", message=message)
    if comparison.exit_code == 2:
        case = ElementTree.SubElement(suite, "testcase", classname="verdict", name="verdict")
        ElementTree.SubElement(case, "error", message=_printable(comparison.summary))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


#: Name of a format -> what writes it.
WRITERS = {"markdown": as_markdown, "json": as_json, "junit": as_junit}
#: Name of a format -> how the files begin that are written in it, by which one of ours is known.
BEGINNINGS = {
    "markdown": re.compile(rb"\*\*(No regression|Regression|Could not judge|Unchanged): "),
    "json": re.compile(rb'\{\s*"schema_version": 1,\s*"baseline": '),
    "junit": re.compile(rb"(<\?xml[^>]*>\s*)?<testsuite name=\"threefold compare\""),
}


def begins_like(output_format: str, head: bytes) -> bool:
    """Whether a file that begins so was written in this format."""
    return BEGINNINGS[output_format].match(head) is not None


def show(console: Console, comparison: Comparison, output_format: str, everything: bool) -> None:
    """Print a comparison: as a table with its reasons, notes and verdict, or in one of the formats of `WRITERS`."""
    if output_format in WRITERS:
        console.file.write(WRITERS[output_format](comparison))
        return
    missing = [f"missing from B: {name}" for name in comparison.missing]
    lines = [*as_lines(comparison, everything), *reasons(comparison), *comparison.notes, *missing, comparison.summary]
    for line in lines:
        console.print(_printable(line), markup=False, highlight=False, soft_wrap=True)


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        str(figure.verdict),
        _effect(figure.effect, figure),
        "" if figure.low is None else f"{_effect(figure.low, figure)} to {_effect(figure.high, figure)}",
        _value(figure.baseline, figure.unit),
        _value(figure.candidate, figure.unit),
        figure.name,
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "s":
        scale, name = next((pair for pair in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")) if value >= pair[0]), (1e-9, "ns"))
        return f"{value / scale:.4g} {name}"
    return f"{value / 2**20:.1f} MiB" if unit == "B" else f"{value:.4g}"


def _effect(effect: float | None, figure: Figure) -> str:
    if effect is None:
        return ""
    return f"{effect:+.4f}" if figure.quantity == "accuracy" else f"{effect:.3f}"


def _size(figure: Figure) -> float:
    if figure.effect is None:
        return 0.0
    return figure.effect if figure.quantity == "accuracy" else figure.effect - 1


def _cell(text: str) -> str:
    """Text that stays in its table cell and is not taken for markup."""
    escaped = "".join(f"\\{character}" if character in "\\`*_[]<>|#" else character for character in _printable(text))
    return escaped.replace("&", "&amp;")


def _printable(text: str) -> str:
    """Without control characters, which neither terminals nor XML take."""
    return "".join(character if character.isprintable() else "�" for character in text)
