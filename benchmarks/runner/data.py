"""What a run has to know of its data beforehand, and the data made ready for its workers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.datasets import Dataset, datasets
from benchmarks.datasets import dataset as find_dataset
from benchmarks.datasets.errors import DatasetError
from benchmarks.kinds import ORDERED
from benchmarks.own_data.loading import OwnFile
from benchmarks.records.cells import AccuracyCell, Planned, TimingCell, TuningCell
from benchmarks.records.task_facts import Evaluation, TaskFacts
from benchmarks.runner.plan import DataFacts
from benchmarks.tasks import Task
from benchmarks.tasks import task as find_task
from benchmarks.tasks.preparation import prepare
from impls.errors import ThreefoldError
from impls.plugins import plugin_of


def data_facts(task_name: str) -> DataFacts:
    """What the task's data set says of itself, and whether it is here; loads nothing."""
    with _naming_the_plugin(task_name):
        dataset = find_dataset(find_task(task_name).dataset)
    missing = None
    if dataset.place() is None:
        missing = f"data set {dataset.name!r} is not on this machine; get it by {dataset.how_to_get()}"
    return DataFacts("" if missing else dataset.sha256, dataset.test_examples > 0, missing)


def task_facts(task_name: str, folds: int, facts: DataFacts) -> TaskFacts:
    """What readers of the tables need to know of the task."""
    task = find_task(task_name)
    dataset = find_dataset(task.dataset)
    return TaskFacts(
        title=task.title,
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        kind=task.kind,
        metrics=task.metrics,
        examples=_examples(task, dataset),
        evaluation=_evaluation(task, dataset, folds, facts),
        design=_design(task, facts),
        inputs=dataset.kind,
    )


def _examples(task: Task, dataset: Dataset) -> int:
    """Examples of both parts."""
    if task.train_examples is None:
        return dataset.examples
    return task.train_examples + (task.held_out or dataset.test_examples)


def _evaluation(task: Task, dataset: Dataset, folds: int, facts: DataFacts) -> str:
    stratified = ", stratified" if task.kind == "classification" else ""
    if dataset.groups:
        stratified += f", {dataset.groups} on one side"
    if task.held_out is None:
        return "the data set's test part" if facts.has_test_part else f"{folds}-fold cross-validation{stratified}"
    if task.kind in ORDERED:
        return f"the last {task.held_out:,} examples held out"
    return f"{task.held_out:,} examples held out{stratified}"


def _design(task: Task, facts: DataFacts) -> Evaluation:
    if task.held_out is None:
        return Evaluation.TEST_PART if facts.has_test_part else Evaluation.CROSS_VALIDATION
    return Evaluation.LAST if task.kind in ORDERED else Evaluation.DRAWN


def prepare_data(planned: Iterable[Planned], folder: Path) -> None:
    """Split and preprocess what the cells need, once for all of them.

    Raises:
        DatasetCorrupt: a data file is not the published one.
        ThreefoldError: a data set or a task is at odds with itself; the message names the plug-in that it is from.
    """
    wanted: dict[tuple[str, int], set[int]] = {}
    for each in planned:
        cell = each.cell
        if isinstance(cell, AccuracyCell | TuningCell):
            wanted.setdefault((cell.task, cell.folds), set()).update(cell.seeds)
        elif isinstance(cell, TimingCell):
            wanted.setdefault((cell.task, cell.folds), set()).add(0)
    for (name, folds), seeds in wanted.items():
        with _naming_the_plugin(name):
            prepare(find_task(name), folds, sorted(seeds), folder)


@contextmanager
def _naming_the_plugin(task_name: str) -> Iterator[None]:
    """What is wrong with a plug-in's task, or with its data set, is said with the plug-in's name."""
    try:
        yield
    except ThreefoldError as error:
        described = find_task(task_name)
        plugin = plugin_of("tasks", task_name) or plugin_of("datasets", described.dataset)
        known = datasets().get(described.dataset)
        if plugin is None or (known is not None and any(isinstance(way, OwnFile) for way in known.ways)):
            raise
        file = plugin.path.name if plugin.path else plugin.name
        advice = f" ('threefold data describe {file}' prints the fields)" if isinstance(error, DatasetError) else ""
        raise type(error)(f"plug-in {plugin.name}: {error}{advice}") from None
