"""Plug-ins are loaded as the environment says; each test begins and ends without any."""

from collections.abc import Iterator

import pytest

from impls import plugins


@pytest.fixture(autouse=True)
def without_plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(plugins.VARIABLE, "")
    plugins.reset()
    yield
    monkeypatch.undo()
    plugins.reset()
