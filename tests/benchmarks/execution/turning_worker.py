"""A command that takes turns as a timing does, and notes when it had one; or comes to grief in its second."""

import json
import os
import time
from pathlib import Path

from benchmarks.execution.turns import Turn

_COMMANDS: list[str] = []


def main(request: str, result: str) -> int:
    wanted = json.loads(Path(request).read_text())
    turn = Turn(wanted.get("turns"), wanted["name"])
    _COMMANDS.append(wanted["name"])
    spans = []
    for number in range(4):
        if number:
            turn.take()
        else:
            turn.begin()
        began = time.monotonic()
        time.sleep(0.1)
        if number == 1 and wanted["does"] == "hang":
            time.sleep(600)
        if number == 1 and wanted["does"] == "abort beside others" and "turns" in wanted:
            os.abort()
        spans.append((began, time.monotonic()))
    turn.end()
    Path(result).write_text(json.dumps({"spans": spans, "alone": "turns" not in wanted, "before": len(_COMMANDS) - 1}))
    return 0
