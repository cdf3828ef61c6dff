"""Every planted fault is caught by the stage or check that has to catch it; `pytest -s` lists what was planted.

By default one fault is planted for each figure and check of NumPy and PyTorch and for each stage of the slower ones,
with `--all-faults` every one. Each framework's faults are planted in a process of their own, which holds that framework
alone; two run side by side.
"""

import json
import operator
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from impls.engines import implementations
from impls.testing import STAGES
from tests.impls.testing.planted.faults import A_FAULT_A_STAGE, AT_NIGHT, FAULTS, SHARES_CODE_WITH, faults_of, stage_of
from tests.impls.testing.planted.planting import SOURCES

#: The slowest last, to be begun first.
FRAMEWORKS = ("numpy", "numpy-textbook", "torch", "keras-torch", "keras-jax", "keras-tensorflow")
#: Those with tables of their own, not beside another one's.
WITH_ALL_STAGES = tuple(framework for framework in FRAMEWORKS if framework not in SHARES_CODE_WITH)

#: What the issues of this project ask for, at the least: of each table.
FEWEST = {"faults": 40, "sequence_faults": 60, "blind_spots": 46}

#: Stages that no fault of a framework is planted for, and why not.
UNPROVED = {
    # Keras starts its layers anew by itself; a stateful layer wants batches of one size, and crashes.
    "keras-tensorflow": {"state"},
}


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("--all-faults")
    if "fault" in metafunc.fixturenames:
        planted = [(framework, fault) for framework in FRAMEWORKS for fault in faults_of(framework, every)]
        names = [f"{framework}: {fault.name}" for framework, fault in planted]
        metafunc.parametrize(("framework", "fault"), planted, ids=names)


def plant(framework, result, options):
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | dict(implementations()[framework].environment)
    command = [sys.executable, "-m", "tests.impls.testing.planted.planting", framework, str(result), *options]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        return {"failure": finished.stderr[-2000:]}
    return json.loads(result.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("planted")
    options = ["--all-faults"] if request.config.getoption("--all-faults") else []
    options += ["--sound"] if request.config.getoption("--thorough") else []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {
            framework: pool.submit(plant, framework, folder / f"{framework}.json", options)
            for framework in reversed(FRAMEWORKS)
        }
        return {framework: process.result() for framework, process in running.items()}


# Nightly: that the sound code passes is shown on other networks by the conformance run and the contract's tests.
@pytest.mark.nightly
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_nothing_is_noticed_without_a_fault(verdicts, framework):
    verdict = verdicts[framework]
    assert "failure" not in verdict, verdict["failure"]
    assert verdict["sound"]
    assert {name: each["noticed"] for name, each in verdict["sound"].items() if each["noticed"]} == {}


def test_fault_is_caught(verdicts, framework, fault):
    assert "failure" not in verdicts[framework], verdicts[framework]["failure"]
    verdict = verdicts[framework]["faulty"][fault.name]
    noticed = ", ".join(verdict["noticed"])
    print(f"\nplanted in {framework}, {fault.file}: {fault.name}; noticed by {noticed} ({verdict['seconds']} s)")
    assert fault.caught in verdict["noticed"]


@pytest.mark.parametrize("framework", WITH_ALL_STAGES)
def test_what_is_planted_by_default_is_caught_by_as_many_of_them_as_everything(framework):
    default, every = faults_of(framework), faults_of(framework, every=True)
    kind = stage_of if framework in A_FAULT_A_STAGE else operator.attrgetter("caught")
    caught = [kind(fault) for fault in default]
    assert len(caught) == len(set(caught))
    assert set(caught) == {kind(fault) for fault in every} - AT_NIGHT.get(framework, set())
    assert set(default) <= set(every)


def test_what_is_planted_at_night_alone_is_planted_always_in_another_framework():
    always = {stage_of(fault) for fault in faults_of("numpy")}
    assert all(stages <= always for stages in AT_NIGHT.values())


@pytest.mark.parametrize("framework", WITH_ALL_STAGES)
def test_every_stage_of_the_certificate_has_a_fault_that_it_must_catch(framework):
    proved = {stage_of(fault) for fault in faults_of(framework, every=True)}
    assert set(STAGES) - proved == UNPROVED.get(framework, set())


def test_every_fault_has_its_place_in_the_sources():
    """Also those that are planted at night alone."""
    planted = [fault for faults in FAULTS.values() for some in faults.values() for fault in some]
    sources = {fault.file: (SOURCES / fault.file).read_text(encoding="utf-8") for fault in planted}
    assert [fault.name for fault in planted if sources[fault.file].count(fault.old) != 1] == []


def test_there_are_enough_faults_and_each_is_another():
    for table, fewest in FEWEST.items():
        assert sum(len(faults) for faults in FAULTS[table].values()) >= fewest
        assert set(FAULTS[table]) == set(WITH_ALL_STAGES)
    assert set(FAULTS["backend_faults"]) == set(SHARES_CODE_WITH)
    planted = [(name, fault) for table in FAULTS.values() for name, faults in table.items() for fault in faults]
    changes = [(fault.file, fault.old, fault.new) for _, fault in planted]
    assert len(set(changes)) == len(changes)
    assert len({(framework, fault.name) for framework, fault in planted}) == len(planted)
    assert all(fault.old != fault.new for _, fault in planted)
