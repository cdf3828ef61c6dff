"""The commit that a gate compares with when none is named: one small file, meant to be committed."""

import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from benchmarks.gate.store import read_header, read_verdict
from benchmarks.gate.trees import WORKTREE
from benchmarks.records.cells import Frozen
from benchmarks.records.store import first_problem, write_beside
from impls.errors import ThreefoldError
from report.comparing.verdicts import FINE

FILE = Path("results/history/baseline.json")


class Baseline(Frozen):
    """A commit that later ones must not be worse than."""

    schema_version: Literal[1] = 1
    commit: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    #: When it became the baseline, UTC.
    since: str
    #: What the gate said of it, or how it came to be the first.
    reason: str


def read_baseline(repository: Path) -> Baseline:
    """The baseline of this repository.

    Raises:
        ThreefoldError: there is none, with what to do, or its file is damaged.
    """
    path = repository / FILE
    try:
        return Baseline.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ThreefoldError(
            f"no baseline: give --baseline REF (a branch, tag or commit), or let 'threefold gate --init' make the "
            f"current commit the baseline in {FILE}"
        ) from None
    except ValidationError as error:
        raise ThreefoldError(
            f"{path}: is no baseline ({first_problem(error)}); restore it or make one with 'threefold gate --init'"
        ) from None


def write_baseline(repository: Path, commit: str, reason: str) -> Path:
    """Make this commit the baseline; returns the file."""
    path = repository / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    since = datetime.datetime.now(datetime.UTC).replace(microsecond=0).isoformat()
    write_beside(path, Baseline(commit=commit, since=since, reason=reason).model_dump_json(indent=2) + "\n")
    return path


def accept(repository: Path, folder: Path) -> tuple[str, Path]:
    """Make the candidate of the last gate the baseline; returns its commit and the file.

    Raises:
        ThreefoldError: there was no gate, it did not pass, or its candidate is not committed.
    """
    verdict, header = read_verdict(folder), read_header(folder)
    if header is None or header.candidate_reference == WORKTREE:
        raise ThreefoldError("the last gate's candidate was the worktree; commit it and gate the commit, then --accept")
    if verdict.exit_code != FINE:
        raise ThreefoldError(f"the last gate did not pass ({verdict.summary}); only what passed becomes the baseline")
    return header.candidate, write_baseline(repository, header.candidate, verdict.summary)
