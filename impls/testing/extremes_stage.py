"""The stage about values at the edge: the same outcome everywhere, and finite where the mathematics is.

The network stays the same, so that nothing is built or compiled anew: its parameters and its batch are moved to where
formulas overflow, divide by nothing, or have to choose between equals.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from impls.protocol import Array, Batch, Decodes, Model, Parameters
from impls.spec.architecture import Architecture
from impls.testing.decoding_check import write_something
from impls.testing.findings import (
    FORWARD_BOUND,
    GRADIENT_BOUND,
    Arrays,
    Finding,
    gradient_departures,
    prefixed,
    relative_norm,
    relative_to_largest,
    scalar,
    under,
    worst_of,
)
from impls.testing.stage import Comparison, Stage
from impls.testing.subject import CONSTANTS, Subject, is_kinked, neighbours, weights

NAME = "extremes"
ONE_EXAMPLE = "one example"
#: Gates of a recurrent network are closed or open for good here, so that its state sums up all that it ever read, and
#: all rounding with it.
SUMS = "sums from −8 to 8"
#: Where the two slopes of a kink meet, and a framework has to choose one: a black image before biases of 0.
KINKS = "sums of exactly 0"
#: Of the situation in which all outputs are the same too.
EQUAL = "everything equal"
#: Of the one in which only inputs of the output layer are: a normalization divides by √ε, since there is no variance.
FEATURES = "all features equal"
#: Of the one in which their exponentials overflow.
LOGITS = "logits up to ±1e4"
#: Attention to one position alone. Which of two it is may be a matter of rounding: all has to be finite, and no more.
SCORES = "scores up to ±1e4"

#: exp overflows beyond 88 in float32 and beyond 709 in float64.
LARGEST_LOGIT = 1e4
#: Sigmoid, tanh and erf reach 1 in float64 between here and the double of it.
EDGE = 8.0
#: e²ˣ, of which a tanh could be made, overflows beyond 44 in float32 and beyond 354 in float64.
SATURATED = {"float32": 60.0, "float64": 400.0}
#: Sums of it over any number of features are exact, so that a variance is exactly 0.
CONSTANT = 0.5

#: Two kinds of networks may depart by a multiple of what a change of all parameters by one unit in the last place does,
#: if that is more than what others may: recurrent ones in `SUMS`, and normalizing ones in `FEATURES`.
#:
#: - Long sequences: a GRU over 150 steps is 1.3e-5 from float64 in NumPy and .6e-5 in PyTorch, where one
#:   unit does .3e-5 to .7e-5; all others tried stay below 1e-5.
#: - Keras computes x / √(v + ε) − m / √(v + ε) without a variance too, two numbers that are 1 / √ε = 316 times as large
#:   as x. Where the compiler fuses product and sum, as XLA does for JAX, only one of them is rounded, and that is left:
#:   1.2e-5, where one unit does 2.2e-5. The others subtract before.
#:
#: What one unit does is taken of the reference, which a fault of the candidate cannot move, and excuses no more than
#: ten bounds.
UNITS = {SUMS: 10.0, FEATURES: 2.0}
MOST_BOUNDS = 10.0
SENSITIVITY = "sensitivity"

EXTREMES_SEED = 15


@dataclass(frozen=True)
class Extreme:
    """What the network is given."""

    name: str
    parameters: Parameters
    batch: Batch


def extremes(subject: Subject) -> Iterator[Extreme]:
    """Every situation, in the order in which they are tried."""
    architecture, batch = subject.case.architecture, subject.batch
    usual = weights(architecture, subject.dtype)
    last = _output_bias(architecture)
    if last:
        logits = np.linspace(-LARGEST_LOGIT, LARGEST_LOGIT, usual[last].size, dtype=subject.dtype)
        yield Extreme(LOGITS, usual | {last: logits}, batch)
    shifts = {
        name: spec.shape
        for name, spec in architecture.parameters().items()
        if spec.trainable and spec.initializer in CONSTANTS and spec.initializer != "ones" and name != last
    }
    fixed = {name: usual[name] for name, spec in architecture.parameters().items() if not spec.trainable}
    if fixed:
        # The next layer's statistics of the batch would take the shift away again, and with it the digits of the rest.
        shifts = dict(list(shifts.items())[-1:])
    generator = np.random.default_rng(EXTREMES_SEED)
    if shifts:
        yield Extreme(SUMS, usual | _spread(shifts, EDGE, generator, subject.dtype), batch)
        # Not of attention itself, nor of what it reads as it is: its scores are products of two sums, and what float32
        # loses of large ones comes back in their differences.
        read = _read_by_attention(architecture)
        biases = {
            name: shape
            for name, shape in shifts.items()
            if name.count("/") == 1 and name.endswith("/bias") and name not in read
        }
        if biases:
            saturated = _signs(biases, SATURATED[subject.dtype], generator, subject.dtype)
            yield Extreme("saturated", usual | saturated, batch)
    scaled = [name for name in usual if name.endswith(("/key/kernel", "/score/kernel"))]
    if scaled:
        yield Extreme(SCORES, usual | {name: LARGEST_LOGIT * usual[name] for name in scaled}, batch)
    if is_kinked(subject.case) and not fixed:  # statistics of the batch would divide by nothing but √ε
        nothing = [*shifts, *(name for name in usual if name.endswith("/embeddings"))]
        blank = np.zeros_like(batch.inputs) if batch.inputs.dtype.kind == "f" else batch.inputs
        yield Extreme(
            KINKS, usual | {name: np.zeros_like(usual[name]) for name in nothing}, Batch(blank, batch.targets)
        )
    inputs = np.full_like(batch.inputs, CONSTANT) if batch.inputs.dtype.kind == "f" else batch.inputs
    constant = {name: _constant(array) for name, array in usual.items()}
    equal = constant | fixed
    output = {name: array for name, array in usual.items() if name.partition("/")[0] == (last or "").partition("/")[0]}
    # Through the output layer's own kernel a gradient reaches the last normalization, whose inputs have no variance.
    # With statistics of the batch, what would reach the layers below cancels to nothing: only rounding is left.
    if not fixed:
        yield Extreme(FEATURES, equal | output, Batch(inputs, batch.targets))
    yield Extreme(EQUAL, equal, Batch(inputs, batch.targets))


def one_example(subject: Subject) -> Iterator[Extreme]:
    """A stage of its own: it is the situation for which what is compiled is compiled anew."""
    yield Extreme(
        ONE_EXAMPLE, weights(subject.case.architecture, subject.dtype), Batch(*(a[:1] for a in subject.batch))
    )


def _read_by_attention(architecture: Architecture) -> list[str]:
    """The parameters before the first attention, unless hidden states stand between: those are within ±1."""
    names = list(architecture.parameters())
    attention = [place for place, name in enumerate(names) if name.endswith("/key/kernel")]
    return names[: attention[0]] if attention and not architecture.has_hidden_states else []


def _output_bias(architecture: Architecture) -> str | None:
    """The last parameter, where it is one number an output."""
    name, spec = list(architecture.parameters().items())[-1]
    return name if spec.shape == architecture.output_shape[-1:] else None


def _where_rounding_grows(architecture: Architecture) -> set[str]:
    """The situations in which this network magnifies rounding, as `UNITS` says."""
    normalizes = any(spec.initializer == "ones" for spec in architecture.parameters().values())
    return {name for name, grows in ((SUMS, architecture.has_hidden_states), (FEATURES, normalizes)) if grows}


def _spread(shapes: dict[str, tuple[int, ...]], limit: float, generator: np.random.Generator, dtype: str) -> Parameters:
    return {
        name: generator.permutation(np.linspace(-limit, limit, int(np.prod(shape)))).reshape(shape).astype(dtype)
        for name, shape in shapes.items()
    }


def _signs(shapes: dict[str, tuple[int, ...]], size: float, generator: np.random.Generator, dtype: str) -> Parameters:
    return {
        name: np.where(generator.integers(0, 2, shape), size, -size).astype(dtype) for name, shape in shapes.items()
    }


def _constant(array: Array) -> Array:
    """Kernels of nothing, and everything else the same number: equal logits, equal scores, equal features."""
    return np.full_like(array, 0.0 if array.ndim > 1 else CONSTANT)


def _measure(situations: Callable[[Subject], Iterator[Extreme]], subject: Subject) -> dict[str, Array]:
    left: dict[str, Array] = {}
    model = subject.conditioned_model()
    rounded = _where_rounding_grows(model.architecture)
    for extreme in situations(subject):
        model.load_parameters(extreme.parameters)
        loss, gradients = model.loss_and_gradients(extreme.batch)
        arrays = {"loss": scalar(loss), "logits": model.predict(extreme.batch.inputs)}
        left |= prefixed(extreme.name, arrays | prefixed("gradient", gradients))
        if extreme.name in rounded:
            shaken = np.random.default_rng(EXTREMES_SEED)
            model.load_parameters({name: neighbours(array, shaken) for name, array in extreme.parameters.items()})
            departure = relative_to_largest(model.predict(extreme.batch.inputs), arrays["logits"])
            left[f"{extreme.name}/{SENSITIVITY}"] = scalar(departure)
        if extreme.name in (EQUAL, LOGITS):
            left |= prefixed("tokens", prefixed(extreme.name, _tokens(subject, model)))
    return left


def _tokens(subject: Subject, model: Model) -> dict[str, Array]:
    """What is written where all tokens are as likely, or all but one impossible."""
    return write_something(subject, model) if isinstance(model, Decodes) else {}


def _judge(stage: str, seen: Comparison) -> list[Finding]:
    outputs: dict[str, float] = {}
    bounds: dict[str, float] = {}
    gradients: dict[str, float] = {}
    names = dict.fromkeys(
        name.partition("/")[0] for name in seen.reference if not name.startswith(("tokens/", f"{SCORES}/"))
    )
    for name in names:
        ours, theirs = under(seen.candidate, name), under(seen.reference, name)
        bound = _bound_of_outputs(name, FORWARD_BOUND[seen.precision], theirs)
        bounds |= dict.fromkeys((name, f"{name}: logits", f"{name}: loss"), bound)
        if not ours:
            outputs[name] = np.inf
            continue
        outputs[f"{name}: logits"] = relative_to_largest(ours["logits"], theirs["logits"])
        outputs[f"{name}: loss"] = relative_norm(ours["loss"], theirs["loss"])
        departures = gradient_departures(under(ours, "gradient"), under(theirs, "gradient"))
        gradients |= {f"{name}: {tensor}": departure for tensor, departure in departures.items()}
    worst = max(outputs, key=lambda output: outputs[output] / bounds[output])
    findings = [
        worst_of(stage, {worst: outputs[worst]}, bounds[worst]),
        _finite(stage, seen),
    ]
    # Batch statistics magnify rounding by 1 / standard deviation, which is next to none here: float64 has the room.
    if seen.dtype == "float64" or all(spec.trainable for spec in seen.case.architecture.parameters().values()):
        findings.insert(1, worst_of(f"{stage}, gradients", gradients, GRADIENT_BOUND[seen.precision]))
    expected = under(seen.reference, "tokens")
    if expected:
        written = under(seen.candidate, "tokens")
        differing = {name: float(np.sum(written[name] != tokens)) for name, tokens in expected.items()}
        findings.append(worst_of(f"{stage}, tokens", differing, 0.0, "equal scores are not decided alike"))
    return findings


def _bound_of_outputs(situation: str, usual: float, reference: Arrays) -> float:
    if SENSITIVITY not in reference:
        return usual
    return min(max(usual, UNITS[situation] * float(reference[SENSITIVITY])), MOST_BOUNDS * usual)


def _finite(stage: str, seen: Comparison) -> Finding:
    broken = [name for name, array in seen.candidate.items() if not np.all(np.isfinite(array))]
    detail = f"{len(broken)} arrays have values that are not finite" if broken else ""
    return Finding(f"{stage}, finite", float(len(broken)), 0.0, broken[0] if broken else "", detail)


EXTREMES_STAGE = Stage(NAME, partial(_measure, extremes), partial(_judge, NAME), alone=(f"{NAME}, finite",))
ONE_EXAMPLE_STAGE = Stage(
    ONE_EXAMPLE, partial(_measure, one_example), partial(_judge, ONE_EXAMPLE), alone=(f"{ONE_EXAMPLE}, finite",)
)
