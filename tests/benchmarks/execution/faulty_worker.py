"""A worker that does what its request's text says: the ways in which a measured process can end."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.execution.child import end_with_parent, wait_for_turn


def main(request: str, result: str) -> None:
    end_with_parent()
    told = Path(request).read_text()
    if told == "hang":
        time.sleep(600)
    elif told == "hang with a child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(result).with_suffix(".child").write_text(str(child.pid))
        time.sleep(600)
    elif told == "news":
        print("news: epoch 1 of 9\na warning\nnews: epoch 2 of 9, about 7 s to go\nnews: half a li", end="", flush=True)
        time.sleep(1.5)
    elif told == "exit":
        print("the last words", file=sys.stderr)
        sys.exit(3)
    elif told == "abort":
        os.abort()
    elif told == "eat":
        hoard = [bytearray(b"x" * 2**20) for _ in range(400)]
        time.sleep(600)
        del hoard
    elif told == "silent":
        return
    elif told.startswith("in turn"):
        time.sleep("slow" in told)
        loaded = time.monotonic()
        wait_for_turn()
        began = time.monotonic()
        time.sleep(1)
        Path(result).write_text(json.dumps({"loaded": loaded, "began": began, "ended": time.monotonic()}))
        return
    Path(result).write_text(json.dumps({"told": told}))


if __name__ == "__main__":
    main(*sys.argv[1:])
