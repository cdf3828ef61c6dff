"""What a training step in NumPy cannot do without, each part alone: products, memory, arithmetic, functions.

A part is a contender like the others and takes its turns among them. The products are those of forward and backward
pass with their shapes. Memory is what is read and written beside them: activations and their gradients on their way
through each layer that is no product, and the optimizer's four reads and three writes a parameter. Arithmetic is what
is added and multiplied on that way, over numbers that lie in the cache: NumPy goes through them once for each
operation, where a fused kernel goes through them once for all. Functions are the exponentials that sigmoid, tanh and
softmax are made of, and the optimizer's root and quotient. What a network takes beyond the sum is Python and NumPy's
own.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from benchmarks.overhead.contest import BATCH_SIZE, Contest
from impls import Architecture, Array
from impls.cnn import CNN
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.spec.recurrent_cells import GATES
from impls.transformer import Transformer

#: Passes over a layer's outputs: its inputs are read and its outputs written, and on the way back the gradient and
#: what the layer kept are read and a gradient is written.
LAYER_PASSES = 5
#: An addition of two: both read and the sum written, twice.
SUM_PASSES = 6
#: Of Adam over the parameters: gradient, parameter and two moments are read, all but the gradient written.
OPTIMIZER_PASSES = 7

#: Numbers that are computed with at a time: few enough for the cache, and enough for a call's own cost to vanish.
BLOCK = 16384
#: Additions, multiplications and the like that each number takes, as few as the equations allow: a bias is added, a
#: function applied, and on the way back its derivative multiplied.
LAYER_OPERATIONS = 3
#: Of two terms, and of the two gradients that come together on the way back.
SUM_OPERATIONS = 2
#: m = β₁m + (1 − β₁)g and v = β₂v + (1 − β₂)g² take seven; ε, the rate and a difference three. Root and quotient are
#: functions.
OPTIMIZER_OPERATIONS = 10
#: Of a normalization's output: mean subtracted, square, multiplied by the root, gain, shift; as many on the way back.
NORMALIZATION_OPERATIONS = 10
#: The largest subtracted, the sum divided out; on the way back a product, its sum subtracted, and a product.
SOFTMAX_OPERATIONS = 5
#: Of a unit: c = f·c + i·g and h = o·tanh c take four, their derivatives twice as many.
CELL_OPERATIONS = 12


class Product(NamedTuple):
    """(…, rows, inner) times (…, inner, columns), `times` over in one training step."""

    rows: int
    inner: int
    columns: int
    stacked: int = 1
    times: int = 1


class Traffic(NamedTuple):
    """Float32 numbers, how often a step reads or writes each, and how often it computes with each."""

    numbers: int
    passes: float
    operations: int = 0


class Work(NamedTuple):
    """One training step's work, by part."""

    products: tuple[Product, ...]
    memory: tuple[Traffic, ...]
    #: Numbers whose exponential is taken.
    functions: int
    #: Numbers whose root is taken, and by which another one is divided.
    roots: int


def work_of(architecture: Architecture, batch: int = BATCH_SIZE) -> Work:
    """What one training step of the architecture consists of; for those of the contests that have shortest loops."""
    layers = LAYERS[type(architecture)]
    parts = list(layers(architecture, batch))
    optimizer = Traffic(architecture.parameter_count, OPTIMIZER_PASSES, OPTIMIZER_OPERATIONS)
    return Work(
        tuple(part for part in parts if isinstance(part, Product)),
        (*(part for part in parts if isinstance(part, Traffic)), optimizer),
        sum(part for part in parts if isinstance(part, int)),
        architecture.parameter_count,
    )


def products(contest: Contest) -> Callable[[], None]:
    """An epoch of matrix products alone."""
    generator = np.random.default_rng(0)

    def operands(product: Product) -> tuple[Array, Array, Array, int]:
        shapes = ((product.rows, product.inner), (product.inner, product.columns), (product.rows, product.columns))
        stack = (product.stacked,) if product.stacked > 1 else ()
        left, right, out = (generator.standard_normal((*stack, *shape)).astype(np.float32) for shape in shapes)
        return left, right, out, product.times

    made = [operands(product) for product in work_of(contest.architecture).products]

    def epoch() -> None:
        for _ in range(contest.steps):
            for left, right, out, times in made:
                for _ in range(times):
                    np.matmul(left, right, out=out)

    return epoch


def memory(contest: Contest) -> Callable[[], None]:
    """An epoch of memory traffic alone: a copy reads and writes each number once."""
    sizes = [round(part.numbers * part.passes / 2) for part in work_of(contest.architecture).memory]
    moved = [(np.ones(size, np.float32), np.empty(size, np.float32)) for size in sizes]

    def epoch() -> None:
        for _ in range(contest.steps):
            for source, target in moved:
                np.copyto(target, source)

    return epoch


def arithmetic(contest: Contest) -> Callable[[], None]:
    """An epoch of additions and multiplications alone, in turns, over numbers that lie in the cache."""
    parts = [
        (np.ones(min(part.numbers, BLOCK), np.float32), -(-part.numbers // BLOCK) * part.operations)
        for part in work_of(contest.architecture).memory
    ]

    def epoch() -> None:
        for _ in range(contest.steps):
            for numbers, times in parts:
                for _ in range(times // 2):
                    np.multiply(numbers, 0.5, out=numbers)
                    np.add(numbers, 0.5, out=numbers)
                if times % 2:
                    np.multiply(numbers, 0.5, out=numbers)

    return epoch


def functions(contest: Contest) -> Callable[[], None]:
    """An epoch of exponentials, roots and quotients alone, over numbers that lie in the cache."""
    work = work_of(contest.architecture)
    numbers = np.random.default_rng(0).random(min(work.functions, BLOCK), np.float32)
    roots = np.random.default_rng(0).random(min(work.roots, BLOCK), np.float32) + 1
    exponentials, root, quotient = np.empty_like(numbers), np.empty_like(roots), np.empty_like(roots)

    def epoch() -> None:
        for _ in range(contest.steps):
            for _ in range(-(-work.functions // BLOCK)):
                np.exp(numbers, out=exponentials)
            for _ in range(-(-work.roots // BLOCK)):
                np.sqrt(roots, out=root)
                np.divide(roots, root, out=quotient)

    return epoch


#: By the kind of a contender.
PARTS: dict[str, Callable[[Contest], Callable[[], None]]] = {
    "products": products,
    "memory": memory,
    "arithmetic": arithmetic,
    "functions": functions,
}

Parts = Iterator[Product | Traffic | int]


def _dense(rows: int, inputs: int, outputs: int, first: bool = False) -> Parts:
    """Forward, and the gradients of the kernel and, behind other layers, of the inputs."""
    yield Product(rows, inputs, outputs)
    yield Product(inputs, rows, outputs)
    if not first:
        yield Product(rows, outputs, inputs)


def _mlp(network: Architecture, batch: int) -> Parts:
    assert isinstance(network, MLP)
    widths = (network.inputs, *network.hidden, network.outputs)
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        yield from _dense(batch, inputs, outputs, first=index == 0)
        yield Traffic(batch * outputs, LAYER_PASSES, LAYER_OPERATIONS)
    yield batch * network.outputs


def _cnn(network: Architecture, batch: int) -> Parts:
    assert isinstance(network, CNN)
    window, depth = network.kernel_size**2, network.inputs[2]
    for index, (convolved, pooled) in enumerate(zip(network.convolution_shapes(), network.block_shapes(), strict=True)):
        height, width, channels = convolved
        places = batch * height * width
        yield from _dense(places, window * depth, channels, first=index == 0)
        # Patches are written forward, and on the way back their gradients are read.
        yield Traffic(places * window * depth, 1 if index == 0 else 2)
        yield Traffic(places * channels, LAYER_PASSES, LAYER_OPERATIONS)  # activation
        yield Traffic(places * channels, 2, 2)  # pooling reads them, and writes their gradient
        yield Traffic(batch * pooled[0] * pooled[1] * pooled[2], 2)
        depth = channels
    yield from _dense(batch, network.flat_features, network.outputs)
    yield batch * network.outputs


def _recurrent(network: Architecture, batch: int) -> Parts:
    assert isinstance(network, Recurrent)
    length, inputs = network.length, network.features
    for index, units in enumerate(network.units):
        columns = GATES[network.cell] * units
        yield from _dense(batch * length, inputs, columns, first=index == 0)
        yield Product(batch, units, columns, times=length)  # the state, step by step
        yield Product(batch, columns, units, times=length)  # and its gradient
        yield Product(units, batch * length, columns)
        yield Traffic(batch * length * columns, LAYER_PASSES, LAYER_OPERATIONS)
        yield Traffic(batch * length * units, 2 * LAYER_PASSES, CELL_OPERATIONS)  # cell and output
        yield batch * length * (columns + (units if network.cell == "lstm" else 0))
        inputs = units
    yield from _dense(batch, inputs, network.outputs)
    yield batch * network.outputs


def _transformer(network: Architecture, batch: int) -> Parts:
    assert isinstance(network, Transformer)
    length, width, heads = network.target_length, network.width, network.heads
    places, size = batch * length, network.width // network.heads
    for _ in range(network.layers):
        for _ in range(4):  # queries, keys, values, outputs
            yield from _dense(places, width, width)
        # Scores and contexts, and the gradients of both of their factors.
        yield Product(length, size, length, stacked=batch * heads, times=2)
        yield Product(length, length, size, stacked=batch * heads, times=4)
        yield Traffic(batch * heads * length * length, LAYER_PASSES, SOFTMAX_OPERATIONS)
        yield batch * heads * length * length
        yield from _dense(places, width, network.feedforward)
        yield from _dense(places, network.feedforward, width)
        yield Traffic(places * network.feedforward, LAYER_PASSES, LAYER_OPERATIONS)  # activation
        # Normalizations and residual sums.
        yield Traffic(places * width, 2 * (LAYER_PASSES + SUM_PASSES), 2 * (NORMALIZATION_OPERATIONS + SUM_OPERATIONS))
    yield Traffic(places * width, 2)  # embeddings are written, and their gradients read
    yield from _dense(places, width, network.target_tokens)
    yield Traffic(places * network.target_tokens, LAYER_PASSES, SOFTMAX_OPERATIONS)
    yield places * network.target_tokens


#: What yields the parts of one step, by architecture.
LAYERS: dict[type[Architecture], Callable[[Architecture, int], Parts]] = {
    MLP: _mlp,
    CNN: _cnn,
    Recurrent: _recurrent,
    Transformer: _transformer,
}
