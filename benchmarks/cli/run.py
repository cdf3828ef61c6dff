"""`threefold run`: measure a suite into a folder, and report on it."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.console import Console

from benchmarks.cli.data import fetch_each, needed_by
from benchmarks.cli.own_table import own_suite
from benchmarks.cli.terminal import plain_console
from benchmarks.cluster.connection import cluster_at
from benchmarks.cluster.patience import PATIENCE_S
from benchmarks.datasets import dataset
from benchmarks.environment import has_gpu
from benchmarks.records.ownership import check_report_files
from benchmarks.records.store import first_problem
from benchmarks.records.wall_time import WallTime, add_wall_time
from benchmarks.runner.run import Summary, run_suite
from benchmarks.studies import study as find_study
from benchmarks.suites import Suite, SuiteError, read_suite
from benchmarks.tasks import tasks
from impls.errors import DeviceError
from impls.spec.discovery import architecture as find_architecture
from impls.spec.discovery import architectures

Many = list[str] | None

DEFAULT_SUITE, DEFAULT_FOLDER = "quick", "results/local/quick"


def run_command(
    suite: Annotated[
        str | None,
        typer.Option(
            help="Name of a suite ('threefold list' shows them), or a .toml file.", show_default=DEFAULT_SUITE
        ),
    ] = None,
    study: Annotated[
        str | None, typer.Option(help="Instead of a suite, a study ('threefold list' shows them with what they take).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the run; the same command again does only what is missing. A study's is by default "
            "results/local/studies/NAME, a table's results/local/FILE-TARGET.",
            show_default=DEFAULT_FOLDER,
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(help="Instead of a suite's tasks: this CSV, Parquet or NumPy file; give --target with it."),
    ] = None,
    target: Annotated[str | None, typer.Option(help="The table's column to predict.")] = None,
    text: Annotated[
        str | None, typer.Option(help="Classify by this column of the table alone, which holds texts.")
    ] = None,
    problem: Annotated[
        Literal["classification", "regression"] | None, typer.Option(help="What the target asks for; else inferred.")
    ] = None,
    column: Annotated[
        Many,
        typer.Option(
            metavar="NAME=ROLE",
            help="Read this column as number, category or date, or skip it; else inferred. May be given several times.",
        ),
    ] = None,
    task: Annotated[Many, typer.Option(help="Only this task; may be given several times.")] = None,
    recipe: Annotated[Many, typer.Option(help="Only this recipe of the tasks; may be given several times.")] = None,
    architecture: Annotated[
        Many, typer.Option(help="Only recipes of this architecture; may be given several times.")
    ] = None,
    implementation: Annotated[Many, typer.Option(help="This implementation; may be given several times.")] = None,
    device: Annotated[Many, typer.Option(help="cpu or cuda; may be given several times.")] = None,
    folds: Annotated[int | None, typer.Option(help="Folds of the cross-validation.")] = None,
    repeats: Annotated[
        int | None, typer.Option(help="Repeats of the cross-validation, each with its own seed.")
    ] = None,
    max_epochs: Annotated[int | None, typer.Option(help="Trainings end after this many epochs.")] = None,
    launches: Annotated[int | None, typer.Option(help="Process launches of each timing.")] = None,
    threads: Annotated[int | None, typer.Option(help="Processor threads of every measured process.")] = None,
    label: Annotated[str | None, typer.Option(help="Name of the run beside others; else the folder's.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try cells again that failed.")] = False,
    only: Annotated[
        Literal["accuracy", "certificate", "timing"] | None,
        typer.Option(help="Measure only these cells now; the same command without it does the others."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="First download the data that is not here; what fails, fails its own cells.")
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS|local",
            help="Train on the workers of this Dask cluster, or of one on this machine; timings stay here, unless a "
            "worker offers the resource 'timing'.",
        ),
    ] = None,
    dask_wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.0, help="Give up when the cluster has had no worker for this long."),
    ] = PATIENCE_S,
) -> int:
    """Measure a suite: accuracy, certificates, speed; then tables, figures and page."""
    if study is not None and suite is not None:
        raise SuiteError("--study and --suite are both given; a study has a suite of its own: leave --suite out")
    asked = None if study is None else find_study(study)
    base = read_suite(suite or DEFAULT_SUITE) if asked is None else asked.suite
    about_table = {"--target": target, "--text": text, "--problem": problem, "--column": column}
    if table is not None:
        if task is not None or study is not None:
            raise SuiteError("--task and --study choose tasks, --table brings its own: give one of them")
        base = own_suite(table, target, base, text=text, problem=problem, columns=column, folds=folds)
    elif given := [option for option, value in about_table.items() if value is not None]:
        raise SuiteError(f"{', '.join(given)}: belongs to a table; give it with --table FILE")
    place = base.name if table is not None else "quick" if asked is None else f"studies/{asked.name}"
    out = out or Path("results/local") / place
    of_tasks = _with_options(base, None, tasks=task, recipes=_recipes_left(base, task))
    chosen = _with_options(
        of_tasks,
        recipes=_recipes_of(architecture, recipe, of_tasks.tasks),
        implementations=implementation,
        devices=device,
        folds=folds,
        repeats=repeats,
        threads=threads,
        launches=launches,
        max_epochs=max_epochs,
    )
    if "cuda" in chosen.devices and not has_gpu():
        raise DeviceError("device 'cuda': this machine shows no NVIDIA GPU (nvidia-smi); give --device cpu")
    _check_label(label)
    check_report_files(out)  # now, and not after hours of measuring
    console = plain_console()
    failed_downloads = fetch_each(map(dataset, needed_by(chosen))) if fetch else {}
    try:
        facts = None if asked is None else asked.facts
        with cluster_at(dask, chosen.threads, _saying(console), dask_wait) as cluster:
            summary = run_suite(
                chosen,
                out,
                console,
                label=label,
                retry=retry,
                only=only,
                study=facts,
                trainer=None if cluster is None else cluster.train,
                timer=None if cluster is None else cluster.timer,
            )
    except KeyboardInterrupt:
        console.print(f"interrupted; finished cells are in {out}: the same command goes on from there", soft_wrap=True)
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(out)) from error  # a full disk does not say which
    console.print("writing tables, figures and page", highlight=False)
    began = time.monotonic()
    from report.build import build_report  # not before there is something to draw

    build_report([out], out)
    reporting = WallTime(report=time.monotonic() - began)
    add_wall_time(out, reporting)
    _print_summary(console, summary, out)
    console.print((summary.wall_time + reporting).sentence(), highlight=False, soft_wrap=True)
    _print_missing_data(console, chosen, failed_downloads)
    return 1 if summary.failures else 0


def _saying(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True)


def _check_label(label: str | None) -> None:
    try:
        (label or "").encode()
    except UnicodeEncodeError:
        raise SuiteError("--label holds bytes that are not UTF-8; give a name in UTF-8") from None


def _recipes_of(names: Many, recipes: Many, task_names: Sequence[str]) -> Many:
    """The tasks' recipes that are of these architectures, and among `recipes`; `recipes` if no architecture is named.

    Raises:
        ArchitectureError: there is no such architecture.
        SuiteError: no recipe is of these architectures, or a recipe is given as an architecture.
    """
    if names is None:
        return recipes
    known = {label: recipe.architecture.name for task in tasks().values() for label, recipe in task.recipes.items()}
    for name in names:
        if name in known and name not in architectures():
            raise SuiteError(f"{name!r} is a recipe of architecture {known[name]!r}: give --recipe {name}")
        find_architecture(name)
    here = {label for task_name in task_names for label in tasks()[task_name].recipes}
    chosen = [label for label in recipes or known if label in here and known.get(label) in names]
    if not chosen:
        raise SuiteError(
            f"architecture {', '.join(names)}: none of the tasks {', '.join(task_names)} has a recipe of it; "
            f"their recipes are {', '.join(recipes or sorted(here))}"
        )
    return chosen


def _recipes_left(suite: Suite, task_names: Many) -> Many:
    """The suite's recipes that these tasks have: its others are of tasks that are left out; None changes nothing."""
    here = {label for name in task_names or () if name in tasks() for label in tasks()[name].recipes}
    return [label for label in suite.recipes if label in here] or None


def _with_options(suite: Suite, launches: int | None, **options: Any) -> Suite:
    """The suite with the command line's choices, checked like a suite file."""
    given = {name: value for name, value in options.items() if value is not None}
    content = suite.model_dump() | given
    content["variants"] = _variants_left(suite, given)
    if "repeats" in given:
        content["seeds"] = {}  # what is asked for by name counts for all tasks
    if launches is not None:
        content["timing"] = content["timing"] | {"launches": launches}
    try:
        return Suite.model_validate(content)
    except ValidationError as error:
        raise SuiteError(f"option for {first_problem(error)}") from None


def _variants_left(suite: Suite, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The variants of what the command line has chosen of the suite's tasks and recipes."""
    left = []
    for variant in suite.variants:
        named = {"tasks": variant.tasks, "recipes": variant.recipes}
        kept = {
            field: tuple(name for name in names if given.get(field) is None or name in given[field])
            for field, names in named.items()
        }
        if all(kept[field] or not names for field, names in named.items()):
            left.append(variant.model_dump() | kept)
    return left


def _print_summary(console: Console, summary: Summary, out: Path) -> None:
    for line in summary.failures:
        console.print(f"failed: {line}", markup=False, highlight=False, soft_wrap=True)
    done = summary.planned - len(summary.failures)
    console.print(f"{done} of {summary.planned} cells are good; {out / 'index.html'} shows them", soft_wrap=True)


def _print_missing_data(console: Console, suite: Suite, failed_downloads: Mapping[str, str]) -> None:
    """What was left out for want of data, and what to do: the last lines, which people read."""
    for name in needed_by(suite):
        wanted = dataset(name)
        if wanted.place() is None:
            why = f" ({failed_downloads[name]})" if name in failed_downloads else ""
            console.print(
                f"without data: {name} is not on this machine{why}, so its cells failed; get it by "
                f"{wanted.how_to_get()}, then give the same command again: it measures what is missing",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
