"""ItalyPowerDemand: whether a day of electricity demand is one of winter or of summer.

Published on the same test part (Ismail Fawaz et al. 2019, means of ten trainings): MLP 95.4, FCN 96.1, ResNet
96.3 %.
"""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "italy-power-demand",
    "ItalyPowerDemand: winter or summer",
    length=24,
    channels=1,
    classes=2,
    epochs=60,
)
