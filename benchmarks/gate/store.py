"""What a gate keeps in its folder: for which sides it is, each pair as soon as it is measured, the last verdict."""

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from benchmarks.gate.launches import LaunchError, Pair
from benchmarks.records.cells import Frozen
from benchmarks.records.ownership import check_measuring_folder, claim_folder
from benchmarks.records.store import MANIFEST, RunFolderError, write_beside
from impls.errors import ThreefoldError
from report.comparing.stored_verdicts import VERDICT
from report.comparing.verdicts import Comparison

HEADER, PAIRS = "gate.json", "pairs.jsonl"
#: What is written into the folder: a link of such a name would lead the writing elsewhere.
WRITTEN = (HEADER, PAIRS, VERDICT, "environments", "self-test.json")
#: A launch that fails is tried once more before its cell is given up.
ATTEMPTS = 2


class Header(Frozen):
    """What pairs belong to: pairs of other sides, versions or machines are not used again."""

    schema_version: Literal[1] = 1
    baseline: str
    candidate: str
    #: How the user called the candidate; a worktree has no commit that lasts.
    candidate_reference: str
    baseline_versions: dict[str, str]
    candidate_versions: dict[str, str]
    machine: str
    threads: int
    #: Digest of cells, measuring program and what is planted.
    measured: str


def claim_store(folder: Path) -> None:
    """Make the folder, where it is not there, one in which gates keep what they measure.

    Raises:
        RunFolderError: the folder is somebody else's, or a run's, or has a link where we would write.
    """
    if (folder / MANIFEST).exists():
        raise RunFolderError(f"{folder}: holds a run; give another folder with --out")
    for name in WRITTEN:
        if (folder / name).is_symlink():
            raise RunFolderError(f"{folder / name}: is a link, and nothing is written through links; move it away")
    check_measuring_folder(folder)
    claim_folder(folder)
    # Or the worktree would be another one after every gate. One that is there, or a link, is left as it is.
    with suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as ignored:
        ignored.write("*\n")


def open_store(folder: Path, header: Header, fresh: bool) -> list[Pair]:
    """The pairs that the folder has of this gate; those of another gate are removed.

    Raises:
        RunFolderError: as `claim_store`.
    """
    claim_store(folder)
    path = folder / HEADER
    if fresh or read_header(folder) != header:
        (folder / PAIRS).unlink(missing_ok=True)
        (folder / VERDICT).unlink(missing_ok=True)
        write_beside(path, header.model_dump_json(indent=2) + "\n")
    return read_pairs(folder / PAIRS)


def read_header(folder: Path) -> Header | None:
    """For which gate the folder is; None where it is for none, or its file is damaged."""
    try:
        return Header.model_validate_json((folder / HEADER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def read_pairs(path: Path) -> list[Pair]:
    """All pairs of the file; a line that was torn when the machine stopped is left out."""
    pairs = []
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                pairs.append(Pair.model_validate_json(line))
            except ValidationError:
                continue
    return pairs


def append_pair(path: Path, pair: Pair) -> None:
    """Append one line and flush it to disk."""
    with path.open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")  # a torn last line stays by itself
        file.write(pair.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def write_verdict(folder: Path, comparison: Comparison) -> None:
    """Keep the verdict, for `threefold gate --accept`."""
    write_beside(folder / VERDICT, comparison.model_dump_json(indent=2) + "\n")


def read_verdict(folder: Path) -> Comparison:
    """The last verdict.

    Raises:
        ThreefoldError: there is none.
    """
    try:
        return Comparison.model_validate_json((folder / VERDICT).read_bytes())
    except (OSError, ValidationError):
        raise ThreefoldError(f"{folder}: holds no verdict; run 'threefold gate' first") from None


class StoredSource:
    """Pairs that are stored already, and then pairs that are measured now and stored.

    Args:
        measure: a pair of this stage and cell.
        stored: of earlier.
        path: where new ones are appended.
        tell: takes a line about what is going on.
        generator: shuffles the cells of a round.
        replays: whether time passes with stored pairs as it did when they were measured, so that the same pairs give
            the same decision; otherwise they take none.
    """

    def __init__(
        self,
        measure: Callable[[str, str], Pair],
        stored: Sequence[Pair],
        path: Path,
        tell: Callable[[str], None] = lambda _: None,
        generator: random.Random | None = None,
        *,
        replays: bool = False,
    ) -> None:
        self._measure = measure
        self._path = path
        self._tell = tell
        self._generator = generator or random.SystemRandom()
        self._replays = replays
        self._stored: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        for pair in stored:
            self._stored[pair.stage, pair.cell].append(pair)
        self._rounds: dict[str, int] = defaultdict(int)
        self._seconds = 0.0
        #: Cell -> why it was given up.
        self.failed: dict[str, LaunchError] = {}
        #: What any pair's candidate lacked.
        self.missing: set[str] = set()

    def round(self, stage: str, cells: Sequence[str]) -> list[Pair]:
        """A pair of each cell that has not failed, in random order."""
        self._rounds[stage] += 1
        order = [cell for cell in cells if cell not in self.failed]
        self._generator.shuffle(order)
        self._tell(f"{stage}, round {self._rounds[stage]}: {', '.join(cell for cell in cells if cell in order)}")
        pairs = [pair for cell in order if (pair := self._pair(stage, cell))]
        self.missing.update(name for pair in pairs for name in pair.missing)
        return pairs

    def elapsed(self) -> float:
        """Seconds of the pairs that were measured now, and of those that are replayed."""
        return self._seconds

    def _pair(self, stage: str, cell: str) -> Pair | None:
        if self._stored[stage, cell]:
            pair = self._stored[stage, cell].pop(0)
            self._seconds += pair.seconds if self._replays else 0.0
            return pair
        for attempt in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                pair = self._measure(stage, cell)
            except LaunchError as error:
                if attempt == ATTEMPTS:
                    self.failed[cell] = error
            else:
                append_pair(self._path, pair)
                return pair
            finally:
                self._seconds += time.monotonic() - began
        return None
