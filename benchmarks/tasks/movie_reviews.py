"""Movie reviews: whether a sentence or two of a review are positive or negative, word by word.

Half the words are in no more than a review or two, and word order matters little beyond pairs: counting words is hard
to beat with ten thousand examples and no pretrained embeddings.
"""

from benchmarks.tasks.base import Task
from benchmarks.tasks.baselines.estimators import Estimator, bag_of_words, weighted_bag_of_words
from benchmarks.tasks.encodings.texts import Words
from benchmarks.tasks.text_networks import text_recipes

LENGTH, VOCABULARY = 40, 10_000

TASK = Task(
    name="movie-reviews",
    title="Movie reviews: for or against",
    dataset="movie-reviews",
    kind="classification",
    metrics=("accuracy", "macro_f1", "log_loss"),
    recipes=text_recipes(LENGTH, VOCABULARY, classes=2, epochs=3),
    baselines={"bag-of-words": Estimator(bag_of_words), "tf-idf": Estimator(weighted_bag_of_words)},
    encoding=Words(length=LENGTH, vocabulary=VOCABULARY),
    held_out=2_000,
)

#: The longer half of the vocabulary is seen hardly once in so few snippets.
FEW_WORDS = 5_000

TASKS = (
    TASK.shortened(
        3_000,
        1_000,
        recipes={"cnn": text_recipes(LENGTH, FEW_WORDS, classes=2, epochs=6)["cnn"]},
        encoding=Words(length=LENGTH, vocabulary=FEW_WORDS),
    ),
)
