"""Hostile inputs: stored forms with values put elsewhere, left out or added, and files that are torn.

By default a few dozen of each kind are tried. `THREEFOLD_FUZZ_INPUTS=2500` tries this number for each of the tests of
readers, and a tenth of it for those of commands and reports.
"""

import copy
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from benchmarks.suites import read_suite
from impls.errors import ThreefoldError
from tests.report.sample_runs import manifest, sample_records

INPUTS = int(os.environ.get("THREEFOLD_FUZZ_INPUTS", "40"))
#: Of the processor, so that what else the machine does is not counted.
LIMIT_S = 2.0


def fuzzed(inputs: int = INPUTS) -> settings:
    """This many inputs, the same at every run unless their number is given."""
    return settings(
        max_examples=inputs,
        deadline=None,
        phases=(Phase.generate,),  # the inputs are small changes already: to shrink them takes minutes
        derandomize="THREEFOLD_FUZZ_INPUTS" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def answered(read: Callable[[], Any]) -> None:
    """Run it: nothing but our own error, in one printable line, and in time."""
    began = time.process_time()
    message = ""
    try:
        read()
    except ThreefoldError as error:
        message = str(error)
    assert message.isprintable()
    assert len(message) < 3000
    assert time.process_time() - began < LIMIT_S


odd_texts = st.text(max_size=40) | st.sampled_from(
    ["\x1b[31m", "a\nb", "=cmd", '" style="', "x" * 5000, "[/old]", "\x00"]
)
odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 10**18 + 1])
    | st.floats()
    | odd_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_texts, inner, max_size=4),
    max_leaves=8,
)

RECORD_TEXTS = [each.model_dump_json() for each in sample_records(["numpy", "torch"])]
MANIFEST_TEXT = manifest(sample_records(["numpy"])).model_dump_json()
#: Of what the suites of the project do not have: variants, and searches.
OWN_SUITE = """name = "own"
tasks = ["digits", "wine"]
implementations = ["numpy"]
folds = 2
max_epochs = 3
validation_share = 0.25
unchanged_recipes = "none"
[epochs]
wine = 2
[seeds]
wine = 4
[[variants]]
name = "sgd, 0.1"
tasks = ["digits"]
recipes = ["mlp"]
overrides = { optimizer = "sgd", learning_rate = 0.1, hidden = [8, 4], train_examples = 400 }
[[variants]]
name = "small"
overrides = { batch_size = 16, epochs = 2 }
[tuning]
methods = ["tpe", "grid"]
trials = 4
[tuning.space]
learning_rate = { low = 1e-4, high = 0.3, logarithmic = true, grid = [5e-4, 0.25] }
batch_size = { choices = [8, 64] }
"""
SUITE_TEXTS = [
    *(path.read_text("utf-8") for path in sorted(Path(read_suite.__code__.co_filename).parent.glob("*.toml"))),
    OWN_SUITE,
]
#: For which the parser alone would take half a minute.
DEEP_KEY = ".".join("a" * 40_000)


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in what JSON holds."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [each for name, value in items for each in [(*path, name), *places(value, (*path, name))]]


@st.composite
def changed_json(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A stored form with values put elsewhere, left out or added, or with bytes that are torn."""
    text = draw(st.sampled_from(texts))
    if draw(st.booleans()):
        content = json.loads(text)
        for _ in range(draw(st.integers(1, 3))):
            every = places(content)
            if not every:
                break
            *before, last = draw(st.sampled_from(every))
            place = content
            for part in before:
                place = place[part]
            if draw(st.booleans()):
                place[last] = draw(odd_values)
            elif isinstance(place, dict) and draw(st.booleans()):
                place[draw(odd_texts)] = copy.deepcopy(place[last])
            else:
                del place[last]
        return json.dumps(content).encode()
    return draw(torn(text.encode()))


@st.composite
def torn(draw: st.DrawFn, content: bytes) -> bytes:
    """Some bytes cut off, replaced or repeated."""
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 50)))
    middle = draw(st.binary(max_size=10) | st.sampled_from([b"[" * 3000, b'{"a":' * 3000, b"9" * 500, b"\xef\xbb\xbf"]))
    return content[:start] + middle + content[end:]


@st.composite
def changed_suites(draw: st.DrawFn) -> bytes:
    """A suite of the project with a line changed or added, or torn."""
    text = draw(st.sampled_from(SUITE_TEXTS))
    if draw(st.booleans()):
        return draw(torn(text.encode()))
    lines = text.splitlines()
    position = draw(st.integers(0, len(lines) - 1))
    odd_names = ['"a\\nb\\u001b"', "x", DEEP_KEY]
    name = draw(st.sampled_from([line.partition(" =")[0] for line in lines if " = " in line] + odd_names))
    value = draw(
        st.sampled_from(["inf", "nan", "true", "-1", "0", "9" * 30, "9" * 5000, '"32"', "[[1]]", "1979-05-27"])
        | st.integers().map(str)
        | st.floats().map(str)
        | odd_texts.map(lambda each: json.dumps(each))
        | st.integers(1, 3000).map(lambda depth: "[" * depth + "]" * depth)
    )
    if "{" in lines[position] and draw(st.booleans()):  # within an inline table
        lines[position] = re.sub(
            r"= (\[[^\]]*\]|[^,{}\[\] ]+)(?= ?[,}])", lambda _: f"= {value}", lines[position], count=1
        )
    else:
        lines[position : position + draw(st.integers(0, 1))] = [f"{name} = {value}"]
    return "\n".join(lines).encode("utf-8", "replace")


def hostile_of_its_kind(value: Any) -> st.SearchStrategy[Any]:
    """What a schema cannot refuse: a value of the same type that nobody expects."""
    if isinstance(value, bool):
        return st.just(not value)
    if isinstance(value, int):
        return st.sampled_from([0, 1, 2, 10**18])
    if isinstance(value, float):
        return st.sampled_from([float("nan"), float("inf"), float("-inf"), 0.0, -1.0, 1e308, 5e-324, -1e300])
    if isinstance(value, str):
        return odd_texts
    if isinstance(value, list):
        return st.sampled_from([[], value[:1], value * 2])
    if isinstance(value, dict):
        return st.sampled_from([{}, dict(list(value.items())[:1])])
    return odd_values


@st.composite
def plausible(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A stored form that a reader mostly takes, with one to three values of the right type that make no sense."""
    content = json.loads(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(1, 3))):
        *before, last = draw(st.sampled_from(places(content)))
        place = content
        for part in before:
            place = place[part]
        place[last] = draw(hostile_of_its_kind(place[last]))
    return json.dumps(content).encode()
