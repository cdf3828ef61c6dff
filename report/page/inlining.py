"""SVG files as parts of a page: without prolog and metadata, and with names of their own."""

import re

from markupsafe import Markup, escape

from report.figures.style import Figure

PROLOG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
#: Definitions and references of names: `id="x"`, `href="#x"`, `url(#x)`.
NAMES = re.compile(r"""(\bid="|href="#|url\(#)""")


def inline_svg(figure: Figure, number: int) -> Markup:
    """The figure as an element of the page; it is read out as its description.

    Names inside get the figure's number in front, since those of several figures would be the same, and its style
    sheet is kept from the rest of the page.
    """
    svg = METADATA.sub("", PROLOG.sub("", figure.svg))
    svg = NAMES.sub(rf"\g<1>figure-{number}-", svg)
    svg = svg.replace('<style type="text/css">*{', '<style type="text/css">figure svg *{')
    opening = f'<svg role="img" aria-label="{escape(figure.alternative)}" '
    return Markup(svg.replace("<svg ", opening, 1))
