"""The digests of the sources, worked out once: what tests start takes them from here.

A command that begins a run reads and parses every file that measures, a second or two of the processor; so does each
worker of a cluster. All that tests start has the same files. `tests/benchmarks/test_environment.py` and the runs that
start `python -m benchmarks` as it is work them out.
"""

from benchmarks.environment import sources_digest


def remembering() -> str:
    """Lines of a program, for its beginning: `benchmarks` has the digests already."""
    digests = {timed: sources_digest(timed=timed) for timed in (False, True)}
    return (
        f"from benchmarks import environment\nenvironment.sources_digest = lambda *, timed=True: {digests!r}[timed]\n"
    )
