"""The output of a measured process: news of the command under way, and the last words of one that failed."""

import time
from pathlib import Path

from benchmarks.execution.messages import last_news

#: Seconds between two looks at the output.
NEWS_POLL_S = 1.0
#: This many characters at the end of a failed command's output are searched for its reason.
OUTPUT_TAIL = 4000


class Log:
    """A file that a process writes, read from where the command under way began."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = self._read_up_to = 0
        self._next_look = 0.0

    def begin(self) -> None:
        """What is written from now on is the next command's."""
        self._start = self._read_up_to = self.path.stat().st_size

    def news(self) -> str | None:
        """The latest line of news since the last call, if any; looks now and then."""
        if time.monotonic() < self._next_look:
            return None
        self._next_look = time.monotonic() + NEWS_POLL_S
        with self.path.open("rb") as file:
            file.seek(self._read_up_to)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read_up_to += len(whole)
        return last_news(whole.decode(errors="replace"))

    def last_words(self) -> str:
        """The last line that the command wrote, as much as goes into a reason; empty where it wrote nothing."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            text = file.read().decode(errors="replace")[-OUTPUT_TAIL:]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""
