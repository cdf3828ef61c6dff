"""GunPoint: the height of a hand that draws a gun, or points a finger."""

from benchmarks.datasets.series_archive import archive_dataset

DATASET = archive_dataset(
    name="gun-point",
    title="GunPoint: hands that draw a gun or point",
    archive_name="GunPoint",
    shape=(150, 1),
    parts=(50, 150),
    classes=("1", "2"),
    size_bytes=336_493,
    sha256="6e9eb7951929f0253543dda55c89066e56a0ee64775f04b0d61ed62bf2094abe",
)
