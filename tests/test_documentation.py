"""Every code block of README and of docs runs here, or is marked as output or as not run, with the reason.

What a fence's title says:

- ```python title="PATH"```, ```toml title="PATH"```: a file, written before anything of the page runs;
- ```python title="add to PATH"```: appended to a source file; ```diff title="PATH"```: its lines replaced;
- ```python```: the page's program, all its blocks in order in one process;
- ```bash```: commands, each of which ends with exit code 0;
- ```bash title="not run by the tests: REASON"```: only looked at: `threefold` has these commands and options;
- ```text title="output"```: lines that program or commands print, in this order;
- ```text``` with another title or none: shown only.

A page whose examples add to the project's packages runs in a copy of them.
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.forking import Forks

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
PACKAGES = ("impls", "benchmarks", "report")
FENCE = re.compile(r'^```(?P<language>\w*)(?: title="(?P<title>[^"]*)")?\n(?P<code>.*?)^```$', re.DOTALL | re.MULTILINE)
NOT_RUN = "not run by the tests: "
#: Pages whose commands take six seconds and more, and what goes the same way always: another page, or a test.
AT_NIGHT = {
    "docs/adding-a-keras-back-end.md": "tests/impls/keras_torch_process/test_conformance.py",
    "docs/adding-a-layer.md": "docs/adding-a-network.md",
    "docs/adding-a-study.md": "tests/benchmarks/cli/test_studies.py",
    "docs/adding-an-optimizer.md": "docs/adding-a-network.md",
    "docs/adding-an-implementation.md": "tests/benchmarks/cli/test_new.py",
    "docs/comparing-runs.md": "tests/report/comparing/test_two_runs.py",
    "docs/plug-ins.md": "tests/benchmarks/plugins/test_commands.py",
    "docs/studies.md": "tests/benchmarks/cli/test_studies.py",
    "docs/your-own-data.md": "tests/benchmarks/own_data/test_runs.py",
}
ADD = "add to "


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    title: str
    code: str

    @property
    def runs(self) -> bool:
        return self.language in ("python", "bash") and not self.title

    @property
    def is_file(self) -> bool:
        return self.language in ("python", "toml") and bool(self.title) and not self.title.startswith(ADD)

    @property
    def changes_the_project(self) -> bool:
        return self.title.removeprefix(ADD).startswith(tuple(f"{package}/" for package in PACKAGES))


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks = [Block(each["language"], each["title"] or "", each["code"]) for each in FENCE.finditer(text)]
    assert text.count("\n```") == 2 * len(blocks), f"{page.name}: a fence that this test does not understand"
    return blocks


def page_name(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks_of(page):
        assert block.language in ("python", "bash", "toml", "diff", "text"), f"a block of {block.language!r}"
        if block.language == "bash":
            assert not block.title or len(block.title) > len(NOT_RUN), "a command that does not run needs its reason"
            assert not block.title or block.title.startswith(NOT_RUN)
        if block.language in ("toml", "diff"):
            assert block.title, "a file needs its path as title"


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_commands_that_are_not_run_exist(page: Path) -> None:
    for block in blocks_of(page):
        if block.language == "bash" and block.title:
            for line in _commands(block):
                _check_command(line)


def _check_command(line: str) -> None:
    """A command of ours has its verbs and options; others are those that a contributor has."""
    for words in _split(line, "&&"):
        if words[0] == "threefold":
            _check_threefold(words[1:])
        elif words[:2] == ["tox", "run"]:
            environment = words[words.index("-e") + 1]
            assert f"[testenv:{environment}]" in (PROJECT / "tox.ini").read_text(), f"no tox environment {environment}"
        elif words[0] == "pytest":
            assert all((PROJECT / word).exists() for word in words[1:] if not word.startswith("-"))
        else:
            assert words[:2] in (["python", "-m"], ["git", "clone"]), f"unknown command {words[0]}"


def _check_threefold(words: list[str]) -> None:
    import typer

    from docs.hooks import loaded_command

    command = loaded_command()
    while hasattr(command, "get_command"):
        context = typer.Context(command)
        command, words, name = command.get_command(context, words[0]), words[1:], words[0]
        assert command is not None, f"threefold has no command {name}"
    known = {name for parameter in command.params for name in parameter.opts}
    used = {word for word in words if word.startswith("--")}
    assert used <= known, f"threefold has no option {', '.join(used - known)}"


def _split(line: str, separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in shlex.split(line, comments=True):
        if word == separator:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _commands(block: Block) -> list[str]:
    return [line for line in block.code.splitlines() if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as started:
        yield started


def test_what_runs_at_night_alone_has_something_that_always_runs() -> None:
    for page, always in AT_NIGHT.items():
        assert (PROJECT / page) in PAGES
        assert always not in AT_NIGHT
        assert (PROJECT / always).is_file()


def mark_of(page: Path) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.nightly,) if page_name(page) in AT_NIGHT else ()


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=mark_of(page)) for page in PAGES if any(block.runs for block in blocks_of(page))],
    ids=page_name,
)
def test_page_runs(page: Path, tmp_path: Path, forks: Forks) -> None:
    link_results(tmp_path)
    if any(block.changes_the_project for block in blocks_of(page)):
        copy_project(tmp_path)
    printed, program, expected = "", "", []
    blocks = blocks_of(page)
    for block in blocks:
        write_block(block, tmp_path)
    for block in blocks:
        if block.runs and block.language == "python":
            program += block.code
        elif block.runs:
            # Commands see what the page's program has done before them.
            printed += _run_program(program, tmp_path, forks)
            program = ""
            for line in _commands(block):
                printed += _run(line, tmp_path, forks)
        elif block.title == "output":
            expected.append(block.code)
    printed += _run_program(program, tmp_path, forks)
    place = 0
    for lines in expected:
        place = printed.find(lines, place)
        assert place >= 0, f"not printed, or not in this order:\n{lines}\nprinted was:\n{printed}"


def copy_project(folder: Path) -> None:
    """The packages, so that a page's example can add to them, with what Python has compiled of them."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, folder / package)


def link_results(folder: Path) -> None:
    """The published results to read, where a page looks for them."""
    (folder / "results").mkdir()
    (folder / "results" / "published").symlink_to(PROJECT / "results" / "published")


def write_block(block: Block, folder: Path) -> None:
    """Do what a block's title says: write a file, add to one, or change lines of one."""
    if block.is_file:
        path = folder / block.title
        assert not path.exists(), f"{block.title} is there already: an example adds files"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, encoding="utf-8")
    elif block.language == "python" and block.title.startswith(ADD):
        path = folder / block.title.removeprefix(ADD)
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{block.code}", encoding="utf-8")
    elif block.language == "diff":
        path = folder / block.title
        lines = block.code.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line.startswith("-"))
        after = "".join(line[1:] for line in lines if line.startswith("+"))
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{block.title} does not have these lines once:\n{before}"
        path.write_text(text.replace(before, after), encoding="utf-8")


def _run_program(program: str, folder: Path, forks: Forks) -> str:
    return _python(["-c", program], folder, forks) if program.strip() else ""


def _run(line: str, folder: Path, forks: Forks) -> str:
    (words,) = _split(line, "&&")
    if words[0] == "threefold":
        return _python(["-m", "benchmarks", *words[1:]], folder, forks)
    if words[0] == "pytest":
        return _python(["-m", "pytest", "-p", "no:cacheprovider", *words[1:]], folder, forks)
    if words[0] == "python":
        return _python(words[1:], folder, forks)
    return _output(subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False))


def _python(words: list[str], folder: Path, forks: Forks) -> str:
    packages = folder if (folder / PACKAGES[0]).exists() else PROJECT
    return _output(forks.run(words, folder, packages))


def _output(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, f"{shlex.join(done.args)[:2000]}\n{done.stdout}\n{done.stderr}"
    return done.stdout
