"""The two sides in git: what a reference names, what differs between two commits, and a folder for each."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.environment import code_of
from impls.errors import ThreefoldError

#: What a candidate is called that is not committed yet.
WORKTREE = "worktree"
#: Commits that stand for an uncommitted tree are dated so, that the same files always give the same commit.
_SNAPSHOT = {
    "GIT_AUTHOR_NAME": "threefold gate",
    "GIT_AUTHOR_EMAIL": "gate@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "threefold gate",
    "GIT_COMMITTER_EMAIL": "gate@localhost",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
}


class TreeError(ThreefoldError):
    """git does not have what was asked for."""


def repository_of(folder: Path) -> Path:
    """The root of the repository that the folder is in.

    Raises:
        TreeError: it is in none.
    """
    try:
        return Path(git(folder, "rev-parse", "--show-toplevel"))
    except TreeError:
        raise TreeError(
            f"{folder}: is in no git repository; a gate compares two commits, 'threefold compare' two runs"
        ) from None


def resolve(repository: Path, reference: str) -> str:
    """The commit that a reference names; for `worktree` one that holds the files as they are, on no branch.

    Raises:
        TreeError: there is no such commit here.
    """
    if reference == WORKTREE:
        return _snapshot(repository)
    try:
        return git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    except TreeError:
        raise TreeError(
            f"{reference!r} is no commit of {repository}; in a shallow clone fetch it first (fetch-depth: 0)"
        ) from None


def changed_code(repository: Path, first: str, second: str, paths: Sequence[str]) -> list[str]:
    """Files below these paths whose code differs between two commits; comments and docstrings are no code.

    Raises:
        TreeError: a path is in neither commit.
    """
    blobs = [_blobs(repository, commit, paths) for commit in (first, second)]
    for path in paths:
        if path != "." and not any(name == path or name.startswith(f"{path}/") for each in blobs for name in each):
            raise TreeError(f"sources: {path!r} is in neither of the two commits; correct gate.toml")
    differing = [path for path in sorted(blobs[0].keys() | blobs[1].keys()) if blobs[0].get(path) != blobs[1].get(path)]
    return [path for path in differing if not _same_code(repository, path, blobs[0].get(path), blobs[1].get(path))]


def file_at(repository: Path, commit: str, path: str) -> str | None:
    """The text of a file in a commit; None where it is not there."""
    try:
        return git(repository, "show", f"{commit}:{path}")
    except TreeError:
        return None


@contextmanager
def checked_out(repository: Path, first: str, second: str) -> Iterator[tuple[Path, Path]]:
    """A worktree for each of two commits, gone afterwards.

    Their paths have the same length: a program's speed depends on it (Mytkowicz, Diwan, Hauswirth & Sweeney 2009,
    "Producing wrong data without doing anything obviously wrong!", ASPLOS).
    """
    git(repository, "worktree", "prune")
    with tempfile.TemporaryDirectory(prefix="threefold-gate-") as folder:
        trees = Path(folder) / "0", Path(folder) / "1"
        try:
            for tree, commit in zip(trees, (first, second), strict=True):
                git(repository, "worktree", "add", "--detach", "--quiet", str(tree), commit)
            yield trees
        finally:
            for tree in trees:
                if tree.exists():
                    git(repository, "worktree", "remove", "--force", str(tree))


def git(folder: Path, *arguments: str, **environment: str) -> str:
    """What git prints.

    Raises:
        TreeError: git is not there or refuses, with its last line.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            env=os.environ | environment,
        )
    except OSError as error:
        raise TreeError(f"git cannot be run ({error.strerror}); install it") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise TreeError(f"git {arguments[0]}: {lines[-1]}")
    return done.stdout.removesuffix("\n")


def _snapshot(repository: Path) -> str:
    """A commit of all files that git does not ignore, made with an index of its own: nothing of the user's changes."""
    head = resolve(repository, "HEAD")
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git(repository, "read-tree", head, **index)
        git(repository, "add", "--all", "--", ":/", **index)
        tree = git(repository, "write-tree", **index)
    if tree == git(repository, "rev-parse", f"{head}^{{tree}}"):
        return head
    return git(repository, "commit-tree", tree, "-p", head, "-m", "threefold gate: the worktree", **_SNAPSHOT)


def _blobs(repository: Path, commit: str, paths: Sequence[str]) -> dict[str, str]:
    """Path -> object name of all files below the paths."""
    listed = git(repository, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    return {line.partition("\t")[2]: line.partition("\t")[0].split()[2] for line in listed.split("\0") if "\t" in line}


def _same_code(repository: Path, path: str, first: str | None, second: str | None) -> bool:
    if first is None or second is None or not path.endswith(".py"):
        return False
    try:
        return code_of(git(repository, "cat-file", "blob", first)) == code_of(
            git(repository, "cat-file", "blob", second)
        )
    except SyntaxError:
        return False
