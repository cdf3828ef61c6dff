"""Progress bars over epochs, in a terminal or a notebook."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeAlias

from impls.fitting.history import History

#: Called after each epoch with what there is so far.
Report: TypeAlias = Callable[["History"], None]


@contextmanager
def progress_bar(epochs: int, wanted: bool) -> Iterator[Report]:
    """What to call after each epoch: it moves a bar on, or does nothing."""
    if not wanted:
        yield _ignore
        return
    from rich import get_console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    if get_console().is_jupyter:
        yield _notebook_bar(epochs)
        return
    figures_column = TextColumn("{task.fields[figures]}")
    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), figures_column, TimeElapsedColumn())
    with Progress(*columns, console=get_console()) as bar:
        task = bar.add_task("epochs", total=epochs, figures="")

        def advance(history: History) -> None:
            bar.update(task, completed=len(history.losses), figures=_figures(history))

        yield advance


def _notebook_bar(epochs: int) -> Report:
    """A bar below the notebook's cell; rich's own would need ipywidgets there."""
    notebook: Any = import_module("IPython.display")  # it has no types, and is where a notebook is

    def html(history: History) -> object:
        done = len(history.losses)
        bar = f'<progress value="{done}" max="{epochs}"></progress>'
        return notebook.HTML(f"epoch {done}/{epochs} {bar} {_figures(history)}")

    handle = notebook.display(html(History()), display_id=True)
    return lambda history: handle.update(html(history))


def _figures(history: History) -> str:
    """The last epoch's, beside the bar."""
    figures = [f"loss {history.losses[-1]:.4g}"] if history.losses else []
    return " · ".join([*figures, *(f"validation {score:.4g}" for score in history.scores[-1:])])


def _ignore(history: History) -> None:
    """Where no bar is wanted."""
