"""The path for learners: its pages have what a step needs, their code is that of the files, their equations render."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from benchmarks.overhead.contest import CONTESTS
from benchmarks.tasks import tasks
from docs.lessons import EQUATION, LISTING, definition, with_code, with_mathml
from impls import implementations
from tests.test_documentation import FENCE, NOT_RUN, blocks_of

PROJECT = Path(__file__).parent.parent
LEARN = PROJECT / "docs" / "learn"

#: In textbook order.
STEPS = (
    "neuron", "activation", "loss", "backpropagation", "gradient-descent", "regularization", "evaluation",
    "convolution", "rnn", "lstm", "gru", "seq2seq", "attention", "transformer",
)  # fmt: skip
#: Shows what judges all implementations alike.
ONE_FOR_ALL = {"evaluation"}
LONGEST_S = 60
OPTIONS = ("task", "recipe", "implementation")

every_step = pytest.mark.parametrize("step", STEPS)


def text_of(step):
    return (LEARN / f"{step}.md").read_text(encoding="utf-8")


def commands(step):
    (block,) = [block for block in blocks_of(LEARN / f"{step}.md") if block.language == "bash"]
    return block


def test_the_path_has_these_steps_in_this_order():
    site = yaml.load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    (pages,) = [part["A path for learners"] for part in site["nav"] if "A path for learners" in part]
    assert pages == ["learn/index.md", *(f"learn/{step}.md" for step in STEPS)]
    listed = re.findall(r"^\| (\d+) \| \[.*?\]\((.*?)\.md\)", (LEARN / "index.md").read_text(encoding="utf-8"), re.M)
    assert listed == [(str(number), step) for number, step in enumerate(STEPS, 1)]
    assert {path.stem for path in LEARN.glob("*.md")} == {"index", *STEPS}


@every_step
def test_a_step_has_equations_code_a_task_and_an_exercise(step):
    text = text_of(step)
    assert text.startswith(f"# {STEPS.index(step) + 1}. ")
    assert "$$" in text
    labels = {link["label"] for link in LISTING.finditer(text)}
    assert step in ONE_FOR_ALL or labels >= {"textbook", "NumPy", "PyTorch", "Keras"}
    assert "**Look for** " in text
    exercise, answer = text.split("## Exercise")[1].split('<details markdown="1"><summary>Answer</summary>')
    assert "?" in exercise or "Work out" in exercise
    assert answer.rstrip().endswith("</details>")
    checks = [fence["code"] for fence in FENCE.finditer(answer) if fence["language"] == "python"]
    assert any("assert " in code for code in checks), "the answer has to be checked"


@every_step
def test_a_step_has_one_command_and_says_how_long_it_takes(step):
    block = commands(step)
    assert re.match(rf"{NOT_RUN}(half a minute|a minute) of ", block.title)
    assert block.code.startswith("threefold ")
    assert len(block.code.splitlines()) == 1


@every_step
def test_the_command_is_about_what_there_is(step):
    words = commands(step).code.split()
    chosen = {option: [words[at + 1] for at, word in enumerate(words) if word == f"--{option}"] for option in OPTIONS}
    assert set(chosen["task"]) <= set(tasks())
    recipes = {label for task in chosen["task"] for label in tasks()[task].recipes}
    assert set(chosen["recipe"]) <= recipes
    assert chosen["implementation"]
    assert set(chosen["implementation"]) <= set(implementations())


def test_the_table_of_speed_is_that_of_the_records():
    from docs import speed

    page = speed.PAGE.read_text(encoding="utf-8")
    assert speed.renewed(page) == page, "run 'python -m docs.speed'"
    assert [contest.name for contest in CONTESTS.values() if f"| {contest.name} |" not in page] == []


@pytest.mark.nightly
@every_step
def test_the_command_takes_less_than_a_minute(step, tmp_path):
    words = shlex.split(commands(step).code)[1:]
    words = [str(tmp_path) if word.startswith("results/local") else word for word in words]
    words += [] if "--out" in words else ["--out", str(tmp_path)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.perf_counter() - began < LONGEST_S


@every_step
def test_code_is_that_of_the_files(step):
    shown = with_code(text_of(step), LEARN)
    assert not LISTING.search(shown)
    assert NOT_RUN not in shown
    for link in LISTING.finditer(text_of(step)):
        path = (LEARN / link["path"]).resolve()
        code = definition(path.read_text(encoding="utf-8"), link["name"])
        assert f'=== "{link["label"]}"' in shown
        assert code.splitlines()[0] in shown
        assert f'title="{path.relative_to(PROJECT).as_posix()}"' in shown


def test_a_definition_is_whole_and_at_the_margin():
    source = (
        "X: int = 1\n\n\n@wrap\nclass A:\n    def f(self):\n        return (\n            1\n        )\n\n\ny = 2\n"
    )
    assert definition(source, "X") == "X: int = 1"
    assert definition(source, "A").startswith("@wrap\nclass A:")
    assert definition(source, "A.f") == "def f(self):\n    return (\n        1\n    )"
    assert definition(source, "y") == "y = 2"
    with pytest.raises(LookupError, match=r"there is no A\.g"):
        definition(source, "A.g")


def test_code_that_is_gone_is_an_error():
    for link in ("[`Nothing`](../../impls/textbook/dense.py)", "[`Dense`](../../impls/textbook/nothing.py)"):
        with pytest.raises(LookupError, match="there is no"):
            with_code(f"- textbook: {link}\n", LEARN)


def rendered(text):
    import markdown

    html = markdown.markdown(
        text,
        extensions=["md_in_html", "pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    assert EQUATION.search(html)
    return with_mathml(html)


@every_step
def test_every_equation_becomes_mathml(step):
    text = FENCE.sub("", text_of(step))
    html = rendered(text)
    assert "arithmatex" not in html
    assert html.count('display="block"') == text.count("$$") / 2
    assert html.count('display="inline"') == len(re.findall(r"(?<!\$)\$(?!\$)", text)) / 2


def test_an_equation_with_an_unknown_command_is_an_error():
    with pytest.raises(LookupError, match="has a command"):
        rendered(r"$\nocommand{x}$")


def test_rows_of_an_equation_are_aligned():
    html = rendered("$$\\begin{split} a &= \\frac{1}{2} \\\\ b &= c \\end{split}$$")
    assert html.count("<mtr>") == 2
    assert "<mfrac>" in html
