"""What MkDocs does besides: pages for the sources that the documentation links to, and the command line's options.

`python -m docs.hooks` writes what is generated: `docs/command-line.md`, `docs/verdict.schema.json`, the table of
denormal numbers in `docs/how-it-measures.md`, that of estimators in `docs/estimators.md`, the gate's rates in
`docs/gate.md`, and the mutants' verdicts in `docs/certificates.md`; tests compare.
"""

import html
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

PROJECT = Path(__file__).resolve().parent.parent
DOCS = PROJECT / "docs"
COMMAND_LINE = DOCS / "command-line.md"
VERDICT_SCHEMA = DOCS / "verdict.schema.json"
HOW_IT_MEASURES = DOCS / "how-it-measures.md"
#: What denormal numbers cost, launch by launch; and where the table of it stands.
DENORMALS = PROJECT / "results" / "overhead" / "denormals.jsonl"
DENORMALS_BLOCK = re.compile(r"(?<=<!-- denormals:begin -->\n).*?(?=<!-- denormals:end -->)", re.DOTALL)
#: Our classifier's fits beside scikit-learn's, launch by launch; and where the table of them stands.
FITS = PROJECT / "results" / "published" / "overhead" / "estimators.jsonl"
ESTIMATORS = DOCS / "estimators.md"
FITS_BLOCK = re.compile(r"(?<=<!-- estimators:begin -->\n).*?(?=<!-- estimators:end -->)", re.DOTALL)
#: The gate, measured by itself; and where its rates stand.
GATE = DOCS / "gate.md"
SELF_TEST_BLOCK = re.compile(r"(?<=<!-- self-test:begin -->\n).*?(?=<!-- self-test:end -->)", re.DOTALL)
#: What became of the mutants that have been judged; and where the table of them stands.
CERTIFICATES = DOCS / "certificates.md"
MUTANTS_BLOCK = re.compile(r"(?<=<!-- mutants:begin -->\n).*?(?=<!-- mutants:end -->)", re.DOTALL)
#: Trainings on splits that know of groups, and on splits that do not; and where the sentence about them stands.
GROUPS = PROJECT / "results" / "grouping" / "names.jsonl"
GROUPS_BLOCK = re.compile(r"(?<=<!-- groups:begin -->\n).*?(?=<!-- groups:end -->)", re.DOTALL)
#: A link of a page in `docs/` out of its folder, with its place within the file.
LINK = re.compile(r"\]\((?P<path>(?:\.\./)+[^)#\s]+)(?P<place>#[^)\s]*)?\)")
LANGUAGES = {".py": "python", ".toml": "toml", ".md": "markdown"}
PICTURES = (".svg", ".png")


def loaded_command() -> Any:
    """The command `threefold` with all its commands imported, which on the terminal are imported when called."""
    import typer

    from benchmarks.cli.loading import COMMANDS, load
    from benchmarks.cli.main import app

    command: Any = typer.main.get_command(app)
    command.get_command = lambda _, name: load(name) if name in COMMANDS else None
    return command


def command_line() -> str:
    """The page of all commands and options, from the commands themselves."""
    import typer
    from typer.cli import get_docs_for_click

    command = loaded_command()
    text = html.unescape(get_docs_for_click(obj=command, ctx=typer.Context(command), name="threefold"))
    text = re.sub(r"```console\n\$ ", "```text\n", text).replace("# `threefold`", "# The command line", 1)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def verdict_schema() -> str:
    """The JSON schema of what `threefold gate` and `threefold compare` write."""
    from report.comparing.verdicts import Comparison

    return json.dumps(Comparison.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def how_it_measures() -> str:
    """The page on measuring, with what is computed from stored records: denormal numbers, and splits by groups."""
    from benchmarks.overhead.denormals import caption, costs, read_launches, table

    block = "\n"
    if DENORMALS.exists():
        launches = read_launches(DENORMALS)
        block = f"\n{caption(launches)}\n\n{table(costs(launches))}\n\n"
    page = DENORMALS_BLOCK.sub(lambda _: block, HOW_IT_MEASURES.read_text(encoding="utf-8"))
    return GROUPS_BLOCK.sub(lambda _: _groups(), page)


def estimators() -> str:
    """The page on scikit-learn, with the table of fits from its stored record, where there is one."""
    from benchmarks.overhead.estimators import caption, read_launches, rows, table

    block = "\n"
    if FITS.exists():
        launches = read_launches(FITS)
        block = f"\n{caption(launches)}\n\n{table(rows(launches))}\n\n"
    return FITS_BLOCK.sub(lambda _: block, ESTIMATORS.read_text(encoding="utf-8"))


def gate() -> str:
    """The page on the gate, with the rates of the published self-tests."""
    from benchmarks.gate.self_test.publishing import published_self_tests, read_published
    from benchmarks.gate.self_test.result import as_markdown

    tables = [as_markdown(read_published(folder)[0]) for folder in published_self_tests()]
    block = "".join(f"\n{table}\n" for table in tables) + "\n"
    return SELF_TEST_BLOCK.sub(lambda _: block, GATE.read_text(encoding="utf-8"))


def certificates() -> str:
    """The page on certificates, with what became of the mutants that have been judged."""
    from tests.mutants.records import table

    return MUTANTS_BLOCK.sub(lambda _: f"\n{table()}\n", CERTIFICATES.read_text(encoding="utf-8"))


def _groups() -> str:
    """What it is worth in accuracy that variants of an example stay on one side of a split."""
    from benchmarks.tuning.groups import read_group_trials, sentence

    return f"\n{sentence(read_group_trials(GROUPS), 'accuracy')}\n\n" if GROUPS.exists() else "\n"


def linked_sources() -> list[Path]:
    """The project's files and folders outside `docs/` that its pages link to."""
    paths = {
        (page.parent / link["path"]).resolve()
        for page in DOCS.rglob("*.md")
        for link in LINK.finditer(page.read_text(encoding="utf-8"))
    }
    return sorted(path for path in paths if path.exists() and path.name != "README.md" and not _is_page(path))


def _is_page(path: Path) -> bool:
    return path.is_relative_to(DOCS)


def source_page(path: Path) -> str:
    """A page that shows a file, or lists a folder."""
    name = path.relative_to(PROJECT).as_posix()
    if path.is_dir():
        return f"# {name}\n\n" + "".join(f"- `{each.name}`\n" for each in sorted(path.iterdir()) if each.suffix)
    text = path.read_text(encoding="utf-8").rstrip()
    if path.suffix == ".md":
        return text + "\n"
    return f"# {name}\n\n````{LANGUAGES.get(path.suffix, 'text')}\n{text}\n````\n"


def page_address(path: Path) -> str:
    """Where a source's page, or a picture, lies within the site."""
    name = path.relative_to(PROJECT).as_posix()
    return f"source/{name}" if path.suffix in PICTURES else f"source/{name}.md"


def on_files(files: "Files", config: Any) -> "Files":
    """Add the sources' pages and the published pictures, and take the command line's page from the commands."""
    from mkdocs.structure.files import File

    stale = files.get_file_from_path("command-line.md")
    if stale is not None:
        files.remove(stale)
    files.append(File.generated(config, "command-line.md", content=command_line()))
    for path in linked_sources():
        address = page_address(path)
        if path.suffix in PICTURES:
            files.append(File.generated(config, address, abs_src_path=str(path)))
        else:
            files.append(File.generated(config, address, content=source_page(path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Point links to the project's files at their pages; the README's is the start page."""
    if page.file.src_uri.startswith("source/"):
        # A page of ours that stands for a file at the project's root: its links start there.
        return re.sub(r"\]\(docs/", f"]({os.path.relpath('.', Path(page.file.src_uri).parent)}/", markdown)

    folder = Path(page.file.src_uri).parent

    def address(link: re.Match[str]) -> str:
        path = (DOCS / folder / link["path"]).resolve()
        if _is_page(path):
            return link[0]
        target = os.path.relpath("index.md" if path.name == "README.md" else page_address(path), folder)
        return f"]({Path(target).as_posix()}{link['place'] or ''})"

    return LINK.sub(address, markdown)


if __name__ == "__main__":
    COMMAND_LINE.write_text(command_line(), encoding="utf-8")
    VERDICT_SCHEMA.write_text(verdict_schema(), encoding="utf-8")
    HOW_IT_MEASURES.write_text(how_it_measures(), encoding="utf-8")
    ESTIMATORS.write_text(estimators(), encoding="utf-8")
    GATE.write_text(gate(), encoding="utf-8")
    CERTIFICATES.write_text(certificates(), encoding="utf-8")
