"""The commit that a gate compares with when none is named: one small file, meant to be committed."""

import codecs
import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from benchmarks.gate.store import read_header, read_verdict
from benchmarks.gate.trees import WORKTREE
from benchmarks.printable import shortened, shown
from benchmarks.records.cells import Frozen
from benchmarks.records.store import first_problem, write_beside
from impls.errors import ThreefoldError
from report.comparing.verdicts import FINE

FILE = Path("results/history/baseline.json")


class GateBaseline(Frozen):
    """A commit that later ones must not be worse than."""

    schema_version: Literal[1] = 1
    commit: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    #: When it became the baseline, UTC.
    since: str
    #: What the gate said of it, or how it came to be the first.
    reason: str


def read_baseline(repository: Path) -> GateBaseline:
    """The baseline of this repository.

    Raises:
        ThreefoldError: there is none, with what to do, or its file is damaged.
    """
    path = repository / FILE
    try:
        return GateBaseline.model_validate_json(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except FileNotFoundError:
        raise ThreefoldError(
            f"no baseline: give --baseline REF (a branch, tag or commit), or let 'threefold gate --init' make the "
            f"current commit the baseline in {FILE}"
        ) from None
    except ValidationError as error:
        raise ThreefoldError(
            f"{path}: is no baseline ({first_problem(error)}); restore it, or move it away and make one with "
            "'threefold gate --init'"
        ) from None


def write_baseline(repository: Path, commit: str, reason: str) -> Path:
    """Make this commit the baseline; returns the file.

    Raises:
        ThreefoldError: a file of that name is there that is no baseline, or this is no commit.
    """
    path = repository / FILE
    if path.is_symlink():
        raise ThreefoldError(f"{path}: is a link, and nothing is written through links; move it away")
    if path.exists():
        read_baseline(repository)  # nobody else's file is replaced
    since = datetime.datetime.now(datetime.UTC).replace(microsecond=0).isoformat()
    try:
        content = GateBaseline(commit=commit, since=since, reason=reason).model_dump_json(indent=2)
    except ValueError as error:  # of a folder of a gate that is damaged
        raise ThreefoldError(f"{shown(commit)} cannot be the baseline ({shortened(str(error), 200)})") from None
    path.parent.mkdir(parents=True, exist_ok=True)
    write_beside(path, content + "\n")
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
