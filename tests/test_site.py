"""The documentation as a whole: generated parts are those of their sources, links lead somewhere, the site is built."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.suites import read_suite
from tests.test_documentation import ADD, DOCS, FENCE, PACKAGES, PAGES, PROJECT, blocks_of, page_name


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


WORDS = {3: "three", 5: "five", 8: "eight", 9: "nine", 10: "ten"}


def test_the_page_says_how_often_the_suites_measure() -> None:
    page = " ".join((DOCS / "how-it-measures.md").read_text(encoding="utf-8").split())
    quick, standard = (read_suite(name) for name in ("quick", "standard"))
    seeds = (
        {suite.repeats for suite in (quick, standard)},
        {n for suite in (quick, standard) for n in suite.seeds.values()},
    )
    (repeats,), (more,) = seeds
    sizes = [str(size) for size in standard.timing.batch_sizes]
    said = (
        f"every training with {WORDS[repeats]} seeds (small tables with {WORDS[more]}). "
        f"The quick suite times in {WORDS[quick.timing.launches]} launches, "
        f"the standard suite in {WORDS[standard.timing.launches]}, "
        f"at the batch sizes {', '.join(sizes[:-1])} and {sizes[-1]}"
    )
    assert said in page


def test_the_table_of_fits_is_that_of_its_record() -> None:
    from docs.hooks import ESTIMATORS, estimators

    page = ESTIMATORS.read_text(encoding="utf-8")
    assert page == estimators(), "run 'python -m docs.hooks'"
    assert "| digits, 128-64, batches of 32, 20 epochs " in page


def test_the_tables_of_overhead_are_those_of_the_records() -> None:
    from docs import contest

    page = contest.PAGE.read_text(encoding="utf-8")
    assert page == contest.renewed(page), "run 'python -m docs.contest'"
    assert page.count("| model numpy ÷ model torch |") == len(contest.CONTEST)


def test_the_gate_s_rates_are_those_of_its_published_self_test() -> None:
    from docs.hooks import GATE, gate

    assert GATE.read_text(encoding="utf-8") == gate(), "run 'python -m docs.hooks'"


def test_the_page_on_certificates_has_the_verdicts_on_mutants_that_are_kept() -> None:
    pytest.importorskip("cosmic_ray", reason="of the extra `mutants`")
    from docs.hooks import CERTIFICATES, certificates

    assert CERTIFICATES.read_text(encoding="utf-8") == certificates(), "run 'python -m docs.hooks'"


def test_the_command_lines_page_is_that_of_the_commands() -> None:
    from docs.hooks import COMMAND_LINE, command_line

    assert COMMAND_LINE.read_text(encoding="utf-8") == command_line(), "run 'python -m docs.hooks'"


def test_the_schema_is_that_of_verdicts() -> None:
    from docs.hooks import VERDICT_SCHEMA, verdict_schema

    assert VERDICT_SCHEMA.read_text(encoding="utf-8") == verdict_schema(), "run 'python -m docs.hooks'"


LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<address>[^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
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
    "a study": "adding-a-study.md",
    "a network (architecture)": "adding-a-network.md",
    "an optimizer": "adding-an-optimizer.md",
    "an implementation": "adding-an-implementation.md",
    "a back end of Keras": "adding-a-keras-back-end.md",
    "a metric": "adding-a-metric.md",
    "a layer": "adding-a-layer.md",
    "a figure": "adding-a-figure.md",
    "a claim": "adding-a-claim.md",
}


def test_every_row_of_the_table_of_additions_has_its_example() -> None:
    table = (DOCS / "what-it-costs-to-add.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (an? .*?) \| (\d+)", table, re.M)
    assert {name for name, _ in rows} == {*ADDITIONS, "a suite"}
    page = blocks_of(DOCS / ADDITIONS["a task"])
    (suite,) = {block.title for block in page if block.language == "toml" and any(block.title in b.code for b in page)}
    assert dict(rows)["a suite"] == "1", f"{suite}, which the page's command runs"


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


LAST_HOOK = "docs/notebooks.py]"
#: A hook after those of the site: the code of all sources but one is neither coloured nor indexed, which takes most of
#: the time. With `--thorough` it is.
SHORTENED = """
def on_files(files, config):
    for file in files:
        if file.src_uri.startswith("source/") and file.src_uri.endswith((".py.md", ".toml.md")):
            if file.src_uri != "source/impls/scratch/lstm.py.md":
                file.content_string = file.content_string.partition("\\n")[0]
    return files
"""


@pytest.mark.nightly  # half a minute; the workflow builds the site in a job of its own, and links are followed above
def test_the_site_is_built_and_a_broken_link_fails(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    for name in SITE_PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    shutil.copytree(PROJECT / "results" / "published", tmp_path / "results" / "published")
    settings = tmp_path / "mkdocs.yml"
    if not pytestconfig.getoption("--thorough"):
        (tmp_path / "shortened.py").write_text(SHORTENED, encoding="utf-8")
        text = settings.read_text(encoding="utf-8")
        assert text.count(LAST_HOOK) == 1
        settings.write_text(text.replace(LAST_HOOK, "docs/notebooks.py, shortened.py]"), encoding="utf-8")
    built = _build(tmp_path)
    assert built.returncode == 0, built.stderr
    site = tmp_path / "site"
    assert "train_step" in (site / "library.html").read_text(encoding="utf-8"), "docstrings are on the page"
    assert "recurrent_kernel" in (site / "source" / "impls" / "scratch" / "lstm.py.html").read_text(encoding="utf-8")
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
    settings.write_text(settings.read_text(encoding="utf-8").partition("\nnav:\n")[0], encoding="utf-8")
    broken = _build(tmp_path)
    assert broken.returncode != 0
    assert "nowhere" in broken.stderr


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
