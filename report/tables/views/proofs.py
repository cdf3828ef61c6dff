"""The proofs for reading: certificates of every architecture, and what the defaults cost."""

from collections.abc import Sequence

from benchmarks.records.cells import REFERENCE
from report.tables.proofs import DefaultRow, ProofRow
from report.tables.views.base import Column, Row, View, numeric, text, view

#: What a departure of the ledger is reckoned by, in words.
MEASURES = {
    "largest": "the largest value",
    "path": "the way gone",
    "spread": "the standard deviation",
    "units": "the elements, by number",
}


def proofs_view(rows: Sequence[ProofRow], several: bool) -> View:
    """The worst figure of each stage over all architectures and settings, beside the reference; pairs without it are in
    the file alone.
    """
    columns = (
        Column("Reference"),
        Column("Implementation"),
        Column("Device"),
        Column("Type"),
        Column("Stage"),
        Column("Certificates", numeric=True),
        Column("Failed", numeric=True),
        Column("Worst", numeric=True),
        Column("Bound", numeric=True),
        Column("Where"),
        Column("Tensor"),
    )
    body = [
        Row(
            (
                text(row.reference),
                text(row.implementation),
                text(row.device),
                text(row.dtype),
                text(row.stage),
                numeric(str(row.certificates), row.certificates),
                numeric(str(row.failed), row.failed),
                numeric(f"{row.worst:.1e}", row.worst),
                numeric(f"{row.bound:.1e}", row.bound),
                text(row.case),
                text(row.tensor),
                text(row.run),
            ),
            marked=row.failed > 0,
        )
        for row in rows
        if row.reference == REFERENCE
    ]
    return view(
        "proofs", "Every architecture, every implementation: worst figures beside the reference", columns, body, several
    )


def defaults_view(rows: Sequence[DefaultRow], several: bool) -> View:
    """How far PyTorch's and Keras's defaults depart from each other, and how far they do when aligned."""
    columns = (
        Column("Item"),
        Column("PyTorch's default"),
        Column("Keras's default"),
        Column("Departure", numeric=True),
        Column("as a share of"),
        Column("Aligned", numeric=True),
        Column("Bound", numeric=True),
        Column("How aligned"),
    )
    body = [
        Row(
            (
                text(row.item),
                text(row.pytorch_default),
                text(row.keras_default),
                numeric(f"{row.departure:.2g}", row.departure),
                text(MEASURES[row.measure]),
                numeric(f"{row.aligned_departure:.1e}", row.aligned_departure),
                numeric(f"{row.aligned_bound:.1e}", row.aligned_bound),
                text(row.how_aligned),
                text(row.run),
            ),
            marked=row.aligned_departure > row.aligned_bound,
        )
        for row in rows
    ]
    return view("defaults", "What the defaults cost", columns, body, several)
