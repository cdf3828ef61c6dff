"""The networks as scikit-learn estimators: in pipelines, grid searches and cross-validation like any other.

>>> from impls.estimators import NetworkClassifier
>>> classifier = NetworkClassifier(hidden=(32,), implementation="numpy", epochs=20, random_state=0)

Loading this package imports scikit-learn, and no framework.
"""

from impls.estimators.classifier import NetworkClassifier
from impls.estimators.features import NetworkFeatures
from impls.estimators.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkFeatures", "NetworkRegressor"]
