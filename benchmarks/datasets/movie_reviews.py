"""Movie-review snippets: sentences of reviews, each with the mean of the ratings that 20 or more persons gave it.

The order of words beyond pairs adds little here: a linear model of words and pairs of words is right in .79.
"""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.formats.texts import fields, text_array
from benchmarks.datasets.sources.archives import SourceArchive, read_members
from benchmarks.datasets.sources.ways import Files

#: The authors' archive lies inside that of the package.
_ARCHIVE = "hutto_ICWSM_2014.tar.gz"
_FILE = "movieReviewSnippets_GroundTruth.txt"


def _parse(files: Files) -> Data:
    content = read_members(files[_ARCHIVE], [f"hutto_ICWSM_2014/{_FILE}"], _ARCHIVE)[_FILE]
    lines = fields(content, _FILE, count=3)
    try:
        ratings = np.array([float(rating) for _, rating, _ in lines])
    except ValueError as error:
        raise DatasetCorrupt(f"{_FILE} has a rating that is no number: {error}") from error
    # 37 of 10,605 are rated 0, neither negative nor positive.
    texts = [text for (_, _, text), rating in zip(lines, ratings, strict=True) if rating != 0]
    targets = (ratings[ratings != 0] > 0).astype(np.int64)
    return Data(text_array(texts), targets, classes=("negative", "positive"))


DATASET = Dataset(
    name="movie-reviews",
    title="Movie-review snippets, negative or positive",
    kind="text",
    examples=10_568,
    shape=(),
    source="https://github.com/cjhutto/vaderSentiment",
    licence="MIT, as part of vaderSentiment",
    citation=(
        "C. J. Hutto, E. Gilbert. VADER: a parsimonious rule-based model for sentiment analysis of social media text. "
        "Eighth International Conference on Weblogs and Social Media (ICWSM-14), 216–225, 2014. "
        "https://doi.org/10.1609/icwsm.v8i1.14550"
    ),
    size_bytes=1_383_098,
    sha256="618df73cfed2dfaaeb0c02a10ab48d08a1b6302760f7bcf76479f194d79a2044",
    ways=(
        SourceArchive(
            requirement="vaderSentiment==3.3.2",
            archive="vaderSentiment-3.3.2.tar.gz",
            sha256="5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
            download_bytes=2_466_783,
            members=(f"vaderSentiment-3.3.2/additional_resources/{_ARCHIVE}",),
        ),
    ),
    parse=_parse,
)
