"""BasicMotions: six channels of a wrist-worn sensor during four activities."""

from benchmarks.datasets.series_archive import UEA, archive_dataset

DATASET = archive_dataset(
    name="basic-motions",
    title="BasicMotions: what the wearer of a sensor does",
    archive_name="BasicMotions",
    shape=(100, 6),
    parts=(40, 40),
    classes=("Standing", "Running", "Walking", "Badminton"),
    size_bytes=455_503,
    sha256="e7793bd7b74eff5ed5d7533ca03ffcb216fba1803fc8bd6d9457c691417d53c4",
    citation=UEA,
)
