"""A process together with all that it started."""

import os
import signal
from contextlib import suppress

import psutil


def resident_bytes_of(process: psutil.Process) -> int:
    """The memory that all of them hold."""
    used = 0
    for each in [process, *_descendants(process)]:
        try:
            used += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return used


def kill(process: psutil.Process) -> None:
    """End all of them, the youngest first; the process itself may have ended by itself, and left others behind.

    Args:
        process: of a group of its own, where the system has groups (POSIX): what it leaves behind is found by that.
    """
    for each in [*_descendants(process), process]:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue
    # Its number names the group for as long as the group has members; once another process has it, the group is gone.
    if hasattr(os, "killpg") and (process.is_running() or not psutil.pid_exists(process.pid)):
        # A group that is gone is no process's; one whose last members are zombies refuses on macOS.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
