"""Random sequences of tokens for the certificate, and an architecture for sequences of another length."""

import dataclasses

import numpy as np
import numpy.typing as npt

from impls.spec.architecture import Architecture
from impls.spec.tokens import PADDING, Field

#: Share of the targets that are left uncounted although the network has read a token there.
UNCOUNTED = 0.1

Tokens = npt.NDArray[np.int64]


def of_length(architecture: Architecture, length: int) -> Architecture:
    """The same network for sequences of `length` positions; itself where it has no sequences."""
    return dataclasses.replace(architecture, **dict.fromkeys(architecture.lengths, length))


def random_tokens(generator: np.random.Generator, field: Field, examples: int, padded: bool = True) -> Tokens:
    """Tokens (examples, field.length), padded at the end; of several examples one is full and one a single token."""
    tokens = generator.integers(PADDING + 1, field.vocabulary, (examples, field.length))
    if padded:
        lengths = generator.integers(1, field.length + 1, examples)
        if examples > 1:
            lengths[:2] = field.length, 1
        tokens[np.arange(field.length) >= lengths[:, np.newaxis]] = PADDING
    return tokens


def random_inputs(
    generator: np.random.Generator, fields: tuple[Field, ...], examples: int, padded: bool = True
) -> Tokens:
    """Every field's tokens side by side."""
    return np.concatenate([random_tokens(generator, field, examples, padded) for field in fields], axis=1)


def random_classes(
    generator: np.random.Generator, architecture: Architecture, inputs: npt.NDArray[np.generic], padded: bool = True
) -> Tokens:
    """Class numbers (examples, positions): padding where a decoder has read padding, and at a few places besides."""
    positions, classes = architecture.output_shape
    targets = generator.integers(PADDING + 1, classes, (len(inputs), positions))
    if padded:
        uncounted = generator.random(targets.shape) < UNCOUNTED
        uncounted[:, 0] = False
        if architecture.fields:
            uncounted |= inputs[:, -positions:] == PADDING
        targets[uncounted] = PADDING
    return targets
