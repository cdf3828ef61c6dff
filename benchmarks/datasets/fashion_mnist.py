"""Fashion-MNIST: 28×28 images of clothing in ten classes, published with a test part."""

import numpy as np

from benchmarks.datasets.base import Data, Dataset
from benchmarks.datasets.formats.idx import read_idx
from benchmarks.datasets.sources.ways import Download, Files, SystemFiles

_TRAIN_IMAGES, _TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
_TEST_IMAGES, _TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

#: Of the decompressed files, which do not depend on who compressed them.
_UNPACKED_SHA256 = {
    f"{_TRAIN_IMAGES}.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    f"{_TRAIN_LABELS}.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    f"{_TEST_IMAGES}.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    f"{_TEST_LABELS}.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}

#: Of the files in the authors' repository.
_PUBLISHED_SHA256 = {
    f"{_TRAIN_IMAGES}.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    f"{_TRAIN_LABELS}.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    f"{_TEST_IMAGES}.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    f"{_TEST_LABELS}.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}

_HOME = "https://github.com/zalandoresearch/fashion-mnist"

_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


def _parse(files: Files) -> Data:
    images = [read_idx(files[name], 3, name) for name in (_TRAIN_IMAGES, _TEST_IMAGES)]
    labels = [read_idx(files[name], 1, name) for name in (_TRAIN_LABELS, _TEST_LABELS)]
    return Data(
        np.concatenate(images)[..., np.newaxis],
        np.concatenate(labels).astype(np.int64),
        test_examples=len(images[1]),
        classes=_CLASSES,
    )


DATASET = Dataset(
    name="fashion-mnist",
    title="Fashion-MNIST",
    kind="images",
    examples=70_000,
    test_examples=10_000,
    shape=(28, 28, 1),
    source=_HOME,
    licence="MIT",
    citation=(
        "H. Xiao, K. Rasul, R. Vollgraf. Fashion-MNIST: a novel image dataset for benchmarking machine learning "
        "algorithms. arXiv:1708.07747, 2017. https://arxiv.org/abs/1708.07747"
    ),
    size_bytes=30_878_645,
    sha256="03045eb6652b312c04b5fa31ca3376e28c75f31c702c9e5eb232e32588bed80a",
    ways=(
        SystemFiles(
            folders=("/usr/share/datasets/fashion-mnist",),
            sha256=_UNPACKED_SHA256,
            install="apt-get install dataset-fashion-mnist",
        ),
        Download(
            urls={name: f"{_HOME}/raw/master/data/fashion/{name}" for name in _PUBLISHED_SHA256},
            sha256=_PUBLISHED_SHA256,
            download_bytes=30_878_645,
        ),
    ),
    parse=_parse,
)
