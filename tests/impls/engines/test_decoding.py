"""Greedy, sampled and beam search against plain ways to write the same, over a decoder that knows all it has read."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from impls.engines.decoding import Decoding
from impls.errors import BatchError, DecodingError
from impls.mlp import MLP
from impls.recurrent import Recurrent
from impls.seq2seq import Seq2Seq
from impls.spec.tokens import END, PADDING, START
from impls.transformer import Transformer

SYMBOLS = 6
SOURCES = np.array([[3, 4, 5, 0], [4, 0, 0, 0], [1, 2, 3, 4]])


class Remembering:
    """A decoder whose logits depend on the source and on every token read so far, in their order."""

    def __init__(self, model, sequences, sources):
        self.model = model
        self.read = [() for _ in range(sequences)]
        self.sources = [()] * sequences if sources is None else [tuple(source) for source in sources.tolist()]

    def step(self, tokens):
        assert tokens.dtype == np.int64
        assert tokens.flags.c_contiguous
        self.model.steps += 1
        self.read = [(*read, int(token)) for read, token in zip(self.read, tokens, strict=True)]
        return np.stack([self.model.logits(s, r) for s, r in zip(self.sources, self.read, strict=True)])

    def reorder(self, sequences):
        self.read = [self.read[number] for number in sequences]
        self.sources = [self.sources[number] for number in sequences]


class Writer(Decoding):
    """A network without parameters; `ends` is added to the logit of the end token."""

    def __init__(self, architecture, seed=0, ends=0.0):
        self.architecture, self.seed, self.ends = architecture, seed, ends
        self.steps = 0

    def decoder(self, sequences, sources=None):
        return Remembering(self, sequences, sources)

    def logits(self, source, read):
        size = self.architecture.fields[-1].vocabulary
        drawn = np.random.default_rng([self.seed, len(source), *source, *read]).normal(0, 2, size).astype("float32")
        drawn[END] += self.ends
        return drawn

    def log_probabilities(self, source, read):
        """Of the tokens that may be written, by number."""
        logits = self.logits(source, read).astype(float)
        sayable = [token for token in range(len(logits)) if token not in (PADDING, START)]
        total = math.log(sum(math.exp(logits[token]) for token in sayable))
        return {token: logits[token] - total for token in sayable}


def translator(length=4, seed=0, ends=0.0, vocabulary=SYMBOLS):
    return Writer(Seq2Seq(source_length=4, source_tokens=7, target_length=length, target_tokens=vocabulary), seed, ends)


def language_model(seed=0, ends=0.0):
    return Writer(Recurrent(length=5, tokens=SYMBOLS, embedding=2, pooling=None, outputs=SYMBOLS), seed, ends)


def filled(tokens, length):
    return [*tokens, *[PADDING] * (length - len(tokens))]


def greedily(model, source):
    written = []
    for _ in range(model.architecture.target_length):
        chances = model.log_probabilities(source, (START, *written))
        written.append(max(chances, key=chances.get))
        if written[-1] == END:
            return written[:-1]
    return written


def by_beams(model, source, beams):
    """Beam search as one would write it for a single source."""
    hypotheses = [(0.0, (START,))]
    for _ in range(model.architecture.target_length):
        going_on = [(s, read) for s, read in hypotheses if read[-1] != END]
        ended = [(s, read) for s, read in hypotheses if read[-1] == END]
        longer = [(s + p, (*r, t)) for s, r in going_on for t, p in model.log_probabilities(source, r).items()]
        hypotheses = sorted(ended + longer, reverse=True)[:beams]
    _, best = max((score / (len(read) - 1), read) for score, read in hypotheses)
    return [token for token in best[1:] if token != END]


@given(st.integers(0, 1000), st.integers(1, 5), st.sampled_from([-100.0, 0.0, 3.0]))
def test_greedy_takes_the_likeliest_and_stops_at_the_end(seed, length, ends):
    model = translator(length, seed, ends)
    expected = [filled(greedily(model, tuple(source)), length) for source in SOURCES.tolist()]
    written = model.decode(SOURCES)
    assert written.tolist() == expected
    assert written.dtype == np.int64


def test_greedy_reads_no_further_than_the_longest_sequence():
    model = translator(length=9, ends=100.0)
    assert not model.decode(SOURCES).any()
    assert model.steps == 1


@given(st.integers(0, 1000), st.integers(1, 5), st.integers(2, SYMBOLS), st.sampled_from([-100.0, 0.0, 2.0]))
def test_beam_search_is_beam_search(seed, length, beams, ends):
    model = translator(length, seed, ends)
    expected = [filled(by_beams(model, tuple(source), beams), length) for source in SOURCES.tolist()]
    assert model.decode(SOURCES, beams).tolist() == expected


@given(st.integers(0, 1000), st.integers(4, 6))
def test_widest_beam_finds_the_likeliest_of_all_pairs(seed, vocabulary):
    """Where nothing ends early, two positions and a beam of the whole vocabulary leave nothing out."""
    model = translator(2, seed, ends=-100.0, vocabulary=vocabulary)

    def log_probability(source, pair):
        first, second = pair
        before, after = model.log_probabilities(source, (START,)), model.log_probabilities(source, (START, first))
        return before[first] + after[second]

    pairs = list(itertools.product(range(END + 1, vocabulary), repeat=2))
    expected = [max(pairs, key=lambda pair: log_probability(source, pair)) for source in map(tuple, SOURCES.tolist())]
    assert model.decode(SOURCES, vocabulary).tolist() == [list(pair) for pair in expected]


@given(st.integers(0, 1000))
def test_one_hypothesis_is_the_greedy_one(seed):
    model = translator(seed=seed)
    assert np.array_equal(model._beam_search(SOURCES, 4, beams=1), model.decode(SOURCES))


def test_beams_find_what_greedy_misses():
    better = 0
    for seed in range(20):
        model = translator(3, seed, ends=-100.0)
        for greedy, wide, source in zip(model.decode(SOURCES), model.decode(SOURCES, 4), SOURCES, strict=True):
            scores = [
                sum(model.log_probabilities(tuple(source), (START, *written[:n]))[written[n]] for n in range(3))
                for written in (tuple(greedy.tolist()), tuple(wide.tolist()))
            ]
            better += scores[1] > scores[0] + 1e-9
    assert better > 5


def test_mean_decides_between_short_and_long():
    """A short ending of half the sum but a worse mean loses to the longer hypothesis."""

    class Choice(Writer):
        def logits(self, source, read):
            chances = {(START,): {END: 0.4, 3: 0.6}, (START, 3): {4: 0.6, END: 0.4}}.get(read, {END: 1.0})
            return np.log([chances.get(token, 1e-12) for token in range(SYMBOLS)])

    model = Choice(translator(3).architecture)
    # Sums: end at once 0.4; "3 4 end" 0.36. Means a token: ln 0.4 = -0.92; ln 0.36 / 3 = -0.34.
    assert model.decode(SOURCES[:1], beams=2).tolist() == [[3, 4, PADDING]]


@given(st.integers(0, 1000), st.integers(1, 3), st.integers(0, 6))
def test_continuation_is_the_likeliest_token_each_time(seed, prompt, steps):
    model = language_model(seed)
    prompts = np.random.default_rng(seed).integers(1, SYMBOLS, (3, prompt))
    written = model.generate(prompts, steps)
    assert written.shape == (3, steps)
    assert written.dtype == np.int64
    for row, begun in zip(written.tolist(), prompts.tolist(), strict=True):
        for position, token in enumerate(row):
            chances = model.log_probabilities((), (*begun, *row[:position]))
            assert token == max(chances, key=chances.get)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_draws_follow_the_softmax_at_their_temperature(temperature):
    model = language_model(seed=3)
    drawn = model.generate(np.full((4000, 1), START), 1, temperature=temperature, seed=1)[:, 0]
    sayable = np.arange(END, SYMBOLS)
    scaled = np.exp(model.logits((), (START,))[sayable].astype(float) / temperature)
    observed = [np.sum(drawn == token) for token in sayable]
    assert np.sum(observed) == 4000
    assert chisquare(observed, 4000 * scaled / scaled.sum()).pvalue > 1e-3
    other = scaled ** (1 / 1.5)
    assert chisquare(observed, 4000 * other / other.sum()).pvalue < 1e-6


def test_draws_follow_the_seed():
    model, prompts = language_model(), np.full((50, 1), START)
    first = model.generate(prompts, 4, temperature=1.0, seed=1)
    assert np.array_equal(model.generate(prompts, 4, temperature=1.0, seed=1), first)
    assert not np.array_equal(model.generate(prompts, 4, temperature=1.0, seed=2), first)
    assert len(np.unique(first, axis=0)) > 15, "sequences must have draws of their own"


@pytest.mark.parametrize("temperature", [1e-3, 1e-310])
def test_cold_draws_are_greedy(temperature):
    model, prompts = language_model(), np.full((5, 2), 3)
    with np.errstate(all="raise", under="ignore"):
        cold = model.generate(prompts, 4, temperature=temperature)
    assert np.array_equal(cold, model.generate(prompts, 4))


def test_padding_and_start_are_never_written():
    class Foolish(Writer):
        def logits(self, source, read):
            return super().logits(source, read) + np.array([50, 40] + [0] * (SYMBOLS - 2), "float32")

    written = [
        Foolish(translator().architecture, ends=-100.0).decode(SOURCES),
        Foolish(translator().architecture, ends=-100.0).decode(SOURCES, beams=3),
        Foolish(language_model().architecture).generate(np.full((3, 1), START), 4),
        Foolish(language_model().architecture).generate(np.full((3, 1), START), 4, temperature=1.0),
    ]
    for tokens in written:
        assert np.all(tokens >= END)


def test_transformer_writes_up_to_its_length():
    model = Writer(Transformer(target_length=4, target_tokens=SYMBOLS))
    prompts = np.full((1, 2), START)
    assert model.generate(prompts, 3).shape == (1, 3)
    with pytest.raises(DecodingError, match=r"4 positions.*prompt of 2.*write 3, not 4"):
        model.generate(prompts, 4)
    assert model.generate(np.full((1, 4), START), 0).shape == (1, 0)
    with pytest.raises(DecodingError, match="4 positions"):
        model.generate(np.full((1, 5), START), 0)
    assert language_model().generate(prompts, 50).shape == (1, 50), "a recurrent state goes on for ever"


PROMPTS = np.full((2, 1), START)

REFUSED = {
    "no language model": (translator(), "generate", (PROMPTS, 1), DecodingError, "no language model"),
    "no encoder-decoder": (language_model(), "decode", (SOURCES,), DecodingError, "no encoder-decoder"),
    "a perceptron": (Writer(MLP(inputs=4)), "generate", (PROMPTS, 1), DecodingError, "no language model"),
    "a classifier": (
        Writer(Recurrent(length=4, tokens=7, embedding=2)),
        "generate",
        (PROMPTS, 1),
        DecodingError,
        "no language model",
    ),
    "steps": (language_model(), "generate", (PROMPTS, -1), DecodingError, "steps=-1"),
    "half a step": (language_model(), "generate", (PROMPTS, 1.5), DecodingError, "steps=1.5"),
    "temperature": (language_model(), "generate", (PROMPTS, 1, -0.5), DecodingError, "temperature=-0.5"),
    "no temperature": (language_model(), "generate", (PROMPTS, 1, math.nan), DecodingError, "temperature=nan"),
    "seed": (language_model(), "generate", (PROMPTS, 1, 1.0, -1), DecodingError, "seed=-1"),
    "no beams": (translator(), "decode", (SOURCES, 0), DecodingError, "beams=0"),
    "too many beams": (translator(), "decode", (SOURCES, SYMBOLS + 1), DecodingError, "beams=7.*1 to 6"),
    "a prompt of padding": (language_model(), "generate", (PROMPTS * 0, 1), BatchError, "padding"),
    "an empty prompt": (language_model(), "generate", (PROMPTS[:, :0], 1), BatchError, r"\(2, 0\)"),
    "an unknown token": (language_model(), "generate", (PROMPTS + SYMBOLS, 1), BatchError, "known ones are 0 to 5"),
    "a short source": (translator(), "decode", (SOURCES[:, :2],), BatchError, r"\(3, 2\).*\(3, 4\)"),
    "a source of numbers": (translator(), "decode", (SOURCES * 1.0,), BatchError, "float64"),
    "no source": (translator(), "decode", ("text",), BatchError, "str"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_decoded_is_refused_in_one_line(name):
    model, method, arguments, error, message = REFUSED[name]
    with pytest.raises(error, match=message) as raised:
        getattr(model, method)(*arguments)
    assert "\n" not in str(raised.value)
