"""Turns of phrase."""

from collections.abc import Collection, Sequence
from typing import TypeAlias

from report.text.naming import architecture_title

#: Task, architecture, implementation and device of what has no passing certificate.
Doubted: TypeAlias = Collection[tuple[str, str, str, str]]

#: From this many sentences of a kind on, a first one sums them up.
SUMMED_UP = 5


def listing(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def network(task: str, architecture: str, device: str) -> str:
    """`digits (CNN, cpu)`."""
    return f"{task} ({architecture_title(architecture)}, {device})"


def caveat(doubted: Doubted, task: str, architecture: str, implementations: Collection[str], device: str) -> str:
    """What must be added to a sentence on implementations that were not shown to be the same; mostly nothing."""
    names = [name for name in implementations if (task, architecture, name, device) in doubted]
    return f" Without a passing certificate: {listing(names)}." if names else ""
