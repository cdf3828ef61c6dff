"""Text from files and command lines, as a message shows it: on one line, short, and without control codes."""

#: Characters of a foreign value that a message repeats.
LONGEST = 60


def printable(text: str) -> str:
    """The text with each unprintable character (line break, escape code, lone surrogate) written as `\\x1b`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def shortened(text: str, longest: int = LONGEST) -> str:
    """A name as a message repeats it without quotes: printable, and cut where it is long."""
    return printable(text) if len(text) <= longest else f"{printable(text[:longest])}…"


def shown(value: object) -> str:
    """A value as a message repeats it: as Python writes it, and cut where it is long."""
    if isinstance(value, str):
        return printable(repr(value)) if len(value) <= LONGEST else f"{value[:LONGEST]!r}…"
    try:
        return shortened(repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, or nesting without end
        return f"a very long {type(value).__name__}"
