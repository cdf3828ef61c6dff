"""SVG files as parts of a page: without prolog and metadata, and with names of their own."""

import re

from markupsafe import Markup, escape

from report.figures.shortening import TAG

PROLOG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
#: What nobody sees: metadata, comments, blanks between elements, turns by nothing.
UNSEEN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|(?<=>)\s+(?=<)| transform=\"rotate\(-0 [^\"]*\)\"", re.DOTALL)
#: Definitions of names, and references to them: `id="x"`, `href="#x"`, `url(#x)`.
DEFINED = re.compile(r' id="([^"]*)"')
REFERRED = re.compile(r'(?:href="#|url\(#)([^")]*)')
NAMES = re.compile(r"""(\bid="|href="#|url\(#)""")
STYLE = re.compile(r' style="([^"]*)"')
#: Where the figure's width and height stand.
SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
#: A figure this many times as high as it is wide goes over several printed pages; on one it would be too small to read.
TALL = 1.5


def inline_svg(svg: str, alternative: str, number: int) -> Markup:
    """The figure as an element of the page; it is read out as its description, `alternative`.

    Names inside get the figure's number in front, since those of several figures would be the same, and its style
    sheet is kept from the rest of the page.
    """
    svg = UNSEEN.sub("", PROLOG.sub("", svg))
    referred = set(REFERRED.findall(svg))
    classes: dict[str, str] = {}

    def defined(match: re.Match[str]) -> str:
        return match[0] if match[1] in referred else ""

    def drawn_as(match: re.Match[str]) -> str:
        return f' class="{classes.setdefault(match[1], f"f{number}-{len(classes)}")}"'

    def rewritten(match: re.Match[str]) -> str:
        tag = DEFINED.sub(defined, match[0])
        # Each way of drawing is said once, in the figure's style sheet, instead of at each of its many elements.
        return STYLE.sub(drawn_as, NAMES.sub(rf"\g<1>figure-{number}-", tag))

    svg = TAG.sub(rewritten, svg)
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    svg = svg.replace('<style type="text/css">*{', f'<style type="text/css">{rules}figure svg *{{', 1)
    size = SIZE.search(svg)
    tall = ' class="tall"' if size and float(size[2]) > TALL * float(size[1]) else ""
    opening = f'<svg{tall} role="img" aria-label="{escape(alternative)}" '
    return Markup(svg.replace("<svg ", opening, 1))
