"""Trajectories: rounding is told from other mathematics, and the layer that departs first is named."""

import numpy as np
import pytest

from benchmarks.gate.trajectory import Trajectory, compare_trajectories
from impls import Array

LAYERS = ("hidden_0", "hidden_1", "output")


def arrays() -> dict[str, Array]:
    generator = np.random.default_rng(0)
    made = {f"forward/{layer}": generator.standard_normal((4, 3)) for layer in LAYERS}
    for stage in ("start", "gradient", "step 1", "step 2"):
        made |= {f"{stage}/{layer}/kernel": generator.standard_normal((3, 3)) for layer in LAYERS}
    return made


def trajectory(changes: dict[str, float] | None = None) -> Trajectory:
    """What the changes name is larger by that share."""
    changed = {name: value * (1 + (changes or {}).get(name, 0.0)) for name, value in arrays().items()}
    digests = {name: value.tobytes().hex() for name, value in changed.items()}
    return Trajectory({"float64": changed, "float32": arrays()}, {"float64": digests, "float32": {}})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({f"forward/{layer}": 1e-3 for layer in LAYERS[1:]}, "forward pass departs first in layer hidden_1"),
        ({f"gradient/{layer}/kernel": 1e-3 for layer in LAYERS[:2]}, "gradient departs first in hidden_1/kernel"),
        ({f"step 1/{layer}/kernel": 1e-6 for layer in LAYERS}, "the update rule differs: after one step 3 of 3"),
        ({"step 2/output/kernel": 1e-6}, "the training departs in step 2, most of all in output/kernel"),
        ({"start/hidden_0/kernel": 1e-6}, "the starting weights differ, first in hidden_0/kernel"),
    ],
)
def test_the_first_departure_is_named(changes: dict[str, float], words: str) -> None:
    departure = compare_trajectories(trajectory(), trajectory(changes))
    assert departure.status == "mathematics"
    assert words in departure.where


def test_equal_digests_are_identical_and_rounding_is_no_new_mathematics() -> None:
    assert compare_trajectories(trajectory(), trajectory()).status == "identical"
    rounded = compare_trajectories(trajectory(), trajectory({"step 1/output/kernel": 1e-14}))
    assert rounded.status == "rounding"


def test_a_layer_that_only_one_side_has_is_new_mathematics() -> None:
    more = trajectory()
    arrays64 = {**more.arrays["float64"], "forward/new": np.ones(3)}
    other = Trajectory({**more.arrays, "float64": arrays64}, {"float64": {}, "float32": {}})
    assert "forward/new is not there" in compare_trajectories(trajectory(), other).where
