"""Plug-ins and a user's own table go to the workers with the cells, and what cannot is one line."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from benchmarks.cli.own_table import own_suite
from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.errors import WorkerError
from benchmarks.records.results import Record
from benchmarks.records.store import read_records
from benchmarks.runner.run import run_suite
from benchmarks.suites import Suite
from impls import plugins
from tests.benchmarks.cluster.clusters import local_cluster

pytestmark = pytest.mark.usefixtures("without_plugins")

SAMPLE = Path(__file__).parents[1] / "plugins" / "sample"


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Of a cluster that is there before the plug-ins are, and has nothing of them in its environment."""
    with local_cluster(1) as client:
        yield client


def trained(suite: Suite, directory: Path, cluster: Cluster) -> list[Record]:
    console = Console(quiet=True)
    summary = run_suite(
        suite, directory, console, label=None, retry=False, only="accuracy", trainer=cluster.train
    )  # fmt: skip
    assert summary.failures == ()
    return read_records(directory)[0]


@pytest.mark.nightly  # beside a plug-in that is refused below, and trainings on workers in `test_training.py`
def test_a_plugin_and_a_table_travel_to_workers_that_have_neither(client: Any, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "clouds", ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "patients.csv"
    frame = pd.DataFrame({"age": [20 + number % 50 for number in range(60)]})
    frame.assign(ill=frame["age"] > 45).to_csv(table, index=False)
    cluster = Cluster(client)
    plugins.use([tmp_path / "clouds"])
    clouds = Suite(name="clouds", tasks=("three-clouds",), implementations=("numpy",), folds=2, max_epochs=2)
    records = trained(clouds, tmp_path / "run", cluster)
    assert {record.cell.architecture for record in records if record.worker} >= {"shallow", "mlp"}

    base = Suite(name="own", tasks=("wine",), implementations=("numpy",), folds=2, max_epochs=2)
    own = own_suite(table, "ill", base, folds=2)
    records = trained(own, tmp_path / "own", cluster)
    assert {record.cell.architecture for record in records if record.worker} >= {"mlp", "linear"}
    (theirs,) = client.run(os.getenv, plugins.VARIABLE).values()
    assert str(tmp_path) not in theirs, "they have copies of their own"


def test_a_plugin_that_reads_a_file_of_its_own_is_refused_in_one_line(client: Any, tmp_path: Path) -> None:
    (tmp_path / "size.txt").write_text("3")
    (tmp_path / "mine.py").write_text(
        "from dataclasses import replace\nfrom pathlib import Path\nfrom benchmarks.tasks import task\n"
        "SIZE = int(Path(__file__).with_name('size.txt').read_text())\n"
        "TASK = replace(task('wine'), name='mine')\n"
    )
    plugins.use([tmp_path / "mine.py"])
    suite = Suite(name="mine", tasks=("mine",), implementations=("numpy",), folds=2, max_epochs=1)
    message = (
        r"worker '?0'?: plug-in mine\.py \(mine\.py line 4\): FileNotFoundError: .*; a plug-in's Python files travel"
    )
    with pytest.raises(WorkerError, match=message) as raised:
        trained(suite, tmp_path / "run", Cluster(client))
    assert "\n" not in str(raised.value)
