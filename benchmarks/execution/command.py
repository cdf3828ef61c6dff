"""What a measured process is, what it has to do within which limits, and how that may end."""

import json
from dataclasses import dataclass, field, replace
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
    #: Commands of one contest, each for a process of its own, are done at once and measure by turns.
    contest: str = ""

    def by_turns(self, address: str) -> "Command":
        """The same command, whose process asks there for its turns; only where its request is an object."""
        return replace(self, request=json.dumps(json.loads(self.request) | {"turns": address}))

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
