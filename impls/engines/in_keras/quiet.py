"""Loading a framework without the chatter of its native libraries."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep what is written to file descriptor 2 from the user, unless the body raises.

    TensorFlow's libraries report oneDNN and missing CUDA drivers while they load, before their own log level applies,
    and past `sys.stderr`.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held_back:
        terminal = os.dup(2)
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except BaseException:
            held_back.seek(0)
            os.write(terminal, held_back.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(terminal, 2)
            os.close(terminal)
