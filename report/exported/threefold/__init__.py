"""Threefold for programs and notebooks: stored runs, models, and scikit-learn estimators.

>>> import threefold
>>> run = threefold.load("results/local/quick")
>>> model = threefold.build(threefold.MLP(inputs=64, outputs=10), "numpy")

Names are imported when they are first used: `import threefold` loads neither a framework nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impls import Batch, Training, build, implementations
    from impls.cnn import CNN
    from impls.errors import ThreefoldError
    from impls.estimators import NetworkClassifier, NetworkFeatures, NetworkRegressor
    from impls.fitting import fit
    from impls.mlp import MLP
    from impls.recurrent import Recurrent
    from impls.seq2seq import Seq2Seq
    from impls.transformer import Transformer
    from report.notebook.loaded import load

__all__ = [
    "CNN",
    "MLP",
    "Batch",
    "NetworkClassifier",
    "NetworkFeatures",
    "NetworkRegressor",
    "Recurrent",
    "Seq2Seq",
    "ThreefoldError",
    "Training",
    "Transformer",
    "build",
    "fit",
    "implementations",
    "load",
]

_PLACES = {
    "CNN": "impls.cnn",
    "MLP": "impls.mlp",
    "NetworkClassifier": "impls.estimators",
    "NetworkFeatures": "impls.estimators",
    "NetworkRegressor": "impls.estimators",
    "Recurrent": "impls.recurrent",
    "Seq2Seq": "impls.seq2seq",
    "Transformer": "impls.transformer",
    "fit": "impls.fitting",
    "load": "report.notebook.loaded",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'threefold' has no {name!r}; it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(_PLACES.get(name, "impls")), name)
    return value


def __dir__() -> list[str]:
    return __all__
