"""Running cells in fresh processes: limits on time and memory, and what became of each."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.execution.child import READY_VARIABLE, process_environment
from benchmarks.execution.messages import last_news
from impls.engines import implementations

#: What every process begins with.
START = "benchmarks.execution.start"

#: Seconds between two looks at the running processes.
POLL_S = 0.05
#: Seconds between two looks at their memory: finding a process's children means going through all processes there are,
#: which would take a tenth of a core from what is measured.
MEMORY_POLL_S = 0.5
#: Seconds between two looks at what they tell.
NEWS_POLL_S = 1.0
#: The last so many characters of a crashed process's output are looked through for its reason.
OUTPUT_TAIL = 4000


@dataclass(frozen=True)
class Limits:
    """What a cell may use before it is ended."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Command:
    """A process to start: `python -m MODULE REQUEST RESULT`."""

    module: str
    request: str
    implementation: str
    threads: int
    #: Name of its files in the working folder.
    name: str
    #: Whether it calls `wait_for_turn` before it measures, so that others may start up beside it.
    in_turn: bool = False


@dataclass
class Process:
    """A started command, watched until it ends."""

    command: Command
    folder: Path
    limits: Limits
    began: float = field(default_factory=time.monotonic)
    #: Why it was ended by us.
    ended: str | None = None
    #: When its memory is looked at again, on the monotonic clock.
    _next_look: float = 0.0
    #: When its output is looked through for news again, and up to where it has been.
    _next_news: float = 0.0
    _news_end: int = 0
    #: Whether it has been given its turn.
    measures: bool = False
    #: When it was first seen to wait for its turn, and for how long it then did.
    _waits_since: float | None = None
    _waited: float = 0.0

    def __post_init__(self) -> None:
        self._request = self.folder / f"{self.command.name}.request.json"
        self.result_path = self.folder / f"{self.command.name}.result.json"
        self._log_path = self.folder / f"{self.command.name}.log"
        self._compiled = self.folder.resolve() / f"{self.command.name}.compiled"
        self._ready = self.folder.resolve() / f"{self.command.name}.ready"
        self.result_path.unlink(missing_ok=True)
        self._ready.unlink(missing_ok=True)
        self._request.write_text(self.command.request, encoding="utf-8")
        environment = process_environment(self.command.threads, implementations().get(self.command.implementation))
        # TorchInductor would find what earlier processes compiled, and a first step would not be one.
        environment["TORCHINDUCTOR_CACHE_DIR"] = str(self._compiled)
        if self.command.in_turn:
            environment[READY_VARIABLE] = str(self._ready)
        with self._log_path.open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", START, self.command.module, str(self._request), str(self.result_path)],
                stdin=subprocess.PIPE,  # held open: a worker ends when it is closed, as when this process is killed
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # an interrupt at the terminal comes to the run alone, which ends its workers
            )
        self._watched = psutil.Process(self._child.pid)

    @property
    def seconds(self) -> float:
        """How long it has been running, without its wait for its turn."""
        now = time.monotonic()
        waits = 0.0 if self._waits_since is None else now - self._waits_since
        return now - self.began - self._waited - waits

    def starts_up(self) -> bool:
        """Whether it is to be measured in turn and has not loaded everything yet."""
        if not self.command.in_turn or self.measures:
            return False
        if self._waits_since is None and self._ready.exists():
            self._waits_since = time.monotonic()
        return self._waits_since is None

    def give_turn(self) -> None:
        """Let it measure: to be called when `starts_up` no longer holds."""
        self.measures = True
        self._waited = 0.0 if self._waits_since is None else time.monotonic() - self._waits_since
        self._waits_since = None
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            return  # it has ended, which `finished` will tell

    def finished(self) -> bool:
        """Whether it has ended; ends it when it is over its limits."""
        if self._child.poll() is not None:
            return True
        if self.seconds > self.limits.seconds:
            self.end(f"timed out: still running after {self.limits.seconds:g} s")
        elif time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + MEMORY_POLL_S
            self._check_memory()
        return self._child.poll() is not None

    def news(self) -> str | None:
        """What it has told of its going on since this was last asked, the last of it; looks now and then."""
        if time.monotonic() < self._next_news:
            return None
        self._next_news = time.monotonic() + NEWS_POLL_S
        with self._log_path.open("rb") as log:
            log.seek(self._news_end)
            new = log.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._news_end += len(whole)
        return last_news(whole.decode(errors="replace"))

    def end(self, why: str) -> None:
        """Kill it and everything it started."""
        self.ended = why
        for process in [*_descendants(self._watched), self._watched]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self._child.wait()

    def answer(self) -> tuple[dict[str, object] | None, str | None]:
        """What it left, or the reason why it left nothing."""
        if self._child.stdin:
            self._child.stdin.close()
        shutil.rmtree(self._compiled, ignore_errors=True)
        self._ready.unlink(missing_ok=True)
        if self.ended:
            return None, self.ended
        code = self._child.returncode
        if code == 0 and self.result_path.exists():
            left: dict[str, object] = json.loads(self.result_path.read_text(encoding="utf-8"))
            return left, None
        if code < 0:
            return None, f"crashed: ended by {signal.Signals(-code).name}{self._last_words()}"
        return None, f"crashed: exit code {code}{self._last_words()}"

    def _last_words(self) -> str:
        text = self._log_path.read_text(encoding="utf-8", errors="replace")[-OUTPUT_TAIL:]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return f": {lines[-1][:300]}" if lines else ""

    def _check_memory(self) -> None:
        used = 0
        for process in [self._watched, *_descendants(self._watched)]:
            try:
                used += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        if used > self.limits.memory_bytes:
            self.end(
                f"out of memory: used {used / 2**20:.0f} MiB of the {self.limits.memory_bytes / 2**20:.0f} allowed"
            )


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
