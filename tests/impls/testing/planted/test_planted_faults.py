"""Every planted fault is caught by the stage or check that has to catch it; `pytest -s` lists what was planted.

Each table's faults of an implementation are planted in a process of their own, which holds its framework alone; two run
side by side.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from impls.engines import implementations
from tests.impls.testing.planted.faults import TABLES

#: (implementation, table), the quickest first.
PROCESSES = [(name, table) for name in ("numpy", "torch", "keras-tensorflow") for table in TABLES]
PLANTED = [(process, fault) for process in PROCESSES for fault in TABLES[process[1]][process[0]]]

#: What the issues of this project ask for, at the least: of each table.
FEWEST = {"faults": 40, "sequence_faults": 60}


def plant_all(folder, process):
    name, table = process
    result = folder / f"{name}-{table}.json"
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[name].environment)
    command = [sys.executable, "-m", "tests.impls.testing.planted.planting", name, table, str(result)]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        return {"failure": finished.stderr[-2000:]}
    return json.loads(result.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    slowest_first = list(reversed(PROCESSES))
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(slowest_first, pool.map(partial(plant_all, folder), slowest_first), strict=True))


@pytest.mark.parametrize("process", PROCESSES, ids=": ".join)
def test_nothing_is_noticed_without_a_fault(verdicts, process):
    found = verdicts[process]
    assert "failure" not in found, found["failure"]
    assert {name: verdict["noticed"] for name, verdict in found["sound"].items() if verdict["noticed"]} == {}


@pytest.mark.parametrize(("process", "fault"), PLANTED, ids=[f"{name}: {fault.name}" for (name, _), fault in PLANTED])
def test_fault_is_caught(verdicts, process, fault):
    found = verdicts[process]
    assert "failure" not in found, found["failure"]
    verdict = found["faulty"][fault.name]
    noticed = ", ".join(verdict["noticed"])
    print(f"\nplanted in {process[0]}, {fault.file}: {fault.name}; noticed by {noticed} ({verdict['seconds']} s)")
    assert fault.caught in verdict["noticed"]


def test_there_are_enough_faults_and_each_is_another():
    for table, fewest in FEWEST.items():
        assert sum(len(faults) for faults in TABLES[table].values()) >= fewest
    assert {name for table in TABLES.values() for name in table} == {name for name, _ in PROCESSES}
    changes = [(name, fault.file, fault.old, fault.new) for (name, _), fault in PLANTED]
    assert len({change[1:] for change in changes}) == len(changes)
    assert len({(process, fault.name) for process, fault in PLANTED}) == len(PLANTED)
    assert all(fault.old != fault.new for _, fault in PLANTED)
