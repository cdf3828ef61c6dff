"""GunPoint: whether a hand draws a gun or points a finger.

Published on the same test part (Ismail Fawaz et al. 2019, means of ten trainings): MLP 92.7, FCN 100.0, ResNet
99.1 %.
"""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "gun-point",
    "GunPoint: gun or finger",
    length=150,
    channels=1,
    classes=2,
    epochs=100,
)
