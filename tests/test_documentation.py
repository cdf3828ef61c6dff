"""Every code block of README and of docs runs here, or is marked as output or as not run, with the reason.

What a fence's title says:

- ```python title="PATH"```, ```toml title="PATH"```: a file, written before anything of the page runs;
- ```python title="add to PATH"```: appended to a source file; ```diff title="PATH"```: its lines replaced;
- ```python```: the page's program, all its blocks in order in one process;
- ```bash```: commands, each of which ends with exit code 0;
- ```bash title="not run by the tests: REASON"```: only looked at: `threefold` has these commands and options;
- ```text title="output"```: lines that program or commands print, in this order;
- ```text``` with another title or none: shown only.

Each page runs in a copy of the project's packages, so that an example may add files to them.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
PACKAGES = ("impls", "benchmarks", "report")
FENCE = re.compile(r'^```(?P<language>\w*)(?: title="(?P<title>[^"]*)")?\n(?P<code>.*?)^```$', re.DOTALL | re.MULTILINE)
NOT_RUN = "not run by the tests: "
ADD = "add to "
THREEFOLD = [sys.executable, "-m", "benchmarks"]


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


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks = [Block(each["language"], each["title"] or "", each["code"]) for each in FENCE.finditer(text)]
    assert text.count("\n```") == 2 * len(blocks), f"{page.name}: a fence that this test does not understand"
    return blocks


def _names(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks_of(page):
        assert block.language in ("python", "bash", "toml", "diff", "text"), f"a block of {block.language!r}"
        if block.language == "bash":
            assert not block.title or len(block.title) > len(NOT_RUN), "a command that does not run needs its reason"
            assert not block.title or block.title.startswith(NOT_RUN)
        if block.language in ("toml", "diff"):
            assert block.title, "a file needs its path as title"


@pytest.mark.parametrize("page", PAGES, ids=_names)
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


@pytest.mark.parametrize("page", [page for page in PAGES if any(b.runs for b in blocks_of(page))], ids=_names)
def test_page_runs(page: Path, tmp_path: Path) -> None:
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
            printed += _run_program(program, tmp_path)
            program = ""
            for line in _commands(block):
                printed += _run(line, tmp_path)
        elif block.title == "output":
            expected.append(block.code)
    printed += _run_program(program, tmp_path)
    place = 0
    for lines in expected:
        place = printed.find(lines, place)
        assert place >= 0, f"not printed, or not in this order:\n{lines}\nprinted was:\n{printed}"


def copy_project(folder: Path) -> None:
    """The packages, so that a page's example can add to them, and the published results to read."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
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


def _run_program(program: str, folder: Path) -> str:
    return _execute([sys.executable, "-c", program], folder) if program.strip() else ""


def _run(line: str, folder: Path) -> str:
    (words,) = _split(line, "&&")
    if words[0] == "threefold":
        words = [*THREEFOLD, *words[1:]]
    elif words[0] == "pytest":
        words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words[1:]]
    elif words[0] == "python":
        words = [sys.executable, *words[1:]]
    return _execute(words, folder)


def _execute(words: list[str], folder: Path) -> str:
    path = os.pathsep.join((str(folder), str(folder / "report" / "exported")))
    environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{shlex.join(words)[:2000]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_table_of_denormals_is_that_of_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.overhead.denormals import append_launch
    from docs import hooks
    from tests.benchmarks.overhead.test_denormals import launches

    page = hooks.HOW_IT_MEASURES.read_text(encoding="utf-8")
    assert page == hooks.how_it_measures(), "run 'python -m docs.hooks'"
    monkeypatch.setattr(hooks, "DENORMALS", tmp_path / "made.jsonl")
    for launch in launches():
        append_launch(tmp_path / "made.jsonl", launch)
    made = hooks.how_it_measures()
    assert "| 200   | GRU" in made
    assert made.count("<!-- denormals:") == 2


def test_the_table_of_fits_is_that_of_its_record() -> None:
    from docs.hooks import ESTIMATORS, estimators

    assert ESTIMATORS.read_text(encoding="utf-8") == estimators(), "run 'python -m docs.hooks'"


def test_the_command_lines_page_is_that_of_the_commands() -> None:
    from docs.hooks import COMMAND_LINE, command_line

    assert COMMAND_LINE.read_text(encoding="utf-8") == command_line(), "run 'python -m docs.hooks'"


def test_the_schema_is_that_of_verdicts() -> None:
    from docs.hooks import VERDICT_SCHEMA, verdict_schema

    assert VERDICT_SCHEMA.read_text(encoding="utf-8") == verdict_schema(), "run 'python -m docs.hooks'"


LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<address>[^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_links_lead_to_files(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    addresses = [link["address"].split("#")[0] for link in LINK.finditer(text)]
    assert [address for address in addresses if address and not (page.parent / address).exists()] == []


def _targets(page: Path) -> set[Path]:
    text = page.read_text(encoding="utf-8")
    addresses = (link["address"].split("#")[0] for link in LINK.finditer(text))
    return {(page.parent / address).resolve() for address in addresses if address}


def test_a_strangers_ten_tasks_are_two_clicks_away() -> None:
    ways = re.findall(r"^\| (.*?) \| (\[.*?\)) \| (\[.*?\))? *\|$", (DOCS / "finding-your-way.md").read_text(), re.M)
    assert len(ways) == 10
    readme = _targets(PROJECT / "README.md")
    for task, *clicks in ways:
        reached = readme
        for click in filter(None, clicks):
            (link,) = LINK.findall(click)
            target = (DOCS / link).resolve()
            assert target in reached, f"{task}: no link to {link}"
            reached = _targets(target) if target.suffix == ".md" else set()


ADDITIONS = {
    "a data set": "adding-a-data-set.md",
    "a task": "adding-a-task.md",
    "a network (architecture)": "adding-a-network.md",
    "an optimizer": "adding-an-optimizer.md",
    "an implementation": "adding-an-implementation.md",
    "a metric": "adding-a-metric.md",
    "a layer": "adding-a-layer.md",
    "a figure": "adding-a-figure.md",
    "a claim": "adding-a-claim.md",
}


@pytest.mark.parametrize("addition", ADDITIONS)
def test_an_addition_costs_the_files_that_the_table_says(addition: str) -> None:
    table = (DOCS / "what-it-costs-to-add.md").read_text(encoding="utf-8")
    (said,) = re.findall(rf"^\| {re.escape(addition)} \| (\d+)", table, re.M)
    blocks = blocks_of(DOCS / ADDITIONS[addition])
    touched = {block.title.removeprefix(ADD) for block in blocks if block.title}
    assert len({title for title in touched if title.startswith(tuple(f"{name}/" for name in PACKAGES))}) == int(said)


def test_the_implementations_page_shows_the_tested_newcomer() -> None:
    newcomer = (PROJECT / "tests" / "impls" / "testing" / "newcomer.py").read_text(encoding="utf-8")
    body = newcomer[newcomer.index("class EinsumModel") : newcomer.index("def build_einsum")].rstrip()
    assert body in (DOCS / "adding-an-implementation.md").read_text(encoding="utf-8")


#: What the documentation is made of, beside the published results.
SITE_PARTS = (
    ".github", "docs", "impls", "benchmarks", "report", "tests", "README.md", "CONTRIBUTING.md", "mkdocs.yml",
)  # fmt: skip


def test_the_site_is_built_and_a_broken_link_fails(tmp_path: Path) -> None:
    for name in SITE_PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    shutil.copytree(PROJECT / "results" / "published", tmp_path / "results" / "published")
    built = _build(tmp_path)
    assert built.returncode == 0, built.stderr
    site = tmp_path / "site"
    assert "train_step" in (site / "library.html").read_text(encoding="utf-8"), "docstrings are on the page"
    assert (site / "source" / "impls" / "scratch" / "lstm.py.html").exists()
    lesson = (site / "learn" / "neuron.html").read_text(encoding="utf-8")
    assert "<math" in lesson
    assert "arithmatex" not in lesson
    assert 'title="impls' not in lesson
    assert lesson.count('class="tabbed-block"') == 4, "the layer four times"
    fetched = re.compile(r'<(?:script|link|img)[^>]* (?:src|href)="https?://')
    assert [page.name for page in site.rglob("*.html") if fetched.search(page.read_text(encoding="utf-8"))] == []
    # One page alone is built in seconds, by the same settings.
    for page in (tmp_path / "docs").glob("*.md"):
        page.unlink()
    (tmp_path / "docs" / "index.md").write_text("[nowhere](../impls/nowhere.py)\n", encoding="utf-8")
    settings = tmp_path / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8").partition("\nnav:\n")[0], encoding="utf-8")
    broken = _build(tmp_path)
    assert broken.returncode != 0
    assert "nowhere" in broken.stderr


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
