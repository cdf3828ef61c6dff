"""What every implementation answers to small inputs that once were answered differently, or by a raw error.

Each function asserts the right answer of one implementation; a process of each framework goes through all of them.
"""

import copy
import pickle
import warnings

import numpy as np
import pytest

from impls import Batch, Training, build, initial_parameters
from impls.cnn import CNN
from impls.errors import ArchitectureError, BatchError, DecodingError, TrainingError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.testing import Case, Subject
from impls.transformer import Transformer

REGRESSION = Training(loss="mean_squared_error", learning_rate=0.1)

#: One of every architecture, with dropout and batch normalization where there are any.
NETWORKS = {
    "mlp": MLP(inputs=4, hidden=(24, 16), outputs=3, activation="gelu", normalization="batch", dropout=0.3),
    "cnn": CNN(inputs=(6, 6, 1), channels=(4,), outputs=3, activation="sigmoid", dropout=0.3),
    "language model": Recurrent(length=5, tokens=7, embedding=4, cell="gru", units=(6,), pooling=None, outputs=7),
    "seq2seq": Seq2Seq(5, 7, 4, 8, embedding=5, units=6, attention="additive", bidirectional=True, dropout=0.3),
    "transformer": Transformer(5, 7, 4, 8, width=8, heads=2, layers=1, feedforward=6, dropout=0.2),
}


def subject_of(implementation, architecture, training=None, dtype="float32"):
    def build_function(architecture, training, device, dtype, seed):
        return build(architecture, implementation, training, device, dtype, seed)

    return Subject(build_function, Case("answers", architecture, training or Training("adam", 1e-2)), "cpu", dtype)


def assert_same(arrays, expected):
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(arrays[name], array, err_msg=name)


def broken_values_are_refused_before_training(implementation):
    """One NaN among the inputs: a fused graph would give a finite loss."""
    for dtype in ("float32", "float64"):
        model = build(MLP(inputs=2, hidden=(4,), outputs=2), implementation, dtype=dtype)
        before = model.parameters()
        inputs = np.zeros((3, 2), dtype)
        inputs[1, 0] = np.nan
        batch = Batch(inputs, np.array([0, 1, 0]))
        train_epoch = model.train_epoch
        for use in (model.train_step, model.loss_and_gradients, lambda one, run=train_epoch: run([one])):
            with pytest.raises(BatchError, match=r"inputs: nan at \[1, 0\]"):
                use(batch)
        with pytest.raises(BatchError, match=r"inputs: nan at \[1, 0\]"):
            model.predict(inputs)
        assert_same(model.parameters(), before)


def clipping_holds_beyond_the_squares_of_float32(implementation):
    """The kernel moves by the rate times the norm, in the direction of the gradient."""
    training = Training(loss="mean_absolute_error", clip_norm=1.0, learning_rate=1.0)
    for dtype in ("float32", "float64"):
        for size in (1e20, 1e30):
            model = build(MLP(inputs=1, hidden=(), outputs=1), implementation, training, dtype=dtype)
            start = {"output/kernel": np.full((1, 1), 0.25), "output/bias": np.zeros(1)}
            model.load_parameters(start)
            model.train_step(Batch(np.full((1, 1), size), np.zeros((1, 1))))
            np.testing.assert_allclose(model.parameters()["output/kernel"], [[-0.75]], rtol=1e-6)


def masked_arrays_are_refused_with_what_to_do(implementation):
    model = build(MLP(inputs=2, hidden=(4,), outputs=2), implementation)
    inputs, classes = np.zeros((3, 2), np.float32), np.array([0, 1, 0])
    masked = np.ma.masked_array([0, 1, 9], mask=[0, 0, 1])
    with pytest.raises(BatchError, match=r"targets: a masked array.*filled"):
        model.train_step(Batch(inputs, masked))
    with pytest.raises(BatchError, match=r"inputs: a masked array.*filled"):
        model.train_step(Batch(np.ma.masked_array(inputs), classes))
    with pytest.raises(BatchError, match=r"inputs: a masked array.*filled"):
        model.predict(np.ma.masked_array(inputs))
    writer = build(NETWORKS["language model"], implementation)
    with pytest.raises(BatchError, match=r"tokens: a masked array.*filled"):
        writer.generate(np.ma.masked_array([[1, 2]]), 2)


def probabilities_beyond_0_to_1_are_refused(implementation):
    model = build(MLP(inputs=2, hidden=(4,), outputs=1), implementation, Training(loss="sigmoid_cross_entropy"))
    inputs = np.zeros((2, 2), np.float32)
    for wrong in (-1.0, 2.0):
        for use in (model.train_step, model.loss_and_gradients, lambda batch: model.train_epoch([batch])):
            with pytest.raises(BatchError, match=rf"targets hold {wrong:g}; .*0 to 1"):
                use(Batch(inputs, np.array([[0.5], [wrong]])))
    assert np.isfinite(model.train_step(Batch(inputs, np.array([[0.0], [1.0]]))))


def strides_do_not_matter(implementation):
    """NumPy calls an array contiguous whatever the stride of an axis of length 1; PyTorch refuses negative ones."""
    generator = np.random.default_rng(0)
    cnn = build(CNN(inputs=(6, 6, 1), channels=(4,), outputs=3), implementation)
    images = generator.standard_normal((2, 6, 6, 1)).astype(np.float32)
    assert np.array_equal(cnn.predict(images[..., ::-1]), cnn.predict(images))
    mlp = build(MLP(inputs=3, hidden=(4,), outputs=2), implementation, REGRESSION)
    inputs, targets = (generator.standard_normal((1, size)).astype(np.float32) for size in (3, 2))
    losses = [mlp.loss_and_gradients(batch)[0] for batch in ((inputs, targets), (inputs[::-1], targets[::-1]))]
    assert losses[0] == losses[1]
    mlp.train_step(Batch(inputs[::-1], targets[::-1]))
    mlp.train_step(Batch(inputs[:, ::-1], targets[:, ::-1]))
    one_a_row = np.array([(1.0, 2)], dtype=[("value", "f4"), ("class", "i1")])
    narrow = build(MLP(inputs=1, hidden=(), outputs=3), implementation)
    narrow.train_step(Batch(one_a_row["value"][:, np.newaxis], one_a_row["class"]))
    mlp.load_parameters({name: array[::-1] for name, array in mlp.parameters().items()})
    prompts = np.array([[1, 2, 3]])
    writer = build(NETWORKS["language model"], implementation)
    assert np.array_equal(writer.generate(prompts[::-1], 3), writer.generate(prompts, 3))
    writer.generate(np.array([[3, 2, 1], [1, 1, 1]])[:, ::-1], 1)
    translator = build(NETWORKS["seq2seq"], implementation)
    sources = np.array([[2, 3, 4, 0, 0]])
    for beams in (1, 2):
        assert np.array_equal(translator.decode(sources[::-1], beams), translator.decode(sources, beams))


def seeds_are_whole_numbers(implementation):
    network = NETWORKS["mlp"]
    for wrong in (-1, None, True, 1.5, np.float64(3), "3", np.array(3), 2**63):
        with pytest.raises(TrainingError, match=r"seed=.* is not possible; give a whole number from 0"):
            build(network, implementation, seed=wrong)
        with pytest.raises(TrainingError, match=r"seed=.* is not possible"):
            initial_parameters(network, wrong)
    for taken in (np.int64(3), np.uint8(3)):
        assert_same(build(network, implementation, seed=taken).parameters(), initial_parameters(network, 3))
    batch = subject_of(implementation, network).batch
    drawn = [build(network, implementation, seed=seed).train_step(batch) for seed in (3, np.int64(3), 2**63 - 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    writer = build(NETWORKS["language model"], implementation)
    for wrong in (-1, None, True, 1.5):
        with pytest.raises(DecodingError, match="seed="):
            writer.generate(np.array([[1]]), 2, 1.0, wrong)
    drawn = [writer.generate(np.array([[1]]), 4, np.float32(1.5), seed) for seed in (3, np.int64(3))]
    assert np.array_equal(*drawn)


def callers_floating_point_errors_do_not_matter(implementation):
    """Underflow is meant: exponentials of large negative numbers, and squares of small gradients, become 0."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        # The frameworks' own arithmetic raises nothing; of them, what leads through NumPy is tried.
        some = ("language model",) if implementation.startswith("keras") else ("mlp", "language model", "seq2seq")
        for name in NETWORKS if implementation == "numpy" else some:
            network = NETWORKS[name]
            subject = subject_of(implementation, network)
            model, (inputs, targets) = subject.model(), subject.batch
            large = {key: array * 60 if key.endswith("kernel") else array for key, array in model.parameters().items()}
            model.load_parameters(large)
            model.predict(inputs)
            model.loss_and_gradients((inputs, targets))
            model.train_step(Batch(inputs, targets))
            model.train_epoch([Batch(inputs, targets)] * 2)
            model.layer_outputs(inputs)
            if name == "language model":
                model.generate(np.array([[1, 2]]), 3)
                model.generate(np.array([[1, 2]]), 3, temperature=1e-30)
                model.decoder(2).step(np.array([1, 2]))
            elif network.decodes:
                model.decode(inputs[:, :5], beams=2)
            if hasattr(model, "attention_weights") and name == "seq2seq":
                model.attention_weights(inputs)
        sigmoid = build(MLP(inputs=1, hidden=(3,), outputs=1, activation="sigmoid"), implementation, REGRESSION)
        sigmoid.predict(np.array([[1e30], [-1e30], [1e-300]]))
        adam = build(MLP(inputs=1, hidden=(2,), outputs=1), implementation, Training("adam", loss="mean_squared_error"))
        adam.train_step(Batch(np.full((1, 1), 1e-20), np.full((1, 1), 1e-20)))
        resting = Batch(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.float32))
        adam.train_epoch([resting] * 2500)


def numpys_numbers_are_numbers(implementation):
    network = MLP(
        inputs=np.int64(4),
        hidden=(np.int32(6),),
        outputs=np.uint8(3),
        activation=np.str_("tanh"),
        dropout=np.float32(0.5),
    )
    training = Training(
        np.str_("adam"),
        learning_rate=np.float64(0.5),
        epsilon=np.float32(0.25),
        clip_norm=np.int64(2),
        l2=np.float16(0.5),
    )
    assert repr(network) == repr(MLP(inputs=4, hidden=(6,), outputs=3, activation="tanh", dropout=0.5))
    assert repr(training) == repr(Training("adam", learning_rate=0.5, epsilon=0.25, clip_norm=2, l2=0.5))
    model = build(network, implementation, training, seed=np.int64(1))
    subject = subject_of(implementation, network)
    model.train_step(subject.batch)
    model.predict(subject.batch.inputs, batch_size=np.int64(2))
    model.resume(build(MLP(4, (6,), 3, activation="tanh", dropout=0.5), implementation, training).training_state())
    CNN(inputs=(np.int64(6), np.int64(6), np.int64(1)), channels=(np.int64(4),))
    Recurrent(length=np.int64(3), features=np.int64(2), units=(np.int64(3),), bidirectional=np.bool_(True))
    for wrong in (np.bool_(True), np.float64(3), np.int64(0), np.array(3)):
        with pytest.raises(ArchitectureError, match=r"outputs=.* is not possible"):
            MLP(inputs=4, hidden=(), outputs=wrong)
    for wrong in (np.bool_(True), np.float32("nan"), np.int64(0)):
        with pytest.raises(TrainingError, match=r"learning_rate=.* is not possible"):
            Training(learning_rate=wrong)


def copies_and_pickles_go_on_alike(implementation):
    """Parameters, optimizer and dropout generator: predictions are equal, and so is the training from there on."""
    trained = {"mlp": Training("nadam", 1e-2), "language model": Training("adam", 1e-2, clip_norm=0.5)}
    if implementation.startswith("keras"):  # each copy is traced anew; the estimators' test copies a perceptron
        trained = {"language model": Training("nadam", 1e-2, clip_norm=0.5)}
    for name, training in trained.items():
        subject = subject_of(implementation, NETWORKS[name], training)
        batches = subject.batches((8, 3))
        model = subject.model()
        for batch in batches:
            model.train_step(batch)
        copies = (copy.deepcopy(model), pickle.loads(pickle.dumps(model)))
        before = model.parameters()
        outputs = model.predict(batches[0].inputs)
        for each in copies:
            assert_same(each.parameters(), before)
            assert np.array_equal(each.predict(batches[0].inputs), outputs)
        losses = [model.train_step(batch) for batch in batches]
        for each in copies:
            assert_same(each.parameters(), before)  # the original's training is not theirs
            assert [each.train_step(batch) for batch in batches] == losses
            assert_same(each.parameters(), model.parameters())
            assert_same(each.training_state(), model.training_state())
    diverged = build(MLP(inputs=1, hidden=(), outputs=1), implementation, Training(loss="mean_squared_error"))
    for _ in range(3):
        diverged.train_step(Batch(np.full((1, 1), 1e30), np.full((1, 1), 1e30)))
    assert not np.isfinite(diverged.parameters()["output/kernel"]).any()
    assert_same(copy.deepcopy(diverged).parameters(), diverged.parameters())


ANSWERS = (
    broken_values_are_refused_before_training,
    clipping_holds_beyond_the_squares_of_float32,
    masked_arrays_are_refused_with_what_to_do,
    probabilities_beyond_0_to_1_are_refused,
    strides_do_not_matter,
    seeds_are_whole_numbers,
    callers_floating_point_errors_do_not_matter,
    numpys_numbers_are_numbers,
    copies_and_pickles_go_on_alike,
)

#: Where every network is compiled anew, what concerns compiled code.
COMPILED_ANSWERS = (
    broken_values_are_refused_before_training,
    clipping_holds_beyond_the_squares_of_float32,
    strides_do_not_matter,
)


def answers_where_compiled(*always):
    """Of COMPILED_ANSWERS `always`, the others nightly: a compiler sees no input that has not been checked."""
    return [
        answer if answer in always else pytest.param(answer, marks=pytest.mark.nightly) for answer in COMPILED_ANSWERS
    ]


def named(answer):
    """The answer's name as a test's."""
    return answer.__name__.replace("_", " ") if callable(answer) else answer
