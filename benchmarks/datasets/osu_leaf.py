"""OSULeaf: outlines of leaves of six kinds of trees."""

from benchmarks.datasets.series_archive import archive_dataset

DATASET = archive_dataset(
    name="osu-leaf",
    title="OSULeaf: outlines of leaves",
    archive_name="OSULeaf",
    shape=(427, 1),
    parts=(200, 242),
    classes=("1", "2", "3", "4", "5", "6"),
    size_bytes=2_105_969,
    sha256="9a05ecd4c70176c36a89cefe137daf216579a9f8c18e8f4f6523a9ee3a6f99f8",
)
