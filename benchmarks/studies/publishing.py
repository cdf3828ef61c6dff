"""Publishes a study's run: its manifest and its records, compressed, where the report and the claims read them.

python -m benchmarks.studies.publishing results/local/studies/optimizers
"""

import gzip
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.records.cells import AccuracyCell, Cell, TimingCell, TuningCell
from benchmarks.records.results import Manifest
from benchmarks.records.store import COMPRESSED, MANIFEST, read_manifest, read_records, writing_beside
from benchmarks.studies import studies
from benchmarks.studies.base import FEWEST_SEEDS, StudyError
from impls.errors import ThreefoldError

PUBLISHED = Path(__file__).resolve().parents[2] / "results" / "published" / "studies"


def publish(run: Path, published: Path = PUBLISHED) -> Path:
    """Write the whole run of a study to a folder of its name, and return that folder.

    The same records give the same bytes: a record that no cell of the run has is left out, of several of one cell the
    last counts.

    Raises:
        RunFolderError: the folder holds no run.
        StudyError: the run is of no study, is not whole, is of a part of it, or has fewer seeds or launches than a
            study has to have.
    """
    manifest = read_manifest(run)
    if manifest.study is None:
        raise StudyError(f"{run}: is the run of no study; give a folder that 'threefold run --study' wrote")
    records, problems = read_records(run)
    by_key = {record.key: record for record in records}
    missing = [key for key in manifest.cells if key not in by_key]
    if missing or problems:
        what = problems[0] if problems else f"{len(missing)} of {len(manifest.cells)} cells are missing"
        raise StudyError(f"{run}: is not whole ({what}); run the study again, which does what is missing")
    cells = [by_key[key].cell for key in manifest.cells]
    for what, few, option in (
        ("seeds", {task for cell in cells for task in _with_too_few_seeds(cell)}, "--repeats"),
        ("launches", _with_too_few_launches(cells), "--launches"),
    ):
        if few:
            tasks = ", ".join(sorted(few))
            raise StudyError(f"{run}: has fewer than {FEWEST_SEEDS} {what} of {tasks}; run the study without {option}")
    if lacking := _lacking(manifest):
        raise StudyError(f"{run}: is a part of the study, without {lacking}; run all of it")
    folder = published / manifest.study.name
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(by_key[key].model_dump_json() + "\n" for key in manifest.cells)
    for name, content in (
        (MANIFEST, (manifest.model_dump_json(indent=2) + "\n").encode()),
        (COMPRESSED, gzip.compress(lines.encode(), mtime=0)),
    ):
        with writing_beside(folder / name) as file:
            file.write(content)
    return folder


def _with_too_few_seeds(cell: Cell) -> tuple[str, ...]:
    """The task of a network's cell with fewer seeds than a study has; a baseline needs no more than one."""
    if isinstance(cell, TuningCell) or (isinstance(cell, AccuracyCell) and not cell.is_baseline):
        return (cell.task,) if len(cell.seeds) < FEWEST_SEEDS else ()
    return ()


def _with_too_few_launches(cells: Sequence[Cell]) -> set[str]:
    """Tasks of which something was timed in fewer launches than a study has."""
    launches: dict[tuple[str, ...], set[int]] = {}
    for cell in cells:
        if isinstance(cell, TimingCell):
            place = (cell.task, cell.architecture, cell.implementation, cell.device)
            launches.setdefault(place, set()).add(cell.launch)
    return {place[0] for place, here in launches.items() if len(here) < FEWEST_SEEDS}


def _lacking(manifest: Manifest) -> str:
    """What the study has and the run was not asked for, by name: tasks, implementations, recipes or variants; empty for
    a whole run, and for a study that this project does not have.
    """
    assert manifest.study is not None
    whole = studies().get(manifest.study.name)
    if whole is None:
        return ""
    asked = manifest.suite
    wanted = whole.suite.model_dump(mode="json")
    parts = []
    for what in ("tasks", "implementations", "variants"):
        known = {_name(each) for each in asked.get(what, ())}
        parts += [name for each in wanted.get(what, ()) if (name := _name(each)) not in known]
    for what in ("recipes", "max_epochs"):
        if asked.get(what) and asked[what] != wanted.get(what):
            parts.append(f"all its {what.removeprefix('max_')}")
    return ", ".join(dict.fromkeys(parts))


def _name(part: Any) -> str:
    """Of a task or an implementation, which a suite has by name, or of a variant."""
    return str(part["name"]) if isinstance(part, Mapping) else str(part)


if __name__ == "__main__":
    try:
        for directory in sys.argv[1:]:
            print(f"{publish(Path(directory))} is published")
    except ThreefoldError as error:
        sys.exit(f"publishing: {error}")
