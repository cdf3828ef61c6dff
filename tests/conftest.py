"""What all tests share: two options of the nightly run, and that in CI nothing it installs may be missing.

A test marked `nightly` runs with `--thorough` alone; a quicker one beside it catches the same kind of fault.
In CI a test that skips for want of what `.ci/run` installs fails. No example of hypothesis has a deadline: on a shared
machine it would measure the neighbours.
"""

import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-faults", action="store_true", help="plant every fault, not one for each figure or stage (nightly)"
    )
    parser.addoption("--thorough", action="store_true", help="run the tests marked `nightly` too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "nightly: a slow variant of a test that runs always; runs with --thorough")


def pytest_collection_finish() -> None:
    # What libraries and tests consist of stays for ever: it is not gone through again by each collection of garbage.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--thorough"):
        return
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]


settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

#: What `.ci/run` installs where it is missing, as the reasons of skipped tests name it.
INSTALLED_BY_CI = ("chromium", "fashion-mnist", "extra `mutants`")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if any(name in reason.lower() for name in INSTALLED_BY_CI):
            report.outcome = "failed"
            report.longrepr = f"{reason}; in CI this must not be missing, see .ci/run"
    return report
