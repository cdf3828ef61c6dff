"""In CI nothing that `.ci/run` installs may be missing: a test that skips for want of it fails there.

No example of hypothesis has a deadline: on a shared machine it would measure the neighbours.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-faults", action="store_true", help="plant every fault, not one for each figure and check (nightly)"
    )


settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

#: What `.ci/run` installs where it is missing, as the reasons of skipped tests name it.
INSTALLED_BY_CI = ("chromium", "fashion-mnist")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if any(name in reason.lower() for name in INSTALLED_BY_CI):
            report.outcome = "failed"
            report.longrepr = f"{reason}; in CI this must not be missing, see .ci/run"
    return report
