"""Blocks of results in Markdown files: made from published records, and compared with them by a test.

`<!-- results:begin -->` … `<!-- results:end -->` holds accuracies and times of every published run;
`<!-- results:begin NAME -->` … the summary of the one published run of that name, a row a family and implementation;
`<!-- results:begin claims -->` … the claims that all published records together decide, as README has them, and
`<!-- results:begin claims-in-full -->` … every claim with the reasons;
`<!-- results:begin beside-published -->` … our results beside published ones. A file may hold one of each.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.records.store import MANIFEST, RunFolderError, write_beside
from report.claims.catalogue import judged_claims
from report.claims.markdown import full_block, short_block
from report.errors import ReportError
from report.published.beside import beside_block
from report.runs.certification import TRUSTED
from report.runs.reading import Run, read_runs
from report.tables.accuracy import AccuracyRow, accuracy_rows
from report.tables.comparisons import comparison_rows
from report.tables.families import families_view, family_rows
from report.tables.speed import speed_rows
from report.tables.views.base import escape_markdown, markdown
from report.tables.views.compact import accuracy_side_by_side, speed_side_by_side
from report.tables.views.results import UNCERTIFIED
from report.text.formatting import counted

BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
#: Blocks that are of no single run, by name.
OF_ALL: Mapping[str, Callable[[Sequence[Run]], str]] = {
    "claims": lambda runs: short_block(judged_claims(runs)),
    "claims-in-full": lambda runs: full_block(judged_claims(runs)),
    "beside-published": beside_block,
}
BLOCK = re.compile(r"<!-- results:begin(?: (?P<run>[\w-]+))? -->.*?<!-- results:end -->", re.DOTALL)

#: How the summary's numbers are made.
LEGEND = (
    "*Proved*: networks with a passing equivalence certificate, of those measured. *As accurate*: networks whose "
    "cross-validated results are identical, or equivalent within the stated margin. *Time*: the geometric mean over "
    "the networks that were timed, below 1 is faster; the interval is over these networks, for a single one over its "
    "process launches."
)


def published_beside(document: Path) -> Path:
    """The folder of published runs that belongs to a Markdown file: beside it, or beside the folder that it is in."""
    folders = [folder / "results" / "published" for folder in list(Path(os.path.realpath(document)).parents)[:2]]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def update_readme(readme: Path, published: Path) -> str:
    """Rewrite the block between the markers from published records; the new text of the whole file.

    Args:
        published: a folder of run folders, or one run folder.

    Raises:
        ReportError: the README is missing or has not exactly one pair of markers, or there is no published run.
        RunFolderError: a published run's manifest cannot be read.
    """
    current, wanted = _current_and_wanted(readme, published)
    if wanted != current:
        write_beside(readme, wanted)
    return wanted


def is_stale(readme: Path, published: Path) -> bool:
    """Whether the README's block differs from what the published records say. Raises as `update_readme` does."""
    current, wanted = _current_and_wanted(readme, published)
    return current != wanted


def results_block(readme: Path, published: Path, name: str | None = None) -> str:
    """The Markdown between the markers.

    Args:
        readme: the file that it stands in, from which pictures are linked.
        published: a folder of run folders, or one run folder.
        name: of the one run to sum up, or one of OF_ALL; None shows for each published run but studies its accuracies
            and the time of a training epoch.

    Raises:
        ReportError: there is no published run, or none of that name.
        RunFolderError: a published run cannot be read.
    """
    folders = [published] if (published / MANIFEST).exists() else sorted(_run_folders(published))
    if name is not None and name not in OF_ALL:
        folders = [folder for folder in folders if folder.name == name]
        if not folders:
            raise ReportError(f"{readme}: {published} holds no published run {name!r}, whose results it wants to show")
    if not folders:
        raise ReportError(f"{published}: holds no published run; copy a run folder there")
    runs = read_runs(folders)
    for run in runs:
        if run.problems:
            raise RunFolderError(f"published run {run.label}: {run.problems[0]}; publish the run again")
    if name is not None and name in OF_ALL:
        return OF_ALL[name](runs)
    block = _run_block if name is None else _summary_block
    return "\n\n".join(
        block(run, folder, readme) for run, folder in zip(runs, folders, strict=True) if run.manifest.study is None
    )


def _run_folders(published: Path) -> Iterator[Path]:
    return (path.parent for path in published.rglob(MANIFEST))


def _current_and_wanted(readme: Path, published: Path) -> tuple[str, str]:
    current = _text_of(readme)
    names = [block["run"] for block in BLOCK.finditer(current)]
    if not names or len(names) != len(set(names)):
        raise ReportError(f"{readme}: needs the markers {BEGIN} and {END} around the results, those of a block once")

    def block(old: re.Match[str]) -> str:
        begin = BEGIN if old["run"] is None else f"<!-- results:begin {old['run']} -->"
        made = f"{begin}\n\n{results_block(readme, published, old['run'])}\n\n{END}"
        return made.replace("\n", "\r\n") if "\r\n" in old[0] else made

    return current, BLOCK.sub(block, current)


def _text_of(readme: Path) -> str:
    """The file's text, with the line ends that it has."""
    if readme.is_symlink():
        raise ReportError(f"{readme}: is a link, which a new file would replace; give the file itself")
    if not readme.exists():
        raise ReportError(f"{readme}: does not exist; give the README that holds the results")
    if not readme.is_file():
        raise ReportError(f"{readme}: is no file; give the README that holds the results")
    try:
        return readme.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ReportError(f"{readme}: is no text in UTF-8; give the README that holds the results") from None


def _summary_block(run: Run, folder: Path, readme: Path) -> str:
    rows = family_rows(accuracy_rows([run]), speed_rows([run]), comparison_rows([run]))
    pictures = _pictures(folder, ("families",)) or _pictures(folder, ("speed-ratios",))
    parts = [
        f"Suite {escape_markdown(run.label)} on {_machine(run)}:",
        _narrow(markdown(families_view(rows))),
        LEGEND,
        *(f"![{_alternative(path)}]({_link(path, readme)})" for path in pictures),
    ]
    return "\n\n".join(parts)


def _narrow(table: str) -> str:
    """A Markdown table without the spaces that align it: README is short."""
    return re.sub(r"-{3,}", "--", re.sub(r" {2,}", " ", table))


def _machine(run: Run) -> str:
    machine = run.manifest.timed_on
    commit = f"commit {run.manifest.commit[:12]}" if run.manifest.commit else "no commit"
    cores, threads = counted(machine.cores, "core"), counted(run.manifest.threads, "thread")
    where = f"{machine.gpu}, " if machine.gpu else ""
    return escape_markdown(f"{where}{machine.processor}, {cores}, {threads} used; {commit}")


def _run_block(run: Run, folder: Path, readme: Path) -> str:
    parts = [f"**{escape_markdown(run.label)}**: {_machine(run)}."]
    principal = {task: run.principal_metric(task) for task in run.manifest.tasks}
    accuracy = [row for row in accuracy_rows([run]) if row.metric == principal.get(row.task) and _is_shown(run, row)]
    epochs = [row for row in speed_rows([run]) if row.operation == "train_epoch"]
    if accuracy:
        parts += [
            "Accuracy on held-out data, with 95 % intervals where they can be had; of several baselines the best:",
            markdown(accuracy_side_by_side(accuracy)),
        ]
    if epochs:
        parts += [
            "Time of a training epoch, and its ratio to the time of eager PyTorch with its 95 % interval:",
            markdown(speed_side_by_side(epochs)),
        ]
    standings = {row.certificate for row in accuracy} | {row.certificate for row in epochs}
    if not standings <= set(TRUSTED):
        parts.append(f"{UNCERTIFIED} Without a passing equivalence certificate.")
    parts += [f"![{_alternative(path)}]({_link(path, readme)})" for path in _pictures(folder)]
    return "\n\n".join(parts)


def _is_shown(run: Run, row: AccuracyRow) -> bool:
    """Of several baselines the best is enough."""
    best = run.best_baselines.get(row.task)
    return not row.is_baseline or best is None or row.architecture == best.cell.architecture


def _pictures(folder: Path, names: Sequence[str] = ("speed-ratios", "accuracies")) -> list[Path]:
    """The figures of these names, each with its further parts (`accuracies-2.svg`)."""
    figures = folder / "figures"
    wanted = {name: [figures / f"{name}.svg", *sorted(figures.glob(f"{name}-[0-9].svg"))] for name in names}
    return [path for name in names for path in wanted[name] if path.exists()]


def _alternative(picture: Path) -> str:
    return {
        "families": "Time of an epoch relative to PyTorch, by network family and implementation",
        "speed-ratios": "Time relative to PyTorch",
        "accuracies": "Accuracy with intervals",
    }[re.sub(r"-[0-9]$", "", picture.stem)]


def _link(picture: Path, readme: Path) -> str:
    """The picture's address as the file's readers need it."""
    return Path(os.path.relpath(picture.resolve(), readme.resolve().parent)).as_posix()
