"""Diabetes: ten measurements of 442 patients, and how far the disease had gone a year later."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from sklearn.datasets import load_diabetes

    # Unscaled: scikit-learn's scaled version is fitted on all examples, the test part among them.
    loaded = load_diabetes(scaled=False)
    return Data(loaded.data, loaded.target.astype(np.float64)[:, np.newaxis])


DATASET = Dataset(
    name="diabetes",
    title="Diabetes progression",
    kind="table",
    examples=442,
    shape=(10,),
    source="https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
    licence="not stated by the authors; distributed with scikit-learn (BSD-3-Clause)",
    citation=(
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani. Least angle regression. Annals of Statistics 32(2), "
        "407–499, 2004. https://doi.org/10.1214/009053604000000067"
    ),
    size_bytes=8_123,
    sha256="9e36071e37a102318f9b02ac10a0768f100462795d2bc1353899fcccd5c81c1b",
    ways=(InPackage("sklearn", "scikit-learn"),),
    parse=_parse,
)
