"""Covid3Month: daily cases of a country, and its death rate after three months."""

from benchmarks.datasets.series_archive import TSER, archive_dataset

DATASET = archive_dataset(
    name="covid-3-month",
    title="Covid3Month: death rates after a quarter",
    archive_name="Covid3Month",
    shape=(84, 1),
    parts=(140, 61),
    classes=(),
    size_bytes=74_231,
    sha256="a1db464e4ec9c2667d802cd946cd9cb4982eea24f0aa043a2238ec06b05711cf",
    citation=TSER,
)
