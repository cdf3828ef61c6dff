"""Other load on the machine: a process that keeps one core busy half of the time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Busy for as long as idle, in turns of a length that a figure's turn can fall into.
PROGRAM = """
import time
while True:
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        pass
    time.sleep(0.05)
"""


@contextmanager
def half_a_core() -> Iterator[None]:
    """The load, for as long as the context lasts."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()
