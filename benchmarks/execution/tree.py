"""A process together with all that it started."""

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
    """End all of them, the youngest first."""
    for each in [*_descendants(process), process]:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
