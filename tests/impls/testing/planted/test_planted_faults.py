"""Every planted fault is caught by the stage or check that has to catch it; `pytest -s` lists what was planted.

Each implementation's faults are planted in a process of its own, which holds its framework alone; two run side by side.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from impls.engines import implementations
from tests.impls.testing.planted.faults import FAULTS

PLANTED = [(name, fault) for name, faults in FAULTS.items() for fault in faults]

#: What the issue of this project asks for, at the least.
FEWEST = 40


def plant_all(folder, name):
    result = folder / f"{name}.json"
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[name].environment)
    command = [sys.executable, "-m", "tests.impls.testing.planted.planting", name, str(result)]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        return {"failure": finished.stderr[-2000:]}
    return json.loads(result.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    slowest_first = list(reversed(FAULTS))
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(slowest_first, pool.map(partial(plant_all, folder), slowest_first), strict=True))


@pytest.mark.parametrize("implementation", FAULTS)
def test_nothing_is_noticed_without_a_fault(verdicts, implementation):
    found = verdicts[implementation]
    assert "failure" not in found, found["failure"]
    assert {name: verdict["noticed"] for name, verdict in found["sound"].items() if verdict["noticed"]} == {}


@pytest.mark.parametrize(("implementation", "fault"), PLANTED, ids=[f"{name}: {fault.name}" for name, fault in PLANTED])
def test_fault_is_caught(verdicts, implementation, fault):
    found = verdicts[implementation]
    assert "failure" not in found, found["failure"]
    verdict = found["faulty"][fault.name]
    noticed = ", ".join(verdict["noticed"])
    print(f"\nplanted in {implementation}, {fault.file}: {fault.name}; noticed by {noticed} ({verdict['seconds']} s)")
    assert fault.caught in verdict["noticed"]


def test_there_are_enough_faults_and_each_is_another():
    assert len(PLANTED) >= FEWEST
    assert len({(fault.file, fault.old, fault.new) for _, fault in PLANTED}) == len(PLANTED)
    assert all(fault.old != fault.new for _, fault in PLANTED)
