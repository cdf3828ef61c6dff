"""Each test begins and ends without plug-ins."""

import pytest


@pytest.fixture(autouse=True)
def each_without_plugins(without_plugins: None) -> None:
    """Each test of this folder."""
