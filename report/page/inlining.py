"""SVG files as parts of a page: without prolog and metadata, with names of their own, and a third as long."""

import re

from markupsafe import Markup, escape

PROLOG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
#: What nobody sees: metadata, comments, blanks between elements, turns by nothing.
UNSEEN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|(?<=>)\s+(?=<)| transform=\"rotate\(-0 [^\"]*\)\"", re.DOTALL)
#: An opening tag, the only place of attributes: a text may look like one. In texts `<` is always escaped.
TAG = re.compile(r"<[A-Za-z](?:[^<>\"]|\"[^\"]*\")*>")
#: Definitions of names, and references to them: `id="x"`, `href="#x"`, `url(#x)`.
DEFINED = re.compile(r' id="([^"]*)"')
REFERRED = re.compile(r'(?:href="#|url\(#)([^")]*)')
NAMES = re.compile(r"""(\bid="|href="#|url\(#)""")
#: Where things lie: attributes whose numbers need no more than a hundredth of a point.
POSITIONS = re.compile(r'\b(?:d|x|y|transform)="[^"]*"')
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
BLANKS_IN_PATH = re.compile(r"\s*\n\s*|(?<=[A-Za-z]) ")
STYLE = re.compile(r' style="([^"]*)"')


def inline_svg(svg: str, alternative: str, number: int) -> Markup:
    """The figure as an element of the page; it is read out as its description, `alternative`.

    Names inside get the figure's number in front, since those of several figures would be the same, and its style
    sheet is kept from the rest of the page.
    """
    svg = UNSEEN.sub("", PROLOG.sub("", svg))
    referred = {name for tag in TAG.findall(svg) for name in REFERRED.findall(tag)}

    def renamed(match: re.Match[str]) -> str:
        tag = POSITIONS.sub(_shortened, match[0])
        tag = DEFINED.sub(lambda name: name[0] if name[1] in referred else "", tag)
        return NAMES.sub(rf"\g<1>figure-{number}-", tag)

    svg = TAG.sub(renamed, svg)
    svg = _with_classes(svg, number)
    opening = f'<svg role="img" aria-label="{escape(alternative)}" '
    return Markup(svg.replace("<svg ", opening, 1))


def _shortened(attribute: re.Match[str]) -> str:
    rounded = LONG_NUMBER.sub(lambda match: f"{round(float(match[0]), 2):g}", attribute[0])
    return BLANKS_IN_PATH.sub("", rounded) if rounded.startswith("d=") else rounded


def _with_classes(svg: str, number: int) -> str:
    """Each way of drawing is said once, in the figure's style sheet, instead of at each of its many elements."""
    classes: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return f' class="{classes.setdefault(match[1], f"f{number}-{len(classes)}")}"'

    svg = TAG.sub(lambda tag: STYLE.sub(named, tag[0]), svg)
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    return svg.replace('<style type="text/css">*{', f'<style type="text/css">{rules}figure svg *{{', 1)
