"""A measured process from outside: starting it, giving it commands, its limits, and what became of each command."""

import itertools
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from benchmarks.execution.account import Activity
from benchmarks.execution.child import process_environment, reset_peak_bytes
from benchmarks.execution.command import Command, Ending, Host, Limits
from benchmarks.execution.host import LAST, Order
from benchmarks.execution.log import Log
from benchmarks.execution.tree import kill, resident_bytes_of
from impls.engines import implementations

#: What every process begins with, and what one that takes commands goes on with.
START = "benchmarks.execution.start"
HOST = "benchmarks.execution.host"

#: Seconds between two looks at the running processes.
POLL_S = 0.02
#: Seconds between two looks at their memory: finding a process's children means going through all processes there are,
#: which would take a tenth of a core from what is measured.
MEMORY_POLL_S = 0.5
#: A framework that is not loaded after this many seconds will not be.
LOADING_S = 300.0

_NUMBERS = itertools.count(1)


class Process:
    """A started process, which is given one command after another.

    Args:
        host: what it holds.
        folder: takes its files and those of its commands.
        limits: of each command.
    """

    def __init__(self, host: Host, folder: Path, limits: Limits) -> None:
        self.host = host
        self.command: Command | None = None
        self._folder = folder.resolve()
        self._limits = limits
        self._networks = 0
        self._commands = 0
        self._why: str | None = None  # ended by us
        name = f"process-{next(_NUMBERS)}-{host.implementation}"
        self._log = Log(self._folder / f"{name}.log")
        self._ready = self._folder / f"{name}.ready"
        self._ready.unlink(missing_ok=True)
        described = implementations().get(host.implementation)
        arguments = [host.implementation, str(host.threads), str(self._ready), *host.preload]
        with self._log.path.open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", START, HOST, *arguments],
                stdin=subprocess.PIPE,  # held open: the process ends when it is closed, as when this one is killed
                stdout=log,
                stderr=subprocess.STDOUT,
                env=process_environment(host.threads, described),
                start_new_session=True,  # an interrupt at the terminal comes to the run alone, which ends its workers
            )
        self._watched = psutil.Process(self._child.pid)
        self._loaded = False
        self._since = time.monotonic()
        self._next_look = 0.0

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    @property
    def seconds(self) -> float:
        """How long it has been loading, or at its command."""
        return time.monotonic() - self._since

    @property
    def activity(self) -> Activity:
        """What its time is spent on."""
        if not self.loaded():
            return "loading"
        return self.command.activity if self.command else "other"

    def excuse(self, seconds: float) -> None:
        """So long it has waited for others: that is no time of its command's."""
        self._since += seconds

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._child.poll() is None

    def loaded(self) -> bool:
        """Whether it has its framework; from then on the time of its command counts."""
        if not self._loaded and self._ready.exists():
            self._loaded = True
            self._since = time.monotonic()
        return self._loaded

    def loading(self) -> bool:
        """Whether it has not loaded its framework yet, and still may."""
        if not self.loaded() and self.seconds > LOADING_S:
            self.end(f"timed out: still loading after {LOADING_S:g} s")
        return not self.loaded() and self.alive()

    def can_take(self, command: Command) -> bool:
        """Whether the command may be given to it now."""
        if self.command is not None or command.host != self.host or not self.alive():
            return False
        if self._commands == 0:
            return True
        described = implementations().get(self.host.implementation)
        bears = described.networks_a_process if described else None
        return peak_can_be_reset() and (bears is None or self._networks + command.networks <= bears)

    def give(self, command: Command) -> None:
        """Let it do the command: only where `can_take` it."""
        self.command = command
        self._request = self._folder / f"{command.name}.request.json"
        self.result_path = self._folder / f"{command.name}.result.json"
        self._ended = self._folder / f"{command.name}.ended"
        self._compiled = self._folder / f"{command.name}.compiled"
        self.result_path.unlink(missing_ok=True)
        self._ended.unlink(missing_ok=True)
        self._request.write_text(command.request, encoding="utf-8")
        order = Order(
            module=command.module,
            request=self._request,
            result=self.result_path,
            ended=self._ended,
            compiled=self._compiled,
        )
        self._log.begin()
        if self.loaded():
            self._since = time.monotonic()
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(order.model_dump_json().encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            return  # it has ended, as `finished` will say

    def finished(self) -> bool:
        """Whether its command has ended; ends it when it is over its limits."""
        if self.loading():
            return False
        if self._ended.exists() or not self.alive():
            return True
        if self.seconds > self._limits.seconds:
            self.end(f"timed out: still running after {self._limits.seconds:g} s")
        elif time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + MEMORY_POLL_S
            self._check_memory()
        return not self.alive()

    def answer(self) -> Ending:
        """How its command ended, which it then no longer has; the process is over unless all went well."""
        command, self.command = self.command, None
        assert command is not None
        shared = self._commands > 0
        self._commands += 1
        self._networks += command.networks
        written = self._ended.read_text(encoding="ascii") if self._ended.exists() else None
        code = None if written is None else 0 if written == LAST else int(written)
        left = json.loads(self.result_path.read_text(encoding="utf-8")) if self.result_path.exists() else None
        self._ended.unlink(missing_ok=True)
        shutil.rmtree(self._compiled, ignore_errors=True)
        if written == LAST:
            self.end("it takes no other command")  # at once: its own way out would disturb what is timed next
        if left is not None and not code:
            return Ending(left, None)  # one that fails while it clears up has done its work
        if self._why is not None:
            return Ending(None, self._why, again=shared and not self._why.startswith("timed out"))
        if code is not None:
            self.end("it failed")  # and is on its way out: nobody knows what it was left with
        if left is not None:
            return Ending(left, None, again=shared)
        return Ending(None, self._reason(self._child.returncode if code is None else code), again=shared)

    def news(self) -> str | None:
        """Its latest line of news since the last call, if any; reads its output now and then."""
        return self._log.news() if self.command is not None else None

    def end(self, why: str) -> None:
        """Kill it and everything it started; `why` is its command's reason."""
        self._why = why
        kill(self._watched)
        self._child.wait()

    def dismiss(self) -> None:
        """End it when it has nothing more to do: all that it has made is on disk."""
        if self.alive():
            self.end("dismissed")
        else:
            kill(self._watched)  # what one that crashed has left running, at once: its number is still nobody else's
        if self._child.stdin:
            with suppress(BrokenPipeError):  # an order that it did not live to read
                self._child.stdin.close()
        self._ready.unlink(missing_ok=True)
        if self.command is not None:
            shutil.rmtree(self._compiled, ignore_errors=True)

    def _reason(self, code: int) -> str:
        how = f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return ": ".join(filter(None, ("crashed", how, self._log.last_words())))

    def _check_memory(self) -> None:
        used, allowed = resident_bytes_of(self._watched), self._limits.memory_bytes
        if used > allowed:
            self.end(f"out of memory: used {used / 2**20:.0f} MiB of the {allowed / 2**20:.0f} allowed")


def dismiss_all(processes: Iterable[Process]) -> None:
    """Dismiss each of them."""
    for process in processes:
        process.dismiss()


@cache
def peak_can_be_reset() -> bool:
    """Whether a process can do several cells and have the peak memory of each; elsewhere each cell has its own."""
    return reset_peak_bytes()
