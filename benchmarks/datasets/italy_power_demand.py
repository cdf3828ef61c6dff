"""ItalyPowerDemand: hours of a day's demand, from October to March or from April to September."""

from benchmarks.datasets.series_archive import archive_dataset

DATASET = archive_dataset(
    name="italy-power-demand",
    title="ItalyPowerDemand: days of summer or of winter",
    archive_name="ItalyPowerDemand",
    shape=(24, 1),
    parts=(67, 1029),
    classes=("1", "2"),
    size_bytes=292_354,
    sha256="fb2cc1dd5fd70453c5106cc5d5fbcbbe0d2466407225fb0ffeef0da964120f43",
)
