"""A measured process that does one command after another.

`python -m benchmarks.execution.start benchmarks.execution.host IMPLEMENTATION THREADS READY [MODULE ...]`

It holds one implementation and nothing else. It loads the framework, imports the modules, makes the file READY, and
takes orders from its standard input, one a line. A command is `MODULE.main(request, result)`, which leaves a result and
returns 0; after any other end the process ends too, since nobody knows what was left behind. When its input is closed,
the run is gone, and the process ends at once, in the middle of a training if need be.
"""

import gc
import importlib
import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

from benchmarks.execution.child import clear_up, fix_threads, resident_bytes
from benchmarks.records.cells import Frozen

#: A process that holds this much more memory after a command than after its first is replaced: it would count to the
#: peaks of the next. TensorFlow, for one, keeps the variables of graphs with gradients of their own
#: (`tf.custom_gradient`) for ever.
LEFT_BEHIND_BYTES = 128 * 2**20

#: Written as a command's end by a process that takes no other one.
LAST = "last"

#: Where TorchInductor keeps what it compiled; it asks each time.
COMPILED_VARIABLE = "TORCHINDUCTOR_CACHE_DIR"


class Order(Frozen):
    """One command."""

    #: Has `main(request, result)`, which returns 0, or None, unless the process has to be replaced.
    module: str
    #: Files: what is asked, and where the result goes.
    request: Path
    result: Path
    #: Made when it has ended and was cleared up; holds its exit code, or `LAST`.
    ended: Path
    #: Folder of the command's own for compiled code: a first step that finds what another one compiled is none.
    compiled: Path


def main(implementation: str, threads: str, ready: str, *modules: str) -> int:
    """Do what is ordered until a command fails; returns its exit code."""
    orders = _listen()
    fix_threads(implementation, int(threads))
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # what a framework consists of is not gone through again by each collection, which takes half a second
    Path(ready).touch()
    at_first: int | None = None
    while True:
        order = orders.get()
        os.environ[COMPILED_VARIABLE] = str(order.compiled)
        code = int(importlib.import_module(order.module).main(str(order.request), str(order.result)) or 0)
        sys.stdout.flush()
        if code != 0 or not order.result.exists():
            _make(order.ended, str(code))
            return code
        begins_anew = clear_up(implementation)
        if at_first is None:  # with the libraries that commands load when they first need them, some 200 MiB
            at_first = resident_bytes()
        last = not begins_anew or resident_bytes() > at_first + LEFT_BEHIND_BYTES
        _make(order.ended, LAST if last else "0")
        if last:
            return 0


def _make(path: Path, text: str) -> None:
    """Make the file at once: the run looks for it all the time."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text, encoding="ascii")
    unfinished.replace(path)


def _listen() -> "SimpleQueue[Order]":
    """The orders as they come in; the end of the input ends the process."""
    orders: SimpleQueue[Order] = SimpleQueue()
    # The bare descriptor: a thread that waits in `sys.stdin` holds a lock that Python wants when it ends.
    descriptor = os.dup(sys.stdin.fileno())

    def listen() -> None:
        with os.fdopen(descriptor, "rb", buffering=0) as lines:
            for line in iter(lines.readline, b""):
                orders.put(Order.model_validate_json(line))
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    return orders


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
