"""The table of both devices as a page shows it."""

from collections.abc import Sequence

from report.runs.certification import TRUSTED
from report.tables.devices import DeviceRow
from report.tables.views.base import Column, View, quantity, view
from report.tables.views.results import UNCERTIFIED
from report.text.formatting import between, integer, number, seconds
from report.text.naming import OPERATIONS, architecture_title


def _implementation(name: str, certificate: str) -> str:
    return name if certificate in TRUSTED else f"{name} {UNCERTIFIED}"


def _paying(size: int | None, shown: int | None) -> str:
    """The batch size, and what the launches do not suffice to show marked."""
    if size is None:
        return "none measured"
    return integer(size) if shown == size else f"{integer(size)}, not shown"


DEVICE_COLUMNS = (
    Column("Task", "task"),
    Column("Network", "architecture", architecture_title),
    Column("Implementation", ("implementation", "certificate"), _implementation),
    Column("Device", "device"),
    Column("Operation", "operation", lambda name: OPERATIONS[name]),
    quantity("Batch", "batch_size", integer),
    quantity("CPU", "cpu_s", seconds),
    quantity("Device's time", "device_s", seconds),
    quantity("Device ÷ CPU", "ratio", number),
    quantity("95 % interval", ("ratio_low", "ratio_high"), between),
    quantity("Pays from batch", ("pays_from", "shown_from"), _paying),
    quantity("CPU threads", "cpu_threads", integer),
    quantity("Launches", "launches", integer),
)


def devices_view(rows: Sequence[DeviceRow], several: bool) -> View:
    """All networks, operations and batch sizes that were measured on both."""
    run = Column("Run", "run") if several else None
    caption = "The same work on a GPU and on the processor of the same machine"
    return view("devices", caption, DEVICE_COLUMNS, rows, lambda row: row.certificate not in TRUSTED, run)
