"""What MkDocs does for the pages in `docs/learn`: code from the real files, in tabs, and equations as MathML.

A list whose items are of the form ``- PyTorch: [`Dense`](../../impls/…/dense.py)`` becomes tabs, each with the class,
function or constant of that name as it stands in the file; without MkDocs it is a list of links. Equations are LaTeX
between dollar signs, which become MathML: a browser shows it without JavaScript and without the network.
"""

import ast
import html
import re
import textwrap
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
LISTING = re.compile(r"^- (?P<label>[^:\[\n]+): \[`(?P<name>[\w.]+)`\]\((?P<path>(?:\.\./)+[^)#\s]+)\)$", re.MULTILINE)
LISTINGS = re.compile(rf"(?:{LISTING.pattern.replace('?P<', '?P<_').replace('$', '')}(?:\n|\Z))+", re.MULTILINE)
#: What a command's title begins with for the tests; a learner only wants to know how long it takes.
NOT_RUN = 'title="not run by the tests: '
#: As `pymdownx.arithmatex` leaves an equation with its setting `generic`.
EQUATION = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\(?P<kind>[(\[])(?P<latex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)


def definition(source: str, name: str) -> str:
    """The text of the class, function or constant of that name ("Class.method" for a method), decorators included.

    Raises:
        LookupError: the source has none.
    """
    body = ast.parse(source).body
    node: Any = None
    for part in name.split("."):
        node = next((each for each in body if part in _names(each)), None)
        if node is None:
            raise LookupError(f"there is no {name}")
        body = getattr(node, "body", [])
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return textwrap.dedent("\n".join(source.splitlines()[first - 1 : node.end_lineno]))


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {each.id for each in targets if isinstance(each, ast.Name)}


def with_code(markdown: str, folder: Path) -> str:
    """The page, which lies in that folder, with tabs of code in place of its lists of listings, and plainer titles.

    Raises:
        LookupError: a file or a name is not there.
    """

    def tab(link: re.Match[str]) -> str:
        path = (folder / link["path"]).resolve()
        if not path.is_file():
            raise LookupError(f"there is no file {link['path']}")
        code = definition(path.read_text(encoding="utf-8"), link["name"])
        block = f'```python title="{path.relative_to(PROJECT).as_posix()}"\n{code}\n```\n\n[The file]({link["path"]})'
        return f'=== "{link["label"]}"\n\n{textwrap.indent(block, "    ")}\n'

    def tabs(listings: re.Match[str]) -> str:
        return "\n".join(tab(link) for link in LISTING.finditer(listings[0])) + "\n"

    return LISTINGS.sub(tabs, markdown.replace(NOT_RUN, 'title="'))


def with_mathml(page: str) -> str:
    """The page's HTML with MathML in place of LaTeX.

    Raises:
        LookupError: an equation has a command that is not known.
    """
    from latex2mathml.converter import convert

    def mathml(equation: re.Match[str]) -> str:
        latex = html.unescape(equation["latex"]).strip()
        converted: str = convert(latex, display="block" if equation["kind"] == "[" else "inline")
        if "\\" in converted:
            raise LookupError(f"the equation {latex!r} has a command that MathML does not get: {converted}")
        return converted

    return EQUATION.sub(mathml, page)


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put the code in."""
    try:
        return with_code(markdown, (PROJECT / "docs" / page.file.src_uri).parent)
    except LookupError as error:
        raise _problem(page, error) from error


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Put the equations in."""
    try:
        return with_mathml(html)
    except LookupError as error:
        raise _problem(page, error) from error


def _problem(page: Any, error: LookupError) -> Exception:
    from mkdocs.exceptions import PluginError

    return PluginError(f"{page.file.src_uri}: {error}")
