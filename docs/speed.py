"""The table of `docs/learn/index.md`, made from the stored turns: `python -m docs.speed`; a test compares."""

import re
import statistics
import textwrap
from pathlib import Path

from benchmarks.cli.overhead import OverheadRecord
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS
from benchmarks.overhead.turns import ratio

PROJECT = Path(__file__).resolve().parent.parent
RECORDS = PROJECT / "results" / "published" / "overhead" / "textbook.jsonl"
PAGE = PROJECT / "docs" / "learn" / "index.md"
PLACE = "textbook and NumPy"


def table() -> str:
    """What a step of the textbook takes in units of the fast implementation's."""
    records = [OverheadRecord.model_validate_json(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    lines = ["| network | textbook, ms a step | NumPy, ms a step | ratio | 95 % interval |", "|" + " --- |" * 5]
    for record in records:
        plain, fast = (record.processor_seconds[f"model {name}"] for name in ("numpy-textbook", "numpy"))
        steps = next(contest.steps for contest in CONTESTS.values() if contest.name == record.contest)
        each = " | ".join(f"{1e3 * statistics.median(turns) / steps:.3g}" for turns in (plain, fast))
        stored = ratio(plain, fast)
        lines.append(f"| {record.contest} | {each} | {stored.median:.2f} | {stored.low:.2f} to {stored.high:.2f} |")
    machine, rounds = records[0].machine, len(next(iter(records[0].processor_seconds.values())))
    shares = [
        worked / passed
        for record in records
        for name, turns in record.seconds.items()
        for worked, passed in zip(record.processor_seconds[name], turns, strict=True)
    ]
    caption = (
        f"{machine.processor}, {records[0].threads} thread, NumPy {records[0].versions['numpy']}; batch {BATCH_SIZE}, "
        f"float32. Processor time, medians of {rounds} rounds in turns; the machine was shared, and a process "
        f"worked for {statistics.median(shares):.0%} of the time that passed."
    )
    return "\n".join([*lines, "", *textwrap.wrap(caption, 120)])


def with_table(page: str, place: str, table: str) -> str:
    """The page with this table between the comments that begin and end the place."""
    begin, end = f"<!-- begin: {place} -->", f"<!-- end: {place} -->"
    return re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n\n{table}\n\n{end}", page, flags=re.DOTALL)


def renewed(page: str) -> str:
    """The page with the table of today's records."""
    return with_table(page, PLACE, table())


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
