"""A training under way, kept on disk from time to time: the same command again goes on from there."""

import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from benchmarks.records.cells import Frozen
from benchmarks.records.results import EpochPoint, SplitResult
from benchmarks.records.store import beside, first_problem, writing_beside
from impls import Array, Model
from impls.engines.state import array_text, text_array
from impls.errors import ParameterError
from impls.protocol import Resumes

#: Name of the standing among a file's arrays; before the names of the model's own stands MODEL.
STANDING = "standing"
MODEL = "model:"


class Standing(Frozen):
    """How far a cell has come."""

    #: What is finished of it.
    splits: tuple[SplitResult, ...] = ()
    #: The learning curve of the split under way, whose last epoch has left the model as it is kept.
    curve: tuple[EpochPoint, ...] = ()


class Keeper:
    """Keeps one cell's training in a file, and brings back what an earlier process has kept there.

    Args:
        path: of the file; None keeps nothing.
        every_s: seconds from one keeping to the next; the end of an epoch after that is when it is done.
    """

    def __init__(self, path: Path | None, every_s: float) -> None:
        self._path = path
        self._every_s = every_s
        self._last = time.monotonic()
        self._standing, self._state = Standing(), dict[str, Array]()
        if path is None:
            return
        for torn in path.parent.glob(beside(path, "*").name):
            torn.unlink()  # of a process that was killed while it wrote
        if path.exists():
            try:
                self._standing, self._state = _read(path)
            except ValidationError as error:
                print(f"{path}: holds no training ({first_problem(error)}); it begins again")
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
                print(f"{path}: holds no training ({error}); it begins again")

    @property
    def splits(self) -> tuple[SplitResult, ...]:
        """What is finished of the cell."""
        return self._standing.splits

    @property
    def epochs(self) -> int:
        """What is done of the cell, in epochs."""
        return sum(len(split.curve) for split in self.splits) + len(self._standing.curve)

    def resume(self, model: Model) -> list[EpochPoint]:
        """Bring the model to where the split under way was kept; returns its learning curve so far.

        The model is to have the split's starting weights, and still has them where nothing was kept.
        """
        if not self._standing.curve or not isinstance(model, Resumes):
            return []
        try:
            model.resume(self._state)
        except ParameterError as error:
            print(f"{self._path}: {error}; the split begins again")
            return []
        finally:
            self._state = {}
        return list(self._standing.curve)

    def keep(self, model: Model, curve: Sequence[EpochPoint]) -> None:
        """After an epoch of the split under way: write the file, if it is time and the model can be kept."""
        if self._path is None or time.monotonic() - self._last < self._every_s:
            return
        standing, state = Standing(splits=self.splits), dict[str, Array]()
        if isinstance(model, Resumes):
            standing, state = Standing(splits=self.splits, curve=tuple(curve)), model.training_state()
        try:
            _write(self._path, standing, state)
        except OSError as error:
            # What has been trained is not lost yet: the result may find the disk with room again.
            print(f"{self._path}: the training is not kept ({error.strerror})", flush=True)
        self._last = time.monotonic()

    def finish(self, split: SplitResult) -> None:
        """The split under way has ended; the next file will say so."""
        self._standing = Standing(splits=(*self.splits, split))


def _write(path: Path, standing: Standing, state: Mapping[str, Array]) -> None:
    arrays = {STANDING: text_array(standing.model_dump_json())} | {MODEL + name: state[name] for name in state}
    with writing_beside(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def _read(path: Path) -> tuple[Standing, dict[str, Array]]:
    with np.load(path, allow_pickle=False) as arrays:
        standing = Standing.model_validate_json(array_text(arrays[STANDING]))
        names = [name for name in arrays.files if name.startswith(MODEL)]
        return standing, {name.removeprefix(MODEL): arrays[name] for name in names}
