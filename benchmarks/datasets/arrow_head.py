"""ArrowHead: outlines of arrowheads, as distances from their centre."""

from benchmarks.datasets.series_archive import archive_dataset

DATASET = archive_dataset(
    name="arrow-head",
    title="ArrowHead: outlines of arrowheads",
    archive_name="ArrowHead",
    shape=(251, 1),
    parts=(36, 175),
    classes=("0", "1", "2"),
    size_bytes=585_251,
    sha256="8217ce0b79ba6c89f13daf72f3cc6ee444bd5c770539e25d9e2eec1f7761646d",
)
