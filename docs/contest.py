"""The tables of `docs/overhead.md`, made from stored turns: `python -m docs.contest`; a test compares."""

import statistics
import textwrap
from pathlib import Path

from benchmarks.cli.overhead import PAIRS, ROOFLINE, OverheadRecord
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS
from benchmarks.overhead.turns import Ratio, ratio
from docs.speed import with_table

PROJECT = Path(__file__).resolve().parent.parent
PUBLISHED = PROJECT / "results" / "published" / "overhead"
PAGE = PROJECT / "docs" / "overhead.md"
#: Threads -> the contest's records, and the roofline's.
CONTEST = {1: "contest.jsonl", 2: "contest-2-threads.jsonl"}
ROOFLINES = {1: "roofline.jsonl", 2: "roofline-2-threads.jsonl"}
#: Keras on TensorFlow alone, with what its `fit` cannot save.
FIT = "fit.jsonl"
NUMPY, PYTORCH = "model numpy", "model torch"


def _read(name: str) -> list[OverheadRecord]:
    lines = (PUBLISHED / name).read_text(encoding="utf-8").splitlines()
    return [OverheadRecord.model_validate_json(line) for line in lines]


def _shown(measured: Ratio) -> str:
    return f"{measured.median:.2f} ({measured.low:.2f} to {measured.high:.2f})"


def contests(name: str) -> str:
    """A line for each comparison, a column for each network: how much longer the first takes than the second."""
    records = _read(name)
    lines = ["| | " + " | ".join(_label(record) for record in records) + " |", "|" + " --- |" * (len(records) + 1)]
    for pair in PAIRS:
        first, second = (" ".join(contender) for contender in pair)
        cells = [
            _shown(ratio(each.seconds[first], each.seconds[second])) if {first, second} <= each.seconds.keys() else ""
            for each in records
        ]
        if any(cells):
            lines.append(f"| {first} ÷ {second} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_caption(records)])


def roofline(name: str) -> str:
    """A line for each network: NumPy's step, its parts alone, and what their sum would be beside PyTorch."""
    records = _read(name)
    parts = [" ".join(part) for part in ROOFLINE]
    lines = [
        "| | NumPy ÷ PyTorch | ms a step | products | memory | arithmetic | functions | sum ÷ NumPy | ÷ PyTorch |",
        "|" + " --- |" * 9,
    ]
    for record in records:
        steps = next(contest.steps for contest in CONTESTS.values() if contest.name == record.contest)
        total = [sum(each) for each in zip(*(record.seconds[part] for part in parts), strict=True)]
        milliseconds = [f"{1e3 * statistics.median(record.seconds[part]) / steps:.3g}" for part in (NUMPY, *parts)]
        against = [_shown(ratio(total, record.seconds[other])) for other in (NUMPY, PYTORCH)]
        own = _shown(ratio(record.seconds[NUMPY], record.seconds[PYTORCH]))
        lines.append(f"| {' | '.join([_label(record), own, *milliseconds, *against])} |")
    return "\n".join([*lines, "", *_caption(records)])


def _label(record: OverheadRecord) -> str:
    return next(label for label, contest in CONTESTS.items() if contest.name == record.contest)


def _caption(records: list[OverheadRecord]) -> list[str]:
    first = records[0]
    rounds = len(next(iter(first.seconds.values())))
    packages = ", ".join(f"{name} {first.versions[name]}" for name in ("numpy", "torch", "tensorflow", "keras", "jax"))
    return textwrap.wrap(
        f"{first.machine.processor}, {first.machine.cores} cores, {first.threads} used; {packages}; batch "
        f"{BATCH_SIZE}, float32, {rounds} rounds in turns: medians of the rounds' ratios with 95 % intervals.",
        120,
    )


def renewed(page: str) -> str:
    """The page with the tables of today's records."""
    made = {f"contest-{threads}": contests(name) for threads, name in CONTEST.items()}
    made |= {f"roofline-{threads}": roofline(name) for threads, name in ROOFLINES.items()}
    made["fit"] = contests(FIT)
    for place, table in made.items():
        page = with_table(page, place, table)
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
