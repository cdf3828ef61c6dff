"""Which units a dropout layer has dropped, seen from outside: by the gradients that are exactly zero because of it.

A dropped unit has no part in the product behind it and passes nothing back to what is before it: the row of the one
kernel, or the column of the other, has no gradient. With a single example of a single position nothing else mixes in,
as long as no other unit is silent: hence `readable`. Where to look is found by trying: masks are given, and the
gradient whose zeros are those of the mask is the one to read.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from impls.protocol import Array, Batch, Masks, Model
from impls.spec.architecture import Architecture
from impls.testing.sequences import of_length
from impls.testing.subject import variant

#: tanh is never exactly zero, and batch normalization of a single example would pass nothing back.
SETTINGS = {"activation": "tanh", "normalization": None}

PATTERN_SEED = 14


class Reading(NamedTuple):
    """The gradient to look at, and the axis along which its slices belong to the units."""

    parameter: str
    axis: int


def readable(architecture: Architecture, positions: int = 1) -> Architecture:
    """The network in a form in which its masks can be read, its sequences of this many positions."""
    return of_length(variant(architecture, **SETTINGS), positions)


def find_readings(model: Model, batch: Batch) -> dict[str, Reading]:
    """Where each dropout layer of a `readable` model shows what it drops.

    Args:
        model: of one position.
        batch: a single example.

    Raises:
        LookupError: no gradient shows it; given masks are without effect, or have one elsewhere.
    """
    generator = np.random.default_rng(PATTERN_SEED)
    shapes = model.architecture.dropouts()
    readings = {}
    for name, (*_, units) in shapes.items():
        dropped = generator.random(units) < 0.5
        dropped[0] = True
        _, gradients = model.loss_and_gradients(batch, masks_of({name: dropped}, model))
        places = [
            Reading(parameter, axis)
            for parameter, gradient in gradients.items()
            for axis in range(gradient.ndim)
            if np.array_equal(_empty_slices(gradient, axis), dropped)
        ]
        if not places:
            raise LookupError(f"masks given for {name} do not show in any gradient as units that are dropped")
        readings[name] = max(places, key=lambda place: _clearness(gradients[place.parameter], place.axis, dropped))
    return readings


def dropped_units(gradients: Mapping[str, Array], readings: Mapping[str, Reading]) -> dict[str, Array]:
    """For each dropout layer, which of its units are dropped in every example and at every position."""
    return {name: _empty_slices(gradients[place.parameter], place.axis) for name, place in readings.items()}


def masks_of(dropped: Mapping[str, Array], model: Model) -> Masks:
    """Masks for one example of one position, from the units that they drop; layers that are not named keep all."""
    return {
        name: np.broadcast_to(~dropped.get(name, np.zeros(shape[-1], bool)), (1, *shape)).astype(model.dtype)
        for name, shape in model.architecture.dropouts().items()
    }


def _empty_slices(gradient: Array, axis: int) -> Array:
    others = tuple(each for each in range(gradient.ndim) if each != axis)
    empty: Array = np.all(gradient == 0, axis=others)
    return empty


def _clearness(gradient: Array, axis: int, dropped: Array) -> float:
    """How large the smallest gradient of a kept unit is: rounding errors alone must not count as a gradient."""
    kept = np.moveaxis(np.abs(gradient), axis, 0)[~dropped]
    return float(kept.reshape(len(kept), -1).max(axis=1).min()) if len(kept) else 0.0
