"""Turns: processes that are compared measure alternately, each for a fraction of a second, while all others wait.

A shared machine is slow for seconds at a time. Where each process measures for seconds before the next one does, slow
seconds fall on one of them; where they alternate, on all alike, and the ratio of two times stays. The run gives the
turns, round and round (`Turns`), and each process takes them (`Turn`). Only one of them does anything at any time: a
process keeps its turn until it asks for the next one. What they do in turns has parts, which all begin together.
"""

import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, TypeAlias

#: Only this machine's processes take part.
HOST = "127.0.0.1"
#: Turns that the rounds of an operation are spread over, where it has that many: the more, the less it matters in which
#: of them the machine was slow, but the more each of them begins with what the process before has left in the caches.
TURNS = 10
#: Seconds between two looks at who has left.
POLL_S = 0.05
#: One byte each: a process asks for its first turn in the next part, for its next turn in this one, or says that it
#: needs none any more; the run lets it go on.
BEGIN, ASK, DONE, GO = b"b", b"t", b"d", b"g"

#: "absent": expected, and not connected yet. Who is "ready" waits until nobody has turns to take in the part before,
#: who is "done" until nobody has any.
State: TypeAlias = Literal["absent", "ready", "waiting", "measuring", "done", "gone"]
_STATES: dict[bytes, State] = {BEGIN: "ready", ASK: "waiting", DONE: "done"}


class Turns:
    """Gives turns to processes that were given the address; none before all of them have asked or left.

    Args:
        names: of those that will ask, in the order in which they come.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._states: dict[str, State] = dict.fromkeys(names, "absent")
        self._order = list(names)
        self._connections: dict[str, socket.socket] = {}
        self._lock = threading.Lock()
        self._open = True
        self._listener = socket.create_server((HOST, 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self.address = f"{HOST}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def waiting(self, name: str) -> bool:
        """Whether it waits for others, so that this time is none of its own."""
        with self._lock:
            return self._states[name] in ("ready", "waiting", "done")

    def leave(self, name: str) -> None:
        """Its process has ended, whether it ever asked or not."""
        with self._lock:
            self._states[name] = "gone"

    def close(self) -> None:
        """Whoever still waits is let go."""
        self._open = False
        self._thread.join()
        self._selector.close()
        self._listener.close()
        for connection in self._connections.values():
            connection.close()

    def _serve(self) -> None:
        while self._open:
            for key, _ in self._selector.select(POLL_S):
                if key.data is None:
                    self._admit()
                else:
                    self._hear(key.data)
            self._give()

    def _admit(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(1.0)
        with suppress(OSError), connection.makefile("rb", buffering=0) as lines:
            name = lines.readline(200).decode(errors="replace").strip()
            if self._states.get(name) == "absent" and name not in self._connections:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections[name] = connection
                self._selector.register(connection, selectors.EVENT_READ, name)
                return
        connection.close()  # a stranger

    def _hear(self, name: str) -> None:
        try:
            said = self._connections[name].recv(1)
        except OSError:
            said = b""
        with self._lock:
            if said not in _STATES:
                self._selector.unregister(self._connections[name])
                self._states[name] = "gone"
            elif self._states[name] != "gone":
                self._states[name] = _STATES[said]

    def _give(self) -> None:
        with self._lock:
            if any(state in ("absent", "measuring") for state in self._states.values()):
                return
            if "waiting" not in self._states.values():
                for name in self._in("ready"):
                    self._states[name] = "waiting"
            if waiting := self._in("waiting"):
                self._let_go_on(waiting[0], "measuring")
                self._order.remove(waiting[0])
                self._order.append(waiting[0])  # last from now on
            else:
                for name in self._in("done"):
                    self._let_go_on(name, "gone")

    def _in(self, state: State) -> list[str]:
        return [name for name in self._order if self._states[name] == state]

    def _let_go_on(self, name: str, state: State) -> None:
        self._states[name] = state
        with suppress(OSError):  # it has ended meanwhile, which the next look says
            self._connections[name].sendall(GO)


class Turn:
    """A process's side: whatever it does is done in its turn, which lasts until it asks for another one.

    Args:
        address: of the run's `Turns`; None where there are no others, and nobody is waited for.
        name: by which the run knows this process.
    """

    def __init__(self, address: str | None, name: str) -> None:
        self._connection: socket.socket | None = None
        if address is not None:
            host, _, port = address.rpartition(":")
            self._connection = socket.create_connection((host, int(port)))
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.sendall(name.encode() + b"\n")

    def begin(self) -> None:
        """Wait for the first turn in the next part, which all begin together."""
        self._say(BEGIN)

    def take(self) -> None:
        """Let the others go on, and wait for the next turn in this part."""
        self._say(ASK)

    def end(self) -> None:
        """Need no turn any more; wait until nobody does, so that what comes now disturbs none."""
        self._say(DONE)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _say(self, what: bytes) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the run is gone, or gives no turns any more
                self._connection.sendall(what)
                self._connection.recv(1)
