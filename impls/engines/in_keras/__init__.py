"""Keras 3 on TensorFlow (as graphs, and as graphs compiled by XLA), on JAX and on PyTorch."""

from impls.engines import Implementation

#: A process of TensorFlow 2.21 that has XLA compile one network after another ends by a segmentation fault, once
#: at the 26th and once at the 12th, where a new one goes on with the same network. The fault is in the unwinder.
XLA_NETWORKS_A_PROCESS = 4

#: Native libraries report what they find on the machine while they load; 3 leaves fatal errors.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}

#: For data frames, plots and wrappers, and a backend's for conversions: half of the time that Keras takes to import.
CONVENIENCES = ("matplotlib", "pandas", "sklearn")

IMPLEMENTATIONS = [
    *(
        Implementation(
            name=name,
            engine=__name__,
            network="in_keras",
            requires=("keras", "tensorflow"),
            unused=("jax", *CONVENIENCES),
            devices=("cpu", "cuda"),
            compiled=True,
            networks_a_process=networks_a_process,
            # Otherwise TensorFlow takes all of a GPU's memory when it starts, and no other process could use it.
            environment={"KERAS_BACKEND": "tensorflow", "TF_FORCE_GPU_ALLOW_GROWTH": "true", **QUIET},
        )
        for name, networks_a_process in (("keras-tensorflow", None), ("keras-tensorflow+xla", XLA_NETWORKS_A_PROCESS))
    ),
    Implementation(
        name="keras-jax",
        engine=__name__,
        network="in_keras",
        requires=("keras", "jax"),
        unused=CONVENIENCES,
        devices=("cpu", "cuda"),
        compiled=True,
        # Otherwise JAX takes three quarters of a GPU's memory when it starts, and a peak would say nothing.
        environment={"KERAS_BACKEND": "jax", "XLA_PYTHON_CLIENT_PREALLOCATE": "false", **QUIET},
    ),
    Implementation(
        name="keras-torch",
        engine=__name__,
        network="in_keras",
        requires=("keras", "torch"),
        unused=("jax", *CONVENIENCES),
        devices=("cpu", "cuda"),
        environment={"KERAS_BACKEND": "torch"},
    ),
]
