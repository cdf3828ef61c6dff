"""The normalizations that hidden layers may have, and the constants that PyTorch and Keras set differently."""

from typing import Literal, TypeAlias, get_args

from impls.spec.architecture import ParameterSpec

Normalization: TypeAlias = Literal["batch", "layer"]

NORMALIZATIONS: tuple[Normalization, ...] = get_args(Normalization)

#: PyTorch's value for both (Keras's default is 1e-3): Ioffe & Szegedy 2015, Ba et al. 2016 name none.
EPSILON = 1e-5

#: The moving statistics keep this share of themselves at each step (PyTorch's `momentum` is 1 minus it).
BATCH_MOMENTUM = 0.9

# The moving variance takes the batch's biased variance, divided by n, as Keras does; PyTorch divides by n - 1.


def normalization_parameters(name: str, normalization: Normalization | None, units: int) -> dict[str, ParameterSpec]:
    """The parameters of the normalization layer called `name`, over `units` features; none for None."""
    if normalization is None:
        return {}
    specs = {f"{name}/gamma": ParameterSpec((units,), "ones"), f"{name}/beta": ParameterSpec((units,))}
    if normalization == "batch":
        specs[f"{name}/moving_mean"] = ParameterSpec((units,), trainable=False)
        specs[f"{name}/moving_variance"] = ParameterSpec((units,), "ones", trainable=False)
    return specs
