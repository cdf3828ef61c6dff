"""The arrays of a trial on disk: a folder, with one `.npz` a stage; a stage's file is whole or not there."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.records.store import writing_beside
from impls.testing import Arrays, Case, stages_of


def write_stage(folder: Path, stage: str, arrays: Arrays) -> None:
    """Write one stage's arrays, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with writing_beside(_path(folder, stage)) as file:
        np.savez(file, allow_pickle=False, **dict(arrays))


def read_stages(folder: Path, case: Case) -> dict[str, Arrays]:
    """The stages of the case that are there."""
    read: dict[str, Arrays] = {}
    for stage in stages_of(case):
        path = _path(folder, stage.name)
        if path.exists():
            with np.load(path, allow_pickle=False) as arrays:
                read[stage.name] = {name: arrays[name] for name in arrays.files}
    return read


class Reader:
    """`read_stages` that reads each file once, for the comparisons of one trial with several."""

    def __init__(self) -> None:
        self._stages: dict[tuple[Path, str], dict[str, Arrays]] = {}

    def __call__(self, folder: Path, case: Case) -> dict[str, Arrays]:
        """The stages of the case that are there; the arrays are shared, so nobody may write to them."""
        read: dict[str, Arrays] = {}
        for stage in stages_of(case):
            place = folder, stage.name
            if place not in self._stages:
                self._stages[place] = read_stages(folder, replace(case, stages=(stage.name,)))
            read |= self._stages[place]
        return read


def is_complete(folder: Path, case: Case) -> bool:
    """Whether every stage of the case is there."""
    return all(_path(folder, stage.name).exists() for stage in stages_of(case))


def _path(folder: Path, stage: str) -> Path:
    return folder / f"{stage.replace(' ', '-').replace(',', '')}.npz"
