"""ArrowHead: which of three kinds an arrowhead is, by its outline.

Published on the same test part (Ismail Fawaz et al. 2019, means of ten trainings): MLP 77.8, FCN 84.3, ResNet
84.5 %.
"""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "arrow-head",
    "ArrowHead: three kinds of arrowheads",
    length=251,
    channels=1,
    classes=3,
    epochs=100,
)
