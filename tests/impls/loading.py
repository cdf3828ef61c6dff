"""A process that holds one implementation, as a measured process does."""

from benchmarks.execution.optional import without_unused
from impls.engines import implementations, load_engine


def load_alone(name: str) -> None:
    """Import the implementation's framework, by its environment, without what it takes only because it is there."""
    described = implementations()[name]
    with without_unused(described.unused):
        load_engine(described)
