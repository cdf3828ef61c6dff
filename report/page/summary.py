"""The first screen: what was run, and the heat map of network families by implementation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.records.cells import AccuracyCell, TimingCell
from report.page.environment import progress
from report.runs.reading import Run
from report.tables.families import FULL_COLOUR, SIGNS, FamilyRow, Mark, family_title, short_ratio
from report.text.formatting import between_rounded, counted
from report.text.naming import TORCH, implementation_rank, is_baseline

#: Suites below the longest one, whose page says where the rest is.
SHORTER_SUITES = ("quick", "standard")
#: What the marks of a family say of its networks.
MEANINGS: dict[Mark, str] = {
    "equally accurate": "equally accurate on every network",
    "differs": "differs on one or more",
    "open": "open: on some neither is shown",
    "not tested": "not tested",
    "not certified": "one or more not certified",
}
#: Hues of faster and of slower.
FASTER, SLOWER = 210, 20


@dataclass(frozen=True)
class HeatCell:
    """A field of the heat map."""

    text: str
    sign: str
    #: What the sign means and the interval, for a tooltip and for screen readers.
    title: str
    #: CSS custom properties: hue and strength between 0 and 1; empty without a ratio.
    style: str


@dataclass(frozen=True)
class HeatMap:
    """Rows of families, columns of implementations; None is an empty field."""

    run: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell | None, ...]], ...]
    #: The signs that occur, with what they mean.
    key: tuple[tuple[str, str], ...]


def what_was_run(run: Run) -> str:
    """One line: how much of what, on which machine."""
    accuracies = [cell for cell, _ in run.of_kind(AccuracyCell) if not is_baseline(cell)]
    cells: list[AccuracyCell | TimingCell] = [*accuracies, *(cell for cell, _ in run.of_kind(TimingCell))]
    networks = {(cell.task, cell.architecture) for cell in cells}
    machine = run.manifest.timed_on
    tasks = {task for task, _ in networks}
    by: dict[tuple[str, str], set[str]] = {network: set() for network in networks}
    for cell in cells:
        by[cell.task, cell.architecture].add(cell.implementation)
    names = _range(sorted({len(here) for here in by.values()} or {0}))
    several = "implementation" if names == "1" else "implementations"
    parts = [f"{counted(len(networks), 'network')} on {counted(len(tasks), 'task')} by {names} {several}"]
    splits = sorted({len(cell.seeds) * cell.folds for cell in accuracies})
    if splits:
        parts.append(f"{_range(splits)} training{'' if splits == [1] else 's'} each")
    launches: dict[tuple[str, str, str, str], set[int]] = {}
    for cell in cells:
        if isinstance(cell, TimingCell):
            place = (cell.task, cell.architecture, cell.implementation, cell.device)
            launches.setdefault(place, set()).add(cell.launch)
    if launches:
        timed = {(task, architecture) for task, architecture, _, _ in launches}
        which = "" if timed == networks else f"{len(timed)} of them "
        times = _range(sorted({len(here) for here in launches.values()}))
        parts.append(f"{which}timed in {times} process launch{'' if times == '1' else 'es'}")
    where = f"{machine.gpu}, " if machine.gpu else ""
    threads = counted(run.manifest.threads, "thread")
    parts.append(f"{where}{machine.processor}, {counted(machine.cores, 'core')}, {threads}")
    return f"{'; '.join(parts)}; {progress(run)}."


def where_the_rest_is(runs: Sequence[Run]) -> str:
    """For suites that leave out what takes long: where that is. Empty for others."""
    suites = [run.manifest.suite for run in runs if run.manifest.suite.get("name") in SHORTER_SUITES]
    if not suites:
        return ""
    shortened = any(suite.get("max_epochs") or suite.get("epochs") for suite in suites)
    epochs = ", and trainings of as many epochs as the recipes have" if shortened else ""
    return f"What takes too long for this suite is in the suite full: networks of published sizes{epochs}."


def heat_map(run: str, rows: Sequence[FamilyRow]) -> HeatMap | None:
    """A run's heat map; None where nothing was timed and nothing compared with PyTorch."""
    if all(row.ratio is None and not row.mark for row in rows):
        return None
    names = sorted({row.implementation for row in rows}, key=implementation_rank)
    places = list(dict.fromkeys((row.family, row.device) for row in rows))
    devices = {device for _, device in places}
    cells = {(row.family, row.device, row.implementation): _cell(row) for row in rows}
    body = [
        (
            family_title(family) + (f", {device}" if len(devices) > 1 else ""),
            tuple(cells.get((family, device, name)) for name in names),
        )
        for family, device in places
    ]
    marks = {row.mark for row in rows}
    return HeatMap(
        run, tuple(names), tuple(body), tuple((sign, MEANINGS[mark]) for mark, sign in SIGNS.items() if mark in marks)
    )


def _cell(row: FamilyRow) -> HeatCell:
    sign = SIGNS[row.mark] if row.mark else ""
    if row.ratio is None:
        return HeatCell("", sign, row.mark, "")
    interval = "" if row.ratio_low is None else f"95 % interval {between_rounded(row.ratio_low, row.ratio_high)}"
    strength = min(1.0, abs(math.log(row.ratio)) / math.log(FULL_COLOUR))
    style = f"--hue: {FASTER if row.ratio < 1 else SLOWER}; --strength: {strength:.2f}"
    return HeatCell(
        short_ratio(row),
        sign,
        "; ".join(filter(None, (row.mark, interval))),
        "" if row.implementation == TORCH else style,
    )


def _range(values: Sequence[int]) -> str:
    return f"{values[0]}" if values[0] == values[-1] else f"{values[0]} to {values[-1]}"
