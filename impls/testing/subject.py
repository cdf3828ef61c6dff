"""What a certificate is about: a case, the implementation that is put through it, and the material it is given.

Weights, batches and masks are drawn here, in NumPy, from fixed seeds: every implementation gets the same arrays.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np

from impls.building import initial_parameters
from impls.protocol import Array, Batch, Masks, Model, Parameters
from impls.spec.architecture import Architecture
from impls.spec.initializers import UNIFORM_LIMIT
from impls.testing.sequences import random_classes, random_inputs
from impls.training import Optimizer, Training

#: (architecture, training, device, dtype, seed) -> model, as `impls.build` has them without the implementation's name.
BuildFunction: TypeAlias = Callable[[Architecture, Training, str, str, int], Model]

#: Large enough for batch statistics, small enough for a hundred steps of anything.
BATCH_SIZE = 16
#: The last batch of an epoch is smaller, as it is in real data.
REMAINDER = 5

#: Distance by which biases, gains and moving statistics start away from 0 and 1, where faults would not show.
SPREAD = 0.1
#: Starting distributions that are constants.
CONSTANTS = ("zeros", "ones", "forget_bias")

#: Adaptive optimizers divide by |g| + ε: with a tiny ε, a gradient of rounding errors alone moves its parameter by the
#: whole learning rate, in a direction that no two implementations share. This ε makes one step well conditioned (its
#: derivative by g is at most lr / ε), and shows a wrong place of ε in float32 too.
CONDITIONING_EPSILON = 1e-2

#: Settings, and losses, whose slope jumps somewhere.
KINKED = {"activation": ("relu", "leaky_relu"), "pooling": ("max",)}
KINKED_LOSSES = ("mean_absolute_error", "huber")

WEIGHTS_SEED, BATCH_SEED, MASK_SEED = 11, 12, 13


@dataclass(frozen=True)
class Case:
    """One network and the recipe that trains it."""

    name: str
    architecture: Architecture
    training: Training
    #: Stages of the certificate to go through; None is all that concern a network (not the sweep over all optimizers).
    stages: tuple[str, ...] | None = None
    #: Optimizers of the sweep over optimizers; None is all.
    optimizers: tuple[Optimizer, ...] | None = None
    #: Variations in which the sweep tries them (`impls.testing.update_stages.VARIATIONS`); None is all.
    variations: tuple[str, ...] | None = None
    #: Numbers of examples at which the network is trained and timed; function and step are compared at each.
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Subject:
    """An implementation of a case on a device, in a precision."""

    build: BuildFunction
    case: Case
    device: str = "cpu"
    dtype: str = "float32"
    #: Not 0, so that an implementation that ignores it is noticed.
    seed: int = 7
    _models: dict[tuple[Architecture, Training], Model] = field(default_factory=dict, repr=False, compare=False)

    def new_model(self, architecture: Architecture, training: Training) -> Model:
        """A freshly built model with the certificate's weights."""
        model = self.build(architecture, training, self.device, self.dtype, self.seed)
        model.load_parameters(weights(architecture, self.dtype))
        return model

    def model(self, architecture: Architecture | None = None, training: Training | None = None) -> Model:
        """The case's model (or a variant of it) started afresh; built, traced and compiled only once."""
        chosen = (architecture or self.case.architecture, training or self.case.training)
        if chosen not in self._models:
            self._models[chosen] = self.new_model(*chosen)
        else:
            self._models[chosen].load_parameters(weights(chosen[0], self.dtype))
        return self._models[chosen]

    def conditioned_model(self, architecture: Architecture | None = None) -> Model:
        """The model of the certificate: `model`, by the recipe with an ε that does not magnify rounding errors.

        One recipe for all stages, so that compiled implementations trace and compile each function once.
        """
        return self.model(architecture, well_conditioned(self.case.training))

    def drawn_parameters(self) -> Parameters:
        """What a new model of the certificate holds before anything is loaded into it."""
        chosen = self.case.architecture, well_conditioned(self.case.training)
        model = self.build(*chosen, self.device, self.dtype, self.seed)
        self._models.setdefault(chosen, model)
        return model.parameters()

    @cached_property
    def batch(self) -> Batch:
        """The batch of the stages that need only one."""
        return self.batches((BATCH_SIZE,))[0]

    def batches(
        self,
        sizes: tuple[int, ...],
        offset: int = 0,
        architecture: Architecture | None = None,
        padded: bool = True,
        training: Training | None = None,
    ) -> list[Batch]:
        """Random batches of the given sizes, for the case's network and recipe or others; by `offset` other ones."""
        generator = np.random.default_rng([BATCH_SEED, offset])
        network, recipe = architecture or self.case.architecture, training or self.case.training
        return [random_batch(generator, network, recipe, self.dtype, size, padded) for size in sizes]

    def masks(self, examples: int) -> Masks:
        """Random masks for every dropout layer of the case: 1 keeps, 0 drops."""
        generator = np.random.default_rng(MASK_SEED)
        keep = 1 - dropout_rate(self.case.architecture)
        shapes = self.case.architecture.dropouts()
        return {
            name: (generator.random((examples, *shape)) < keep).astype(self.dtype) for name, shape in shapes.items()
        }


def weights(architecture: Architecture, dtype: str) -> Parameters:
    """Starting weights with nothing at 0 or 1: a missing bias or gain would otherwise change nothing.

    Kernels are drawn as the architecture declares; what starts as a constant is moved away from it. Embeddings of the
    distribution `uniform` are scaled up to U(-1, 1), or what stands behind them would hardly leave its linear part.
    """
    generator = np.random.default_rng(WEIGHTS_SEED)
    moved = initial_parameters(architecture, WEIGHTS_SEED, "float64")
    for name, spec in architecture.parameters().items():
        if not spec.trainable:  # stays positive, as a variance has to
            moved[name] = moved[name] * generator.uniform(0.5, 1.5, spec.shape) + SPREAD * generator.random(spec.shape)
        elif spec.initializer in CONSTANTS:
            moved[name] = moved[name] + SPREAD * generator.standard_normal(spec.shape)
        elif spec.initializer == "uniform":
            moved[name] = moved[name] / UNIFORM_LIMIT
    return {name: array.astype(dtype) for name, array in moved.items()}


def random_batch(
    generator: np.random.Generator,
    architecture: Architecture,
    training: Training,
    dtype: str,
    examples: int,
    padded: bool = True,
) -> Batch:
    """Standard normal inputs, or random tokens, and targets of the kind that the loss takes.

    With `padded`, sequences of tokens are of different lengths, and some of the targets at a sequence's positions are
    not counted; without, nothing is padding.
    """
    if architecture.fields:
        inputs: Array = random_inputs(generator, architecture.fields, examples, padded)
    else:
        inputs = generator.standard_normal((examples, *architecture.input_shape)).astype(dtype)
    shape = (examples, *architecture.output_shape)
    if training.loss == "softmax_cross_entropy":
        if len(architecture.output_shape) > 1:
            return Batch(inputs, random_classes(generator, architecture, inputs, padded))
        return Batch(inputs, generator.integers(0, architecture.output_shape[0], examples))
    if training.loss == "sigmoid_cross_entropy":
        return Batch(inputs, generator.integers(0, 2, shape).astype(dtype))
    # Twice the standard deviation of the inputs, so that Huber's loss meets errors on both sides of its delta.
    return Batch(inputs, (2 * generator.standard_normal(shape)).astype(dtype))


def counted_terms(architecture: Architecture, training: Training, batch: Batch) -> int:
    """Over how many terms the batch's loss is averaged: targets that are not padding, or else examples.

    Not by what the engines count with, since that is what is looked at.
    """
    of_positions = training.loss == "softmax_cross_entropy" and len(architecture.output_shape) > 1
    return int(np.count_nonzero(batch.targets)) if of_positions else len(batch.inputs)


def one_ulp_away(
    architecture: Architecture, batches: list[Batch], parameters: Parameters, seed: int
) -> tuple[list[Batch], Parameters]:
    """The same with every input moved to a neighbouring number, up or down at random.

    Tokens have no neighbours: there the embeddings are moved, which are what the network sees of them.
    """
    generator = np.random.default_rng(seed)
    if architecture.fields:
        embedded = {
            name: neighbours(array, generator) for name, array in parameters.items() if name.endswith("/embeddings")
        }
        return batches, parameters | embedded
    return [Batch(neighbours(batch.inputs, generator), batch.targets) for batch in batches], parameters


def neighbours(array: Array, generator: np.random.Generator) -> Array:
    """Every number moved by one unit in the last place, up or down at random."""
    upward = generator.integers(0, 2, array.shape, dtype=bool)
    moved: Array = np.nextafter(array, np.where(upward, np.inf, -np.inf).astype(array.dtype))
    return moved


def dropout_rate(architecture: Architecture) -> float:
    """The architecture's setting `dropout`; 0 where it has none."""
    return float(getattr(architecture, "dropout", 0.0))


def without_dropout(architecture: Architecture) -> Architecture:
    """The same network with dropout off."""
    return variant(architecture, dropout=0.0) if dropout_rate(architecture) else architecture


def variant(architecture: Architecture, **settings: object) -> Architecture:
    """The architecture with other settings, those that it does not have left out."""
    known = {each.name for each in dataclasses.fields(architecture)}
    return dataclasses.replace(architecture, **{name: value for name, value in settings.items() if name in known})


def well_conditioned(training: Training) -> Training:
    """The recipe with an ε that does not magnify rounding errors."""
    return dataclasses.replace(training, epsilon=max(training.epsilon, CONDITIONING_EPSILON))


def is_kinked(case: Case) -> bool:
    """Whether the network or its loss has a slope that jumps."""
    kinks = [getattr(case.architecture, setting, None) in values for setting, values in KINKED.items()]
    return any(kinks) or case.training.loss in KINKED_LOSSES
