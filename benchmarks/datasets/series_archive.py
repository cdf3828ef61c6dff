"""What the data sets of the UCR and UEA archives of series have in common: their source, format and test parts."""

from functools import partial

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.formats.series import joined, read_series
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Files

UCR = (
    "H. A. Dau, A. Bagnall, K. Kamgar, C.-C. M. Yeh, Y. Zhu, S. Gharghabi, C. A. Ratanamahatana, E. Keogh. The UCR "
    "time series archive. IEEE/CAA Journal of Automatica Sinica 6(6), 1293–1305, 2019. "
    "https://doi.org/10.1109/JAS.2019.1911747"
)
UEA = (
    "A. Bagnall, H. A. Dau, J. Lines, M. Flynn, J. Large, A. Bostrom, P. Southam, E. Keogh. The UEA multivariate time "
    "series classification archive, 2018. https://arxiv.org/abs/1811.00075"
)
TSER = (
    "C. W. Tan, C. Bergmeir, F. Petitjean, G. I. Webb. Time series extrinsic regression. Data Mining and Knowledge "
    "Discovery 35(3), 1032–1060, 2021. https://doi.org/10.1007/s10618-021-00745-9"
)


def _parse(name: str, classes: tuple[str, ...], files: Files) -> Data:
    train, test = (read_series(files[f"{name}_{part}.ts"], f"{name}_{part}.ts") for part in ("TRAIN", "TEST"))
    labels = [*train.labels, *test.labels]
    if classes:
        targets = np.array([classes.index(label) for label in labels], np.int64)
    else:
        targets = np.array([[float(label)] for label in labels])
    return Data(joined(train.series, test.series), targets, test_examples=len(test.labels), classes=classes)


def archive_dataset(
    name: str,
    title: str,
    archive_name: str,
    shape: tuple[int, int],
    parts: tuple[int, int],
    classes: tuple[str, ...],
    size_bytes: int,
    sha256: str,
    citation: str = UCR,
) -> Dataset:
    """A data set of the archives.

    Args:
        name: of the data set.
        title: of the data set.
        archive_name: what the archive calls it.
        shape: (steps of the longest series, channels).
        parts: (training, test) examples.
        classes: names as in the files, in the order of their numbers; empty for regression.
        size_bytes: of both files.
        sha256: of the loaded arrays.
        citation: the reference to cite.
    """
    return Dataset(
        name=name,
        title=title,
        kind="sequences",
        examples=sum(parts),
        shape=shape,
        source=f"https://www.timeseriesclassification.com/description.php?Dataset={archive_name}",
        licence="free for research, see the archive",
        citation=citation,
        size_bytes=size_bytes,
        sha256=sha256,
        ways=(
            PipArchive(
                requirement="aeon==1.6.0",
                archive="aeon-1.6.0-py3-none-any.whl",
                sha256="d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
                download_bytes=6_421_000,
                members=tuple(
                    f"aeon/datasets/data/{archive_name}/{archive_name}_{part}.ts" for part in ("TRAIN", "TEST")
                ),
                shared="aeon-1.6.0",
            ),
        ),
        parse=partial(_parse, archive_name, classes),
        test_examples=parts[1],
    )
