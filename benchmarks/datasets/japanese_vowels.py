"""JapaneseVowels: two vowels said by nine men, twelve coefficients a frame, of unequal length."""

from benchmarks.datasets.series_archive import UEA, archive_dataset

DATASET = archive_dataset(
    name="japanese-vowels",
    title="JapaneseVowels: which of nine speakers",
    archive_name="JapaneseVowels",
    shape=(29, 12),
    parts=(270, 370),
    classes=("1", "2", "3", "4", "5", "6", "7", "8", "9"),
    size_bytes=1_137_103,
    sha256="0aa93d31b82ae339c2f60b695c0fc219ee728a4de85269bbb871ae9875c3160d",
    citation=UEA,
)
