"""What a measured process is, what it has to do within which limits, and how that may end."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from benchmarks.execution.account import Activity


@dataclass(frozen=True)
class Limits:
    """What a cell may use before it is ended."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Host:
    """What a process is: commands of one host may share one."""

    implementation: str
    threads: int
    #: Differs where a process must not be shared, such as between the launches of a timing.
    group: str = ""
    #: Modules that it imports beside its framework, before it takes commands; those of its first command.
    preload: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Command:
    """`MODULE.main(request, result)` in a process of `benchmarks.execution.host`."""

    module: str
    request: str
    implementation: str
    threads: int
    #: Name of its files in the working folder.
    name: str
    group: str = ""
    #: Modules to import while the process loads; others are imported when the first command needs them.
    preload: tuple[str, ...] = ()
    #: What its time is spent on.
    activity: Activity = "other"
    #: Networks that it goes through: some implementations bear only a few in one process.
    networks: int = 1

    @property
    def host(self) -> Host:
        """The kind of process that it wants."""
        return Host(self.implementation, self.threads, self.group, self.preload)


class Ending(NamedTuple):
    """How a command ended."""

    #: What it left, or the reason why it left nothing.
    left: dict[str, Any] | None
    reason: str | None
    #: Whether a fresh process may do better: this one had done other commands before.
    again: bool = False
