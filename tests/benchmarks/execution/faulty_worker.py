"""A command that does what its request's text says: the ways in which one can end, and what it may leave behind."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.execution.host import COMPILED_VARIABLE

_HOARD: list[bytearray] = []


def main(request: str, result: str) -> int:
    wanted = Path(request).read_text()
    began = time.monotonic()
    if wanted == "hang":
        time.sleep(600)
    elif wanted == "hang with a child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(result).with_suffix(".child").write_text(str(child.pid))
        time.sleep(600)
    elif wanted == "abort beside a child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(result).with_suffix(".child").write_text(str(child.pid))
        os.abort()
    elif wanted.startswith("news"):
        print("news: epoch 1 of 9\na warning\nnews: epoch 2 of 9, about 7 s to go\nnews: half a li", end="", flush=True)
        if wanted != "news":
            _wait_for(Path(wanted.removeprefix("news until ")))
    elif wanted == "exit":
        print("the last words", file=sys.stderr)
        sys.exit(3)
    elif wanted == "abort":
        os.abort()
    elif wanted == "eat":
        eaten = _eaten(400)
        time.sleep(600)
        del eaten
    elif wanted == "leak":  # little by little: not this command's fault alone
        _HOARD.extend(_eaten(100))
        time.sleep(1)
    elif wanted == "silent":
        return 0
    elif wanted == "wait":
        time.sleep(0.3)
    compiled = Path(os.environ[COMPILED_VARIABLE])
    compiled.mkdir(exist_ok=True)
    (compiled / "some.so").touch()
    facts = {"pid": os.getpid(), "began": began, "ended": time.monotonic(), "compiled": str(compiled)}
    Path(result).write_text(json.dumps({"wanted": wanted} | facts))
    return 1 if wanted == "answers, and is not to be trusted" else 0


def _wait_for(path: Path) -> None:
    """Until somebody has read the news and makes the file; a minute at the most."""
    end = time.monotonic() + 60
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.02)


def _eaten(mebibytes: int) -> list[bytearray]:
    return [bytearray(b"x" * 2**20) for _ in range(mebibytes)]
