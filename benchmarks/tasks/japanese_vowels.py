"""JapaneseVowels: which of nine men speaks, by twelve channels of unequal length.

Published on the same test part (Ismail Fawaz et al. 2019, means of ten trainings): MLP 97.6, FCN 99.3, ResNet
99.2 %.
"""

from benchmarks.tasks.series_networks import series_classification

TASK = series_classification(
    "japanese-vowels",
    "JapaneseVowels: nine speakers, unequal lengths",
    length=29,
    channels=12,
    classes=9,
    epochs=30,
    unequal=True,
)
