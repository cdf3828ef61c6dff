"""The command line in this process, whose start would take most of the time."""

from collections.abc import Callable

import pytest

from tests.benchmarks.cli.real_command import Done, called


@pytest.fixture
def threefold() -> Callable[..., Done]:
    """Runs `threefold` with these arguments."""
    return called
