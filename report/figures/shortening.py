"""SVG files two thirds as long: Matplotlib gives positions to a millionth of a point."""

import re

#: An opening tag, the only place of attributes: a text may look like one. In texts `<` is always escaped.
TAG = re.compile(r"<[A-Za-z](?:[^<>\"]|\"[^\"]*\")*>")
#: Where things lie: attributes whose numbers need no more than a hundredth of a point.
POSITIONS = re.compile(r'\b(?:d|x|y|transform)="[^"]*"')
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
BLANKS_IN_PATH = re.compile(r"\s*\n\s*|(?<=[A-Za-z]) ")


def shortened(svg: str) -> str:
    """The drawing with positions to a hundredth of a point, and paths without blanks that nobody needs."""
    return TAG.sub(lambda tag: POSITIONS.sub(_rounded, tag[0]), svg)


def _rounded(attribute: re.Match[str]) -> str:
    rounded = LONG_NUMBER.sub(lambda match: f"{round(float(match[0]), 2):g}", attribute[0])
    return BLANKS_IN_PATH.sub("", rounded) if rounded.startswith("d=") else rounded
