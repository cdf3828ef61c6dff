"""Whatever a plug-in's file holds: what is wrong with it is a printable line, and everything else works."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impls import plugins
from tests.benchmarks.fuzzing.commands import COMMANDS, command
from tests.benchmarks.fuzzing.inputs import fuzzed, odd_texts, torn

#: Values by name, each of which is replaced by others; nothing is computed when it is loaded.
PLUGIN = """
from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Generated
from benchmarks.studies.base import Study
from benchmarks.suites import Suite
from benchmarks.tasks.base import Recipe, Task
from benchmarks.tasks.encodings.transformers import standard_scaler
from impls import Training
from impls.engines import Implementation
from impls.mlp import MLP

pytestmark = pytest.mark.usefixtures("without_plugins")

DATASET = Dataset(
    name={name}, title={title}, kind={kind}, examples={examples}, shape={shape}, source={source}, licence="CC0",
    citation={citation}, size_bytes={size}, sha256={sha256}, ways={ways}, parse={parse},
)
TASK = Task(
    name={task}, title="A task", dataset={dataset}, kind="classification", metrics={metrics},
    recipes={recipes}, baselines={baselines}, preprocessing={preprocessing},
)
IMPLEMENTATION = Implementation(name={implementation}, engine={engine}, network={network})
ARCHITECTURE = {architecture}
METRICS = {metric}
CLAIMS = {claim}
STUDIES = {studies}
"""
SOUND = {
    "name": "'mine'", "title": "'Mine'", "kind": "'table'", "examples": "90", "shape": "(4,)", "source": "'here'",
    "citation": "'none'", "size": "0", "sha256": "'0' * 64", "ways": "(Generated(),)", "parse": "Data",
    "task": "'mine'", "dataset": "'mine'", "metrics": "('accuracy',)",
    "recipes": "{'mlp': Recipe(MLP(inputs=4, hidden=(8,), outputs=3), Training(), batch_size=16, epochs=3)}",
    "baselines": "{}", "preprocessing": "standard_scaler", "implementation": "'mine'", "engine": "'nowhere'",
    "network": "'in_numpy'", "architecture": "MLP", "metric": "()", "claim": "()", "studies": "()",
}  # fmt: skip
#: What stands in the place of one: of the wrong type, of the wrong sort, or broken when it is looked at.
ODD = [
    "None", "True", "3", "-1", "10**400", "float('nan')", "''", "'\\x1b[31m'", "'a\\nb'", "'x' * 5000", "'\\udcff'",
    "[]", "{}", "[[]]", "object()", "object", "lambda: 1", "(_ for _ in ())", "(1, 2)", "Training", "Training()",
    "type('A', (), {'__repr__': lambda self: 1 / 0})()", "type('A', (MLP,), {})", "b'\\xff'", "'../escape'", "'digits'",
    "type('A', (), {'__name__': property(lambda self: 1 / 0), '__repr__': lambda self: '\\x1b'})()", "'[/old]'",
    "1 / 0",
]  # fmt: skip


@st.composite
def changed_plugins(draw: st.DrawFn) -> bytes:
    """A plug-in with one to three odd values, or torn."""
    values = dict(SOUND)
    for _ in range(draw(st.integers(0, 3))):
        values[draw(st.sampled_from(sorted(SOUND)))] = draw(st.sampled_from(ODD) | odd_texts.map(repr))
    text = PLUGIN
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    content = text.encode("utf-8", "replace")
    return draw(torn(content)) if draw(st.integers(0, 2)) == 0 else content


@fuzzed(COMMANDS)
@given(content=changed_plugins())
def test_plugins(folder: Path, content: bytes) -> None:
    path = folder / "plugin.py"
    path.write_bytes(content)
    plugins.use([])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(plugins.VARIABLE, "")
        # A line for each part that could not be used.
        assert command("list", "--plugin", path, lines=8) == 0
    plugins.reset()
    command("data", "describe", path)
