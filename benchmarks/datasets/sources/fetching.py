"""Getting a data set that is missing or damaged, and checking all copies of one."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.datasets.base import Dataset, DatasetCorrupt, DatasetError
from benchmarks.datasets.sources.ways import Fetchable, Progress


def fetch(dataset: Dataset, cache: Path | None, progress: Progress, force: bool = False) -> str:
    """Make the data set available; what is there and intact stays. Returns where it lies, in words.

    Args:
        dataset: the data set.
        cache: the data cache; None is `cache.data_folder()`.
        progress: called with bytes done and bytes in all.
        force: download it again even where it is there.

    Raises:
        DatasetError: no way led to it; the message says why, way by way.
        OSError: the cache cannot be written.
    """
    place = None if force else _sound_place(dataset, cache)
    ways = [way for way in dataset.ways if isinstance(way, Fetchable)]
    if place is None and not ways:
        place = _sound_place(dataset, cache)
    if place is not None:
        return place
    reasons = []
    for way in ways:
        try:
            way.fetch(dataset.folder(cache), progress)
            dataset.load_from(way, cache)
        except DatasetError as error:
            reasons.append(str(error))
        else:
            return way.place(dataset.folder(cache))
    others = [f"`{way.command(dataset.name)}`" for way in dataset.ways if not isinstance(way, Fetchable)]
    advice = " or ".join(others) or "try again when the network is there"
    raise DatasetError("; ".join([f"data set {dataset.name!r} was not fetched", *reasons, advice]))


def verify(dataset: Dataset, cache: Path | None) -> Iterator[tuple[str, DatasetCorrupt | None]]:
    """Check every copy on this machine: where it lies, and what is wrong with it (None: it is as published)."""
    for way in dataset.ways:
        if way.present(dataset.folder(cache)):
            place = way.place(dataset.folder(cache))
            try:
                dataset.load_from(way, cache)
            except DatasetCorrupt as error:
                yield place, error
            else:
                yield place, None


def _sound_place(dataset: Dataset, cache: Path | None) -> str | None:
    """Where an intact copy lies; None without one."""
    return next((place for place, damage in verify(dataset, cache) if damage is None), None)
