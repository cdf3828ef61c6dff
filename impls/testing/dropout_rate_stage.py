"""The stage about the rate of dropout: a million draws or more, so that an error of one per cent shows.

A training step on one example shows the units of one layer only, so it is done in a form of the network that has a
single hidden layer, a very wide one: what draws is the same for every layer.
"""

import math

import numpy as np

from impls.protocol import Array, Batch
from impls.spec.architecture import Architecture
from impls.testing.dropout_reading import find_readings, readable
from impls.testing.dropout_stages import LEARNING_RATE, dropped_in_steps, share_finding
from impls.testing.findings import Finding
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import Case, Subject, dropout_rate, variant
from impls.training import Training

NAME = "dropout rate"

WIDTH = 4096
#: Channels of a convolution, all of which the wide layer reads: only the time depends on them.
CHANNELS = 4
FEWEST_DRAWS = 1_000_000
#: An error of this share of the rate ...
ERROR = 0.01
#: ... is this many standard deviations: beyond the bound of 5, save for chance once in 30,000.
DEVIATIONS = 9.0
#: All units add to each output, so that a step of the usual length moves it far: the layer would saturate soon, and
#: units that were kept would have no gradient either.
RATE = LEARNING_RATE / 64


def wide(architecture: Architecture) -> Architecture | None:
    """The network with one hidden layer of `WIDTH` units and dropout after it alone; None where there is none such."""
    if not dropout_rate(architecture) or not getattr(architecture, "hidden", None):
        return None
    channels = (CHANNELS,) * len(getattr(architecture, "channels", ()))
    widened = readable(variant(architecture, hidden=(WIDTH,), channels=channels))
    return widened if list(widened.dropouts().values()) == [(WIDTH,)] else None


def number_of_steps(rate: float) -> int:
    """Training steps that draw enough units."""
    draws = (DEVIATIONS / ERROR) ** 2 * (1 - rate) / rate
    return math.ceil(max(draws, FEWEST_DRAWS) / WIDTH)


def _measure(subject: Subject) -> dict[str, Array]:
    architecture = wide(subject.case.architecture)
    assert architecture is not None
    model = subject.new_model(architecture, Training("sgd", RATE, loss=subject.case.training.loss))
    steps = number_of_steps(dropout_rate(architecture))
    (example,) = subject.batches((1,), 9, architecture, padded=False)
    dropped = dropped_in_steps(model, _contradictory(example, steps, architecture), find_readings(model, example))
    return {name: np.packbits(units) for name, units in dropped.items()}


def _contradictory(example: Batch, count: int, architecture: Architecture) -> list[Batch]:
    """The example with another answer each time: a wide layer soon learns one, and then nothing moves any more."""
    if example.targets.dtype.kind in "iu":
        classes = architecture.output_shape[-1]
        return [Batch(example.inputs, (example.targets + number) % classes) for number in range(count)]
    return [Batch(example.inputs, 1 - example.targets if number % 2 else example.targets) for number in range(count)]


def _judge(seen: Comparison) -> list[Finding]:
    rate = dropout_rate(seen.case.architecture)
    dropped = {name: np.unpackbits(units) for name, units in seen.candidate.items()}
    return [share_finding(NAME, dropped, rate)]


def _applies(case: Case) -> bool:
    return wide(case.architecture) is not None


DROPOUT_RATE_STAGE = Stage(NAME, _measure, _judge, _applies, alone=(NAME,))
