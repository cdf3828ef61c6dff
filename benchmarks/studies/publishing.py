"""Publishes a study's run: its manifest and its records, compressed, where the report and the claims read them.

python -m benchmarks.studies.publishing results/local/studies/optimizers
"""

import gzip
import sys
from pathlib import Path

from benchmarks.records.cells import AccuracyCell, Cell, TuningCell
from benchmarks.records.store import COMPRESSED, MANIFEST, read_manifest, read_records, writing_beside
from benchmarks.studies.base import FEWEST_SEEDS, StudyError
from impls.errors import ThreefoldError

PUBLISHED = Path(__file__).resolve().parents[2] / "results" / "published" / "studies"


def publish(run: Path, published: Path = PUBLISHED) -> Path:
    """Write the whole run of a study to a folder of its name, and return that folder.

    The same records give the same bytes: a record that no cell of the run has is left out, of several of one cell the
    last counts.

    Raises:
        RunFolderError: the folder holds no run.
        StudyError: the run is of no study, is not whole, or has fewer seeds than a study has to have.
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
    few = sorted({task for record in by_key.values() for task in _with_too_few_seeds(record.cell)})
    if few:
        tasks = ", ".join(few)
        raise StudyError(f"{run}: has fewer than {FEWEST_SEEDS} seeds of {tasks}; run the study without --repeats")
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


if __name__ == "__main__":
    try:
        for directory in sys.argv[1:]:
            print(f"{publish(Path(directory))} is published")
    except ThreefoldError as error:
        sys.exit(f"publishing: {error}")
