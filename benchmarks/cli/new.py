"""`threefold new`: the skeleton of a plug-in, with tests that fail until it is filled in."""

import keyword
import re
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.cli.terminal import plain_console
from benchmarks.datasets import datasets
from benchmarks.records.store import write_beside
from benchmarks.tasks import tasks
from impls.engines import implementations
from impls.errors import ThreefoldError
from impls.spec.discovery import architectures

SKELETONS = Path(__file__).parent / "skeletons"
ENDING = ".jinja"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class SkeletonKind(StrEnum):
    """What can be begun."""

    TASK = "task"
    ARCHITECTURE = "architecture"
    IMPLEMENTATION = "implementation"


def new_command(
    kind: Annotated[SkeletonKind, typer.Argument(help="What to begin.")],
    name: Annotated[str, typer.Argument(help="Its name: lower case, words joined by hyphens.")],
    folder: Annotated[Path, typer.Option(help="Where the new folder goes.")] = Path(),
) -> None:
    """Write the skeleton of a plug-in: a task, an architecture or an implementation, with tests of what is missing."""
    from jinja2 import Environment, StrictUndefined

    _check(kind, name)
    target = folder / name.replace("-", "_")
    if target.exists() or target.is_symlink():
        raise ThreefoldError(f"{target}: exists already; choose another name or another --folder")
    words = name.split("-")
    values = {
        # A plug-in's folder; the name of a task or of an implementation has hyphens, that of an architecture none.
        "name": name,
        "key": name.replace("-", "_"),
        "title": " ".join(words).capitalize(),
        "class_name": "".join(word.capitalize() for word in words),
        "folder": target.name,
    }
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    folder.mkdir(parents=True, exist_ok=True)
    # Beside it, so that a full disk leaves nothing by halves.
    with TemporaryDirectory(dir=folder, prefix=f".{target.name}.") as beside:
        made = Path(beside) / target.name
        made.mkdir()
        for template in sorted((SKELETONS / kind).glob(f"*{ENDING}")):
            text = environment.from_string(template.read_text(encoding="utf-8")).render(values)
            write_beside(made / template.name.removesuffix(ENDING).replace("NAME", target.name), text)
        made.rename(target)
    console = plain_console()
    for line in (f"{target} is written; fill in what its comments say, until this passes:", f"pytest {target}"):
        console.print(line, soft_wrap=True)


def _check(kind: SkeletonKind, name: str) -> None:
    """Raises: ThreefoldError: the name is no name, or taken."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ThreefoldError(f"{name!r} is no name for a plug-in; give words of a to z and digits, joined by hyphens")
    taken: dict[SkeletonKind, Collection[str]] = {
        SkeletonKind.TASK: {*tasks(), *datasets()},  # it brings both, of one name
        SkeletonKind.ARCHITECTURE: [each.replace("_", "-") for each in architectures()],
        SkeletonKind.IMPLEMENTATION: implementations().keys(),
    }
    if name in taken[kind]:
        raise ThreefoldError(f"{kind} {name!r} exists already; choose another name")
