"""Keras 3 on TensorFlow, as graphs and as graphs compiled by XLA."""

from impls.engines import Implementation

#: A process of TensorFlow 2.21 that has XLA compile one network after another ends by a segmentation fault, once
#: at the 26th and once at the 12th, where a new one goes on with the same network. The fault is in the unwinder.
XLA_NETWORKS_A_PROCESS = 4

IMPLEMENTATIONS = [
    Implementation(
        name=name,
        engine=__name__,
        network="in_keras",
        requires=("keras", "tensorflow"),
        devices=("cpu", "cuda"),
        compiled=True,
        networks_a_process=networks_a_process,
        environment={"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    for name, networks_a_process in (("keras-tensorflow", None), ("keras-tensorflow+xla", XLA_NETWORKS_A_PROCESS))
]
