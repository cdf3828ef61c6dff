"""The proofs for reading: certificates of every architecture, and what the defaults cost."""

from collections.abc import Sequence

from benchmarks.records.cells import REFERENCE
from report.tables.proofs import DefaultRow, ProofRow
from report.tables.views.base import Column, View, quantity, view
from report.text.formatting import error_size, integer

#: What the departures in the ledger are relative to.
MEASURES = {
    "largest": "the largest value",
    "path": "the length of the trajectory",
    "spread": "the standard deviation",
    "units": "the number of elements",
}
RUN = Column("Run", "run")
PROOF_COLUMNS = (
    Column("Reference", "reference"),
    Column("Implementation", "implementation"),
    Column("Device", "device"),
    Column("Type", "dtype"),
    Column("Stage", "stage"),
    quantity("Certificates", "certificates", integer),
    quantity("Failed", "failed", integer),
    quantity("Largest error", "worst", error_size),
    quantity("Bound", "bound", error_size),
    Column("Where", "case"),
    Column("Tensor", "tensor"),
)
DEFAULT_COLUMNS = (
    Column("Item", "item"),
    Column("PyTorch's default", "pytorch_default"),
    Column("Keras's default", "keras_default"),
    quantity("Difference", "departure", "{:.2g}".format),
    Column("relative to", "measure", MEASURES.__getitem__),
    quantity("Difference when aligned", "aligned_departure", error_size),
    quantity("Bound", "aligned_bound", error_size),
    Column("How they are aligned", "how_aligned"),
)


def proofs_view(rows: Sequence[ProofRow], several: bool) -> View:
    """The largest error of each stage over all architectures and settings, against the reference; pairs without it are
    in the file only.
    """
    return view(
        "proofs",
        "Every architecture, every implementation: largest errors against the reference",
        PROOF_COLUMNS,
        [row for row in rows if row.reference == REFERENCE],
        lambda row: row.failed > 0,
        RUN if several else None,
    )


def defaults_view(rows: Sequence[DefaultRow], several: bool) -> View:
    """How far results differ with PyTorch's and Keras's defaults, and how far they do when these are aligned."""
    return view(
        "defaults",
        "What the defaults cost",
        DEFAULT_COLUMNS,
        rows,
        lambda row: row.aligned_departure > row.aligned_bound,
        RUN if several else None,
    )
