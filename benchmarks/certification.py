"""Certificates within a run: the reference's probe first, then the other implementations' side by side."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.jobs import Job
from benchmarks.planning import Planned


def certificate_phases(planned: Sequence[Planned], folder: Path) -> Iterator[list[Job]]:
    """The jobs of one phase after the other."""
    assert planned is not None
    assert folder
    yield from ()
