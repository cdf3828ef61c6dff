"""The data set and the task of a user's own file, with recipes whose sizes follow from the data's."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.datasets.base import Dataset
from benchmarks.own_data.definition import Definition
from benchmarks.own_data.encoding import table_encoder
from benchmarks.own_data.loading import OwnFile, parse
from benchmarks.tasks.base import Baseline, Recipe, Task
from benchmarks.tasks.baselines.estimators import (
    BOOSTED_CLASSIFICATION,
    BOOSTED_REGRESSION,
    FOREST,
    LOGISTIC_REGRESSION,
    RIDGE_REGRESSION,
    Estimator,
    bag_of_characters,
    bag_of_words,
    weighted_bag_of_words,
)
from benchmarks.tasks.baselines.naive import Majority, Mean
from benchmarks.tasks.encodings.texts import Characters, Words
from benchmarks.tasks.text_networks import text_recipes
from impls import Training
from impls.mlp import MLP

CLASSIFICATION, REGRESSION = ("accuracy", "macro_f1", "log_loss"), ("r2", "rmse", "mae")
#: Optimizer steps of a training, as far as the bounds on its epochs allow.
STEPS = 1500
#: With more classes than this, trees are not boosted: that takes as many times as long.
MOST_BOOSTED = 10
FEWEST_EPOCHS, MOST_EPOCHS = 4, 60


def dataset_and_task(definition: Definition, path: Path) -> tuple[Dataset, Task]:
    """Both, as a process needs them; loads nothing."""
    dataset = Dataset(
        name=definition.name,
        title=definition.file,
        kind="text" if definition.form == "text" else "table",
        examples=definition.examples,
        shape=definition.shape,
        source=definition.file,
        licence="the user's own",
        citation="none",
        size_bytes=definition.file_bytes,
        sha256=definition.content_sha256,
        ways=(OwnFile(path, definition.file_sha256),),
        parse=partial(parse, definition),
    )
    return dataset, _text_task(definition) if definition.form == "text" else _table_task(definition)


def _table_task(definition: Definition) -> Task:
    classes = definition.problem == "classification"
    linear: Baseline = LOGISTIC_REGRESSION if classes else RIDGE_REGRESSION
    trivial: Mapping[str, Baseline] = {"majority": Majority()} if classes else {"mean": Mean()}
    trees: Mapping[str, Baseline]
    if len(definition.classes) > MOST_BOOSTED:
        trees = {"forest": FOREST}
    else:
        trees = {"gradient-boosting": BOOSTED_CLASSIFICATION if classes else BOOSTED_REGRESSION}
    return Task(
        name=definition.name,
        title=f"{definition.file}: {definition.target}",
        dataset=definition.name,
        kind=definition.problem,
        metrics=CLASSIFICATION if classes else REGRESSION,
        recipes={"mlp": perceptron(definition.examples, definition.width, len(definition.classes))},
        baselines={**trivial, "linear": linear, **trees},
        preprocessing=partial(table_encoder, definition),
        standardize_targets=not classes,
        held_out=definition.held_out,
    )


def perceptron(examples: int, inputs: int, classes: int) -> Recipe:
    """A perceptron of sensible size for a table.

    Args:
        examples: rows.
        inputs: columns as encoded.
        classes: how many; 0 for regression.
    """
    batch_size = 32 if examples < 5_000 else 256 if examples < 100_000 else 1024
    small = examples < 10_000
    training = Training(
        optimizer="adam",
        learning_rate=3e-3 if examples < 2_000 else 1e-3,
        weight_decay=0.01,
        loss="softmax_cross_entropy" if classes else "mean_squared_error",
    )
    network = MLP(inputs=inputs, hidden=(64, 32) if small else (128, 64), outputs=classes or 1)
    return Recipe(network, training, batch_size, epochs_for(examples, batch_size))


def epochs_for(examples: int, batch_size: int) -> int:
    """Epochs of about `STEPS` steps."""
    return min(max(round(STEPS * batch_size / examples), FEWEST_EPOCHS), MOST_EPOCHS)


def _text_task(definition: Definition) -> Task:
    recipes = text_recipes(
        definition.length, definition.vocabulary, len(definition.classes), epochs_for(definition.examples, 32)
    )
    if definition.letters:
        encoding: Characters | Words = Characters(definition.length, definition.vocabulary)
        baselines: Mapping[str, Baseline] = {"character-bag": Estimator(bag_of_characters)}
    else:
        encoding = Words(definition.length, definition.vocabulary)
        baselines = {"bag-of-words": Estimator(bag_of_words), "tf-idf": Estimator(weighted_bag_of_words)}
    return Task(
        name=definition.name,
        title=f"{definition.file}: {definition.target} by {definition.text}",
        dataset=definition.name,
        kind="classification",
        metrics=CLASSIFICATION,
        recipes=recipes,
        baselines={"majority": Majority(), **baselines},
        encoding=encoding,
        held_out=definition.held_out,
    )
