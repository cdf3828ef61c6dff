"""Keras 3 on TensorFlow, as graphs and as graphs compiled by XLA."""

from impls.engines import Implementation

IMPLEMENTATIONS = [
    Implementation(
        name=name,
        engine=__name__,
        network="in_keras",
        requires=("keras", "tensorflow"),
        devices=("cpu", "cuda"),
        compiled=True,
        environment={"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    for name in ("keras-tensorflow", "keras-tensorflow+xla")
]
