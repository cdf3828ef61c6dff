"""Reuters R8: which of eight topics a newswire story is about, on the published test part."""

from benchmarks.tasks.base import Task
from benchmarks.tasks.baselines.estimators import Estimator, bag_of_words, weighted_bag_of_words
from benchmarks.tasks.encodings.texts import Words
from benchmarks.tasks.text_networks import text_recipes

#: Nine stories in ten are at most 240 words long; topics show in the first half of that.
LENGTH, VOCABULARY = 128, 10_000

TASK = Task(
    name="reuters-r8",
    title="Reuters R8: topics of newswire stories",
    dataset="reuters-r8",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes=text_recipes(LENGTH, VOCABULARY, classes=8, epochs=15),
    baselines={"bag-of-words": Estimator(bag_of_words), "tf-idf": Estimator(weighted_bag_of_words)},
    encoding=Words(length=LENGTH, vocabulary=VOCABULARY),
)
