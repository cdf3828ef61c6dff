"""What a run was made with and on, and what went wrong in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.cells import cell_title
from report.runs.reading import Run
from report.tables.views.base import MOST_ROWS, Column, Row, View, numeric, text
from report.text.formatting import counted, integer, mebibytes, percent
from report.text.naming import one_line

#: What measured processes made of them, in words.
DENORMALS = {"flushed": "flushed to 0 everywhere", "kept": "as each framework has them: TensorFlow flushes them to 0"}


def environment_facts(run: Run) -> list[tuple[str, str]]:
    """Name and value of everything that holds for the whole run."""
    manifest = run.manifest
    machine = manifest.machine
    commit = "not in a checkout" if manifest.commit is None else manifest.commit
    timing = manifest.timing_machine
    timed = [] if timing is None else [("Timed on", f"{timing.processor}, {counted(timing.cores, 'core')}")]
    facts = [
        ("Created", manifest.created.isoformat(timespec="seconds")),
        ("Commit", f"{commit}{' with changed files' if manifest.modified else ''}"),
        ("Sources (SHA-256)", manifest.sources),
        ("Processor", f"{machine.processor}, {counted(machine.cores, 'core')}"),
        ("Memory", mebibytes(machine.memory_bytes)),
        ("GPU", machine.gpu or "none"),
        ("System", machine.system),
        *timed,
        ("Threads", str(manifest.threads)),
        ("Denormal numbers", DENORMALS[manifest.denormals]),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(manifest.versions.items()))),
    ]
    return facts + [(f"Suite: {name}", value) for name, value in _flat(manifest.suite)]


def tasks_view(run: Run) -> View:
    """The tasks with their data."""
    columns = (
        Column("Task"),
        Column("Title"),
        Column("Kind"),
        Column("Data set"),
        Column("Examples", numeric=True),
        Column("Evaluation"),
        Column("Metrics"),
        Column("SHA-256 of the data"),
    )
    rows = [
        Row(
            (
                text(name),
                text(task.title),
                text(task.kind),
                text(task.dataset),
                numeric(integer(task.examples), task.examples),
                text(task.evaluation),
                text(", ".join(metric_of(metric).title for metric in task.metrics)),
                text(task.dataset_sha256),
            )
        )
        for name, task in sorted(run.manifest.tasks.items())[:MOST_ROWS]
    ]
    return View("tasks", "Tasks and data", columns, tuple(rows), left_out=len(run.manifest.tasks) - len(rows))


def wall_time_view(run: Run) -> View:
    """Where the time of the commands that measured went, the longest first; reports are not part of it."""
    parts = [] if run.wall_time is None else run.wall_time.parts(without=("report",))
    total = sum(spent for _, spent in parts)
    rows = [
        Row((text(name), numeric(f"{spent:,.1f} s", spent), numeric(percent(spent / total, decimals=0), spent / total)))
        for name, spent in sorted(parts, key=lambda part: -part[1])
        if spent > 0
    ]
    columns = (Column("What"), Column("Wall time", numeric=True), Column("Share", numeric=True))
    return View("wall-time", f"Where {total:,.0f} s of wall time went", columns, tuple(rows))


def failures(run: Run) -> list[tuple[str, str]]:
    """Title and reason of every failed cell."""
    return [
        (one_line(cell_title(record.cell)), one_line(record.reason or "no reason given"))
        for record in run.records
        if record.status == "failed"
    ]


def progress(run: Run) -> str:
    """How much of the run is there."""
    failed = len(failures(run))
    parts = [f"{integer(len(run.records) - failed)} cells done"]
    parts += [f"{integer(failed)} failed"] if failed else []
    parts += [f"{integer(run.missing)} not yet run"] if run.missing else []
    return ", ".join(parts)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            yield f"{prefix}{name}", shown or "–"
