"""BasicMotions: what somebody does, by the six channels of a sensor at the wrist."""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "basic-motions",
    "BasicMotions: four activities, six channels",
    length=100,
    channels=6,
    classes=4,
    epochs=60,
)
