"""The same code under several versions of a package: what an upgrade changes in speed, memory and accuracy."""

import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.gate import trees
from benchmarks.gate.environments import PIN, PreparationError, python_with
from benchmarks.gate.gate import Gate, header_of, judge_sides, version_notes
from benchmarks.gate.launches import Side, Sides
from benchmarks.gate.store import claim_store, open_store, write_verdict
from benchmarks.records.ownership import OWN, is_claimed
from impls.errors import ThreefoldError
from report.comparing.stored_verdicts import write_index
from report.comparing.verdicts import Comparison


def compare_versions(gate: Gate, requirements: Sequence[Sequence[str]]) -> list[Comparison]:
    """The first versions as the baseline of each of the others; the folder then holds all that its report shows.

    Args:
        gate: repository, file, folder and effort; its candidate is the code that runs under all versions.
        requirements: at least two, each the packages of one side, as `name==version`.

    Raises:
        ThreefoldError: a requirement is none, or two sides are the same.
        PreparationError: an environment cannot be made.
        RunFolderError: the folder is somebody else's.
    """
    for each in requirements:
        for requirement in each:
            if not PIN.fullmatch(requirement):
                raise ThreefoldError(f"--with {requirement!r}: give NAME==VERSION, several of one side with commas")
    if len(requirements) < 2 or len({tuple(sorted(each)) for each in requirements}) < len(requirements):
        raise ThreefoldError("give --with at least twice, each with other versions")
    _claim(gate.folder)  # first: what is installed into it is no part of the worktree
    commit = trees.resolve(gate.repository, gate.candidate)
    pythons = [_python(each, gate.folder, gate.tell) for each in requirements]
    comparisons, names = [], []
    with trees.checked_out(gate.repository, commit, commit) as folders:
        for packages, python in zip(requirements[1:], pythons[1:], strict=True):
            sides = Sides(
                Side(folders[0], pythons[0], gate.file.python_path, repository=gate.repository),
                Side(folders[1], python, gate.file.python_path, repository=gate.repository),
                gate.threads,
            )
            labels = ", ".join(requirements[0]), ", ".join(packages)
            one = replace(gate, folder=gate.folder / folder_name(labels), baseline=labels[0], candidate=labels[1])
            header = header_of(one, (commit, commit), (pythons[0], python))
            stored = open_store(one.folder, header, gate.fresh)
            gate.tell(f"{labels[0]} against {labels[1]}")
            comparison = judge_sides(one, sides, labels, stored, version_notes(header))
            write_verdict(one.folder, comparison)
            comparisons.append(comparison)
            names.append(one.folder.name)
    write_index(gate.folder, names)
    return comparisons


def folder_name(labels: Sequence[str]) -> str:
    """Where the pairs of two sides are kept."""
    words = "-against-".join(re.sub(r"[^\w.]+", "-", label) for label in labels)
    return f"{words[:80]}-{hashlib.sha256(repr(labels).encode()).hexdigest()[:6]}"


def _claim(folder: Path) -> None:
    """Claim the folder of environments and comparisons; those that were made before it was marked itself are ours too.

    Raises:
        RunFolderError: as `claim_store`.
    """
    if folder.is_dir() and not (folder / OWN).exists():
        there = list(folder.iterdir())
        if there and all(not each.is_symlink() and (each.name == "environments" or is_claimed(each)) for each in there):
            (folder / OWN).mkdir()
    claim_store(folder)


def _python(requirements: Sequence[str], folder: Path, tell: Callable[[str], None]) -> Path:
    tell(f"environment with {', '.join(requirements)}")
    try:
        return python_with(requirements, folder / "environments")
    except PreparationError as error:
        python = ".".join(map(str, sys.version_info[:2]))
        raise PreparationError(f"{', '.join(requirements)} on Python {python}: {error}") from None
