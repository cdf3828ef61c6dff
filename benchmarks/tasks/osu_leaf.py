"""OSULeaf: which of six kinds a leaf is, by its outline: convolution sees what a perceptron does not.

Published on the same test part (Ismail Fawaz et al. 2019, means of ten trainings): MLP 55.7, FCN 97.7, ResNet
97.9 %.
"""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "osu-leaf",
    "OSULeaf: six kinds of leaves",
    length=427,
    channels=1,
    classes=6,
    epochs=60,
)
